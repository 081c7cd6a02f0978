// Console of the Unix board, in place of some functions of the port's unix_mphal.c: these switch
// the terminal's mode for each line, by which input gets lost.

#include "terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "py/mphal.h"
#include "py/runtime.h"

static struct termios original, current;

static void restore(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &original);
}

void terminal_init(void)
{
    if (tcgetattr(STDIN_FILENO, &original) != 0) {
        return; // not a terminal
    }
    atexit(restore);
    current = original;
    current.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    current.c_cflag = (current.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
    current.c_lflag = NOFLSH; // Ctrl-C must not take output away
    current.c_cc[VINTR] = _POSIX_VDISABLE;
    current.c_cc[VQUIT] = _POSIX_VDISABLE;
    current.c_cc[VSUSP] = _POSIX_VDISABLE;
    current.c_cc[VMIN] = 1;
    current.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &current);
}

static void on_interrupt(int number)
{
    (void)number;
    mp_sched_keyboard_interrupt();
}

// While a program runs, the terminal turns this character into a signal; -1 is none.
void __wrap_mp_hal_set_interrupt_char(char c)
{
    if (c < 0 || (unsigned char)c == 0xff) {
        current.c_lflag &= ~(tcflag_t)ISIG;
    } else {
        struct sigaction action = {.sa_handler = on_interrupt}; // not restarting system calls
        sigaction(SIGINT, &action, NULL);
        current.c_cc[VINTR] = (cc_t)c;
        current.c_lflag |= ISIG;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &current);
}

int __wrap_mp_hal_stdin_rx_chr(void)
{
    unsigned char c;
    for (;;) {
        ssize_t length = read(STDIN_FILENO, &c, 1);
        if (length == 1) {
            return c;
        }
        if (length == 0 || errno != EINTR) {
            exit(0); // the terminal has gone
        }
        mp_handle_pending(true);
    }
}

void __wrap_mp_hal_stdio_mode_raw(void)
{
}

void __wrap_mp_hal_stdio_mode_orig(void)
{
}
