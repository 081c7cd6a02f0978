/* CMSIS-DSP: arm_rfft_fast_f32 of N values; N values come out, packed. */
#include "cmsis.h"

#define NAMED(n) arm_rfft_fast_init_##n##_f32
#define INIT(n)  NAMED(n)
#define OUT      ((float *)bench_output)
#define SOURCE   ((float *)bench_work) /* the caller's input, which is overwritten */

static arm_rfft_fast_instance_f32 fft;

int bench_setup(void)
{
    return INIT(N)(&fft) != ARM_MATH_SUCCESS;
}

void bench_load(const void *row)
{
    memcpy(SOURCE, row, N * sizeof(float));
}

int bench_run(const void *row)
{
    (void)row;
    arm_rfft_fast_f32(&fft, SOURCE, OUT, 0);
    return 0;
}
