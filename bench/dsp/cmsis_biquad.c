/* CMSIS-DSP: a cascade of biquads over a block of N values. VARIANT names the function; the model
 * holds the coefficients in its order and format. */
#include "cmsis.h"

#define DF1_Q15       1
#define FAST_Q15      2
#define DF1_Q31       3
#define FAST_Q31      4
#define DF1_32X64     5
#define DF1_F32       6
#define DF2T_F32      7
#define POST_SHIFT    1
#define SAMPLES(type) ((const type *)row)
#define OUT(type)     ((type *)bench_output)

#if VARIANT == DF1_Q15 || VARIANT == FAST_Q15
static q15_t state[4 * STAGES];
static arm_biquad_casd_df1_inst_q15 filter;
#elif VARIANT == DF1_Q31 || VARIANT == FAST_Q31
static q31_t state[4 * STAGES];
static arm_biquad_casd_df1_inst_q31 filter;
#elif VARIANT == DF1_32X64
static q63_t state[4 * STAGES];
static arm_biquad_cas_df1_32x64_ins_q31 filter;
#elif VARIANT == DF1_F32
static float state[4 * STAGES];
static arm_biquad_casd_df1_inst_f32 filter;
#else
static float state[2 * STAGES];
static arm_biquad_cascade_df2T_instance_f32 filter;
#endif

int bench_setup(void)
{
#if VARIANT == DF1_Q15 || VARIANT == FAST_Q15
    arm_biquad_cascade_df1_init_q15(&filter, STAGES, (const q15_t *)bench_model, state, POST_SHIFT);
#elif VARIANT == DF1_Q31 || VARIANT == FAST_Q31
    arm_biquad_cascade_df1_init_q31(&filter, STAGES, (const q31_t *)bench_model, state, POST_SHIFT);
#elif VARIANT == DF1_32X64
    arm_biquad_cas_df1_32x64_init_q31(&filter, STAGES, (const q31_t *)bench_model, state,
                                      POST_SHIFT);
#elif VARIANT == DF1_F32
    arm_biquad_cascade_df1_init_f32(&filter, STAGES, (const float *)bench_model, state);
#else
    arm_biquad_cascade_df2T_init_f32(&filter, STAGES, (const float *)bench_model, state);
#endif
    return 0;
}

int bench_run(const void *row)
{
#if VARIANT == DF1_Q15
    arm_biquad_cascade_df1_q15(&filter, SAMPLES(q15_t), OUT(q15_t), N);
#elif VARIANT == FAST_Q15
    arm_biquad_cascade_df1_fast_q15(&filter, SAMPLES(q15_t), OUT(q15_t), N);
#elif VARIANT == DF1_Q31
    arm_biquad_cascade_df1_q31(&filter, SAMPLES(q31_t), OUT(q31_t), N);
#elif VARIANT == FAST_Q31
    arm_biquad_cascade_df1_fast_q31(&filter, SAMPLES(q31_t), OUT(q31_t), N);
#elif VARIANT == DF1_32X64
    arm_biquad_cas_df1_32x64_q31(&filter, SAMPLES(q31_t), OUT(q31_t), N);
#elif VARIANT == DF1_F32
    arm_biquad_cascade_df1_f32(&filter, SAMPLES(float), OUT(float), N);
#else
    arm_biquad_cascade_df2T_f32(&filter, SAMPLES(float), OUT(float), N);
#endif
    return 0;
}
