/* CMSIS-DSP: arm_mfcc_q15 or arm_mfcc_f32 of N values with BANDS bands, whose last step, the cosine
 * transform, gives OUTPUTS values; with none, the logarithms of the bands are left where they were
 * computed: in the source (q15) or in the temporary memory (f32).
 *
 * The model holds positions and lengths of the bands' filters (words), then the cosine matrix, the
 * window and the filters in the format of the samples.
 */
#include "cmsis.h"

#ifdef Q15
typedef q15_t sample;
typedef q31_t temporary;
#define NAMED(n) arm_mfcc_init_##n##_q15
static arm_mfcc_instance_q15 mfcc;
#else
typedef float sample, temporary;
#define NAMED(n) arm_mfcc_init_##n##_f32
static arm_mfcc_instance_f32 mfcc;
#endif
#define INIT(n)   NAMED(n)
#define TEMPORARY (N + 2)

static const sample *const tables = (const sample *)(bench_model + 2 * BANDS);

#if OUTPUTS > 0
#define SOURCE  ((sample *)bench_work) /* the caller's input, which is overwritten */
#define RESULT  ((sample *)bench_output)
#define SCRATCH ((temporary *)(bench_work + N))
#elif defined(Q15)
#define SOURCE  ((sample *)bench_output)
#define RESULT  ((sample *)bench_work)
#define SCRATCH ((temporary *)(bench_work + N))
#else
#define SOURCE  ((sample *)bench_work)
#define RESULT  ((sample *)bench_work + 2 * N)
#define SCRATCH ((temporary *)bench_output)
#endif

int bench_setup(void)
{
    const uint32_t *positions = bench_model, *lengths = bench_model + BANDS;
    const sample *window = tables + BANDS * MATRIX_ROWS, *filters = window + N;
    bench_work_used = TEMPORARY * sizeof(temporary);
    return INIT(N)(&mfcc, BANDS, OUTPUTS, tables, positions, lengths, filters, window) !=
           ARM_MATH_SUCCESS;
}

void bench_load(const void *row)
{
    memcpy(SOURCE, row, N * sizeof(sample));
}

int bench_run(const void *row)
{
    (void)row;
#ifdef Q15
    return arm_mfcc_q15(&mfcc, SOURCE, RESULT, SCRATCH);
#else
    arm_mfcc_f32(&mfcc, SOURCE, RESULT, SCRATCH);
    return 0;
#endif
}
