// The few things that MicroPython and the compiler's libraries expect of a C library.

#include "port/host.h"
#include "py/mphal.h"

int *__errno(void)
{
    static int value;
    return &value;
}

void abort(void)
{
    mp_hal_stdout_tx_str("\r\nCPU exception: abort\r\n");
    host_exit(3);
}
