/* core/base/logarithm against double precision.
 *
 * Sources: base/logarithm.c
 */
#include "base/logarithm.h"

#include <math.h>

#include "check.h"

#ifdef CHECK_BARE_METAL
#define VALUES 20000u
#else
#define VALUES 2000000u
#endif

static double worst;

static void check_value(uint64_t value)
{
    double error = fabs(sl_log2_u64(value) / 16777216.0 - log2((double)value));
    worst = error > worst ? error : worst;
}

int main(void)
{
    CHECK(sl_log2_u32(0) == SL_LOG2_OF_ZERO);
    CHECK(sl_log2_u64(0) == SL_LOG2_OF_ZERO);
    for (uint32_t i = 0; i < 64; i++) {
        CHECK(sl_log2_u64((uint64_t)1 << i) == (int32_t)(i << 24));
    }
    for (uint32_t i = 1; i < VALUES; i++) {
        check_value(i);
        check_value((uint64_t)1 << 40 | (uint64_t)i << 19 | 12345);
        check_value(UINT64_MAX / i);
    }
    for (uint32_t i = 0; i < VALUES; i++) {
        uint32_t mantissa = 0x80000000u + i * (0x80000000u / VALUES);
        check_value(mantissa);
        CHECK(sl_log2_u32(mantissa) == sl_log2_u64(mantissa));
    }
    check_value(UINT32_MAX);
    check_value(UINT64_MAX);
    printf("largest error %.3g\n", worst);
    CHECK(worst < 3e-6);
    /* Other bases: rounding of 2^-24 and 2^-16 on top. */
    CHECK(fabs(sl_scale_q31(sl_log2_u32(1000), SL_LN_2_Q31) / 16777216.0 - log(1000)) < 2.2e-6);
    CHECK(fabs(sl_scale_q31(sl_log2_u32(1000), SL_LOG10_2_Q31) / 16777216.0 - 3) < 1.1e-6);
    CHECK(fabs(sl_decibels_q16(sl_log2_u32(1000)) / 65536.0 - 30) < 1.7e-5);
    CHECK(fabs(sl_decibels_q16(sl_log2_u64(UINT64_MAX)) / 65536.0 - 192.659197) < 1.7e-5);
    volatile int32_t sink = 0;
    CHECK_INSTRUCTIONS("log2 of uint32", 1000, sink = sl_log2_u32(check_i + 1));
    (void)sink;
    return check_summary("logarithm");
}
