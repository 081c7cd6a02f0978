/* Decibels of the level meter: Q16 integers inside, float32 outside, and energies of 96 bits. */
#ifndef SL_DSP_LEVEL_UNITS_H
#define SL_DSP_LEVEL_UNITS_H

#include "base/float32.h"
#include "base/logarithm.h"

#define SL_LEVEL_DECIBEL (1 << 16)

/* A calibration may lie here, in dB, Q16. */
#define SL_LEVEL_HIGHEST (300 * SL_LEVEL_DECIBEL)
#define SL_LEVEL_LOWEST  (-200 * SL_LEVEL_DECIBEL)

/* log2, Q24, of an energy in units of 2^-46; 0 counts as one unit. */
static inline int32_t sl_level_log(uint64_t energy, uint32_t high)
{
    int32_t scale = -46 * SL_LOG2_ONE;
    for (; high != 0; high >>= 1) {
        energy = energy >> 1 | (uint64_t)(high & 1) << 63;
        scale += SL_LOG2_ONE;
    }
    return sl_log2_u64(energy | (energy == 0)) + scale;
}

/* Decibels, Q16, of a mean square, log2 in Q24, of which a sine of full scale has a half. */
static inline int32_t sl_level_decibels(int32_t power)
{
    return sl_decibels_q16((int32_t)((uint32_t)power + SL_LOG2_ONE));
}

/* Q16 as float32, exact below 256 dB. */
static inline float sl_level_float(int32_t level)
{
    uint32_t sign = level < 0 ? 0x80000000u : 0;
    uint32_t magnitude = level < 0 ? 0u - (uint32_t)level : (uint32_t)level;
    if (magnitude == 0) {
        return 0.0f;
    }
    uint32_t zeros = sl_leading_zeros(magnitude);
    uint32_t exponent = 31 - zeros + 127 - 16;
    return sl_float_from_bits(sign | (((exponent - 1) << 23) + (magnitude << zeros >> 8)));
}

/* float32 as Q16, cut off; INT32_MIN if it is no calibration. */
static inline int32_t sl_level_q16(float level)
{
    uint32_t bits = sl_float_bits(level);
    uint32_t exponent = bits >> 23 & 0xFF;
    if (exponent > 127 + 8) {
        return INT32_MIN;
    }
    uint32_t mantissa = (bits & 0x7FFFFFu) | 0x800000u; /* times 2^(exponent - 134) */
    int32_t magnitude = 0;
    if (exponent > 134) {
        magnitude = (int32_t)(mantissa << (exponent - 134));
    } else if (exponent > 134 - 24) {
        magnitude = (int32_t)(mantissa >> (134 - exponent));
    }
    int32_t value = (bits & 0x80000000u) != 0 ? -magnitude : magnitude;
    return SL_LEVEL_LOWEST <= value && value <= SL_LEVEL_HIGHEST ? value : INT32_MIN;
}

#endif
