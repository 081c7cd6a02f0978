/* No library at all: what the program around a library takes, to be subtracted. */
#include "bench.h"

int bench_setup(void)
{
    return 0;
}

int bench_run(const void *row)
{
    (void)row;
    return 0;
}
