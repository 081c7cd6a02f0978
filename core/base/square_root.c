/* sl_sqrtf of float32.h, in a file of its own: few need the other functions as well. */
#include "base/float32.h"

float sl_sqrtf(float value)
{
    uint32_t bits = sl_float_bits(value);
    if ((bits << 1) == 0) {
        return value;
    }
    if (bits > SL_INFINITY_BITS) {
        return sl_nan(); /* negative, or NaN already */
    }
#if defined(__ARM_FP) && (__ARM_FP & 4) && defined(__ARM_PCS_VFP)
    __asm__("vsqrt.f32 %0, %1" : "=t"(value) : "t"(value));
    return value;
#elif defined(__SSE__) || defined(__x86_64__)
    __asm__("sqrtss %1, %0" : "=x"(value) : "x"(value));
    return value;
#else
    if (bits == SL_INFINITY_BITS) {
        return value;
    }
    int32_t exponent = (int32_t)(bits >> 23);
    uint32_t mantissa = bits & 0x7FFFFFu;
    if (exponent == 0) { /* denormal */
        uint32_t shift = sl_leading_zeros(mantissa) - 8;
        mantissa <<= shift;
        exponent = 1 - (int32_t)shift;
    }
    mantissa |= 0x800000u;
    exponent -= 127;
    mantissa <<= 1 + (exponent & 1);
    /* Digit by digit: 24 bits of root and one more to round by. A root can't lie half-way between
     * two floats: its square would have an odd last bit below what the mantissa can hold. */
    uint32_t root = 0;
    uint32_t twice = 0;
    for (uint32_t digit = 0x1000000u; digit != 0; digit >>= 1) {
        uint32_t trial = twice + digit;
        if (trial <= mantissa) {
            twice = trial + digit;
            mantissa -= trial;
            root += digit;
        }
        mantissa <<= 1;
    }
    root = (root + 1) >> 1;
    return sl_float_from_bits(root + ((uint32_t)((exponent >> 1) + 126) << 23));
#endif
}
