#include "dsp/smoothing.h"

#include "base/power.h"

#define LOG2_E 0xB8AA3B29u /* log2(e) in Q31 */

/* In units of 2^-32, rounded; for values below 1 and above 2^-40. */
static uint32_t fixed(sl_number value)
{
    int32_t shift = -32 - sl_exponent_of(value);
    if (shift <= 0) {
        return shift == 0 ? sl_mantissa_of(value) : 0xFFFFFFFFu;
    }
    if (shift > 32) {
        return 0;
    }
    return (uint32_t)(((uint64_t)sl_mantissa_of(value) + (1ull << (shift - 1))) >> shift);
}

uint32_t sl_smoothing_factor(float samples)
{
    sl_number rate = sl_quotient(sl_number_of(0x80000000u, -31), sl_number_from(samples));
    if (sl_float_bits(samples) >=
        0x41800000u) { /* 16 samples: t - t^2 / 2 + t^3 / 6 - t^4 / 24, error t^5 / 120 */
        uint32_t t = fixed(rate);
        uint32_t square = (uint32_t)((uint64_t)t * t >> 32);
        uint32_t cube = (uint32_t)((uint64_t)square * t >> 32);
        uint32_t fourth = (uint32_t)((uint64_t)cube * t >> 32);
        return t - square / 2 + cube / 6 - fourth / 24;
    }
    sl_number exponent = sl_product(rate, sl_number_of(LOG2_E, -31));
    uint32_t y = fixed(sl_scaled(exponent, -8)); /* units of 2^-24; at most 14.5 */
    uint32_t left = fixed(sl_power_of_two(-(int32_t)y));
    return 0u - (left == 0 ? 1 : left);
}
