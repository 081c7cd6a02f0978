/* Logarithm of integers, in integers: for levels and bands without floating point.
 *
 * Format: result Q24, that is log2(value) in units of 2^-24, 0 ... 64 * 2^24. Mantissa 31 bits and
 * polynomial in Q30 ... Q34, high words of 64-bit products, rounded once at the end; nothing can
 * overflow. Error < 3e-6 (measured 2.3e-6: tests/core/test_logarithm.c), that is 1e-5 dB of a
 * power. Powers of two are exact. log2(0) is SL_LOG2_OF_ZERO.
 */
#ifndef SL_BASE_LOGARITHM_H
#define SL_BASE_LOGARITHM_H

#include <stdint.h>

#define SL_LOG2_ONE     (1 << 24) /* log2(2) */
#define SL_LOG2_OF_ZERO INT32_MIN

/* Logarithms of 2 to other bases, Q31: sl_scale_q31(log2, SL_LN_2_Q31) is the natural logarithm. */
#define SL_LN_2_Q31       1488522236
#define SL_LOG10_2_Q31    646456993
#define SL_DECIBELS_2_Q28 808071241 /* 10 log10(2): decibels that double a power */

/* log2(value), Q24. */
int32_t sl_log2_u32(uint32_t value);
int32_t sl_log2_u64(uint64_t value);

/* value * factor / 2^31, rounded to nearest. */
static inline int32_t sl_scale_q31(int32_t value, int32_t factor)
{
    return (int32_t)(((int64_t)value * factor + (1 << 30)) >> 31);
}

/* Decibels, Q16, of a power whose log2 is given in Q24: 10 log10(power). */
static inline int32_t sl_decibels_q16(int32_t log2)
{
    return (int32_t)(((int64_t)log2 * SL_DECIBELS_2_Q28 + ((int64_t)1 << 35)) >> 36);
}

#endif
