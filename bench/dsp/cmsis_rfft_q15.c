/* CMSIS-DSP: arm_rfft_q15 of N values; 2 N values come out, X / N, the upper half conjugate. */
#include "cmsis.h"

#define NAMED(n) arm_rfft_init_##n##_q15
#define INIT(n)  NAMED(n)
#define OUT      ((q15_t *)bench_output)
#define SOURCE   ((q15_t *)bench_work) /* the caller's input, which is overwritten */

static arm_rfft_instance_q15 fft;

int bench_setup(void)
{
    return INIT(N)(&fft, 0, 1) != ARM_MATH_SUCCESS;
}

void bench_load(const void *row)
{
    memcpy(SOURCE, row, N * sizeof(q15_t));
}

int bench_run(const void *row)
{
    (void)row;
    arm_rfft_q15(&fft, SOURCE, OUT);
    return 0;
}
