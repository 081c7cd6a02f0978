/* Powers of two of fixed-point numbers, in integers: for the few that a design takes. (For float32,
 * and where many are needed, core/base/logarithm_float.h.) */
#ifndef SL_BASE_POWER_H
#define SL_BASE_POWER_H

#include "base/number.h"

/* 2^y, y in units of 2^-24. Exponential series; relative error < 1e-8. */
static inline sl_number sl_power_of_two(int32_t y)
{
    uint32_t x = (uint32_t)(((uint64_t)((uint32_t)y & 0xFFFFFFu) * 0xB17217F8u) >> 24); /* ln 2 */
    uint32_t sum = 0x80000000u; /* 1 + x (1 + x / 2 (1 + x / 3 ... (1 + x / 12))), Q31 */
    for (uint32_t k = 12; k != 0; k--) {
        sum = 0x80000000u + (uint32_t)((uint64_t)x * sum >> 32) / k;
    }
    return sl_normal(sum, (y >> 24) - 31);
}

/* A float32 > 0 that is no denormal, exactly. */
static inline sl_number sl_number_from(float value)
{
    uint32_t bits = sl_float_bits(value);
    return sl_normal((bits & 0x7FFFFFu) | 0x800000u, (int32_t)(bits >> 23) - 150);
}

/* Whether a value that numbers are made from is positive and neither tiny nor huge. */
static inline bool sl_is_ordinary(float value)
{
    uint32_t bits = sl_float_bits(value);
    return bits >= 0x2B800000u && bits <= 0x53800000u; /* 2^-40 ... 2^40 */
}

#endif
