#include "base/logarithm.h"

#include "base/float32.h"

/* a * b / 2^32, rounded down: the high word of the product. */
static inline int32_t logarithm_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b) >> 32);
}

int32_t sl_log2_u32(uint32_t value)
{
    if (value == 0) {
        return SL_LOG2_OF_ZERO;
    }
    uint32_t zeros = sl_leading_zeros(value);
    int32_t t = (int32_t)((value << zeros) & 0x7FFFFFFFu); /* mantissa 1 + t, Q31 */
    /* log2(1 + t) = t + t (1 - t) P(t), exact at both ends. Each product with t halves the unit:
     * coefficients in Q34 ... Q30 from tests/golden/fit_logarithm.py, error 2.1e-6. */
    int32_t p = 443952506;
    p = logarithm_high(p, t) - 824259496;
    p = logarithm_high(p, t) + 781464427;
    p = logarithm_high(p, t) - 591847156;
    p = logarithm_high(p, t) + 475179015;
    int32_t bow = (int32_t)((uint64_t)(uint32_t)t * (0x80000000u - (uint32_t)t) >> 32); /* Q30 */
    int32_t fraction = ((t >> 3) + logarithm_high(bow, p) + 8) >> 4;                    /* Q28 */
    return (int32_t)((31 - zeros) << 24) + fraction;
}

int32_t sl_log2_u64(uint64_t value)
{
    uint32_t high = (uint32_t)(value >> 32);
    if (high == 0) {
        return sl_log2_u32((uint32_t)value);
    }
    uint32_t shift = 32 - sl_leading_zeros(high);
    return sl_log2_u32((uint32_t)(value >> shift)) + (int32_t)(shift << 24);
}
