// MicroPython on a virtual board: start, the scripts boot.py and main.py, the prompt, soft reset.

#include "extmod/vfs.h"
#include "port/board.h"
#include "port/flash.h"
#include "port/host.h"
#include "port/options.h"
#include "port/run.h"
#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"

static char heap[BOARD_HEAP_MOST] __attribute__((aligned(16)));

int main(void)
{
    board_init();
    options_init();
    flash_init();
    mp_cstack_init_with_top(board_stack_top, BOARD_STACK_BYTES);
    for (;;) {
        gc_init(heap, heap + options.heap_bytes);
        run_until_soft_reset();
    }
}

void gc_collect(void)
{
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *value)
{
    (void)value;
    mp_printf(&mp_plat_print,
              "\r\nCPU exception: an error was raised where nothing catches it\r\n");
    host_exit(1);
}
