// The Unix board's start, in place of the port's own: the life of a board, on a terminal.

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host_options.h"
#include "port/flash.h"
#include "port/options.h"
#include "port/run.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "terminal.h"

#define STACK_BYTES (256 * 1024)

static __attribute__((noinline)) int live(int argc, char **argv)
{
    host_options_set(argc, argv);
    options_init();
    flash_init();
    char *heap = malloc(options.heap_bytes);
    if (heap == NULL) {
        return 1;
    }
    for (;;) {
        gc_init(heap, heap + options.heap_bytes);
        run_until_soft_reset();
    }
}

int __wrap_main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); // a socket's other end may go: that is an error code, no end
    // The terminal becomes ours, so that its Ctrl-C reaches us and its end ends us.
    if (setsid() >= 0) {
        ioctl(STDIN_FILENO, TIOCSCTTY, 0);
    }
    terminal_init();
    mp_cstack_init_with_sp_here(STACK_BYTES); // live() must not be inlined: its frame is above
    return live(argc, argv);
}
