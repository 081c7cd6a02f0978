#include "base/logarithm_float.h"

#include "base/float32.h"

/* A real number as mantissa * 2^unit. */
typedef struct wide_number {
    int64_t mantissa;
    int32_t unit;
} wide_number;

static inline int32_t wide_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b) >> 32);
}

/* Factor that brings log2 to another base, Q31, or none. */
enum { BASE_2 = 0, BASE_E = 1488522236, BASE_10 = 646456993 };

static const int32_t log2_coefficients[12] = {
    -92713287,  166276989, -168558419, 170726562, -192250202, 221294170,
    -258239391, 309818157, -387269471, 516360640, -774541007, 1549082005,
};

static const int32_t exp2_coefficients[7] = {
    32889, 332154, 2863332, 20654577, 119194168, 515882504, 1488522236,
};

/* Polynomial of `terms` coefficients, the highest first, at x in Q32. */
static int32_t polynomial_q32(const int32_t *coefficients, uint32_t terms, int32_t x)
{
    int32_t sum = *coefficients++;
    while (--terms != 0) {
        sum = wide_high(sum, x) + *coefficients++;
    }
    return sum;
}

/* log2 of a finite value > 0 with these bits. Relative error of the part after the point 2^-30. */
static wide_number log2_of(uint32_t bits)
{
    int32_t exponent = (int32_t)(bits >> 23);
    uint32_t mantissa = bits & 0x7FFFFFu;
    if (exponent == 0) {
        uint32_t shift = sl_leading_zeros(mantissa) - 8;
        mantissa <<= shift;
        exponent = 1 - (int32_t)shift;
    }
    mantissa |= 0x800000u;
    exponent -= 127;
    /* value = 2^exponent (1 + r), sqrt(1/2) <= 1 + r < sqrt(2); r in Q32, exact. */
    int32_t r = (int32_t)(mantissa << 9);
    if (mantissa >= 0xB504F3u) {
        exponent++;
        r = (int32_t)(mantissa << 8);
    }
    wide_number result = {0, -54};
    int32_t p = polynomial_q32(log2_coefficients, 12, r);
    if (exponent == 0) { /* near 1: keep all digits of a small r */
        if (r != 0) {
            uint32_t shift = sl_leading_zeros((uint32_t)(r < 0 ? -r : r)) - 1;
            result.mantissa = (int64_t)(r * (1 << shift)) * p;
            result.unit = -62 - (int32_t)shift;
        }
        return result;
    }
    result.mantissa = exponent * ((int64_t)1 << 54) + (((int64_t)r * p) >> 8);
    return result;
}

/* mantissa * 2^unit rounded to the nearest float, `sign` added; 0 below, infinity above. */
static float float_of(uint64_t mantissa, int32_t unit, uint32_t sign)
{
    uint32_t high = (uint32_t)(mantissa >> 32);
    uint32_t low = (uint32_t)mantissa;
    if (high == 0) {
        high = low;
        low = 0;
        unit -= 32;
    }
    if (high == 0) {
        return sl_float_from_bits(sign);
    }
    uint32_t shift = sl_leading_zeros(high);
    if (shift != 0) {
        high = high << shift | low >> (32 - shift);
    }
    int32_t exponent = unit - (int32_t)shift + 63 + 127;
    uint32_t drop = 7;
    if (exponent < 1) { /* denormal */
        drop += (uint32_t)(1 - exponent);
        exponent = 1;
    }
    if (drop > 31) {
        return sl_float_from_bits(sign);
    }
    uint32_t bits = SL_INFINITY_BITS;
    if (exponent < 255) {
        bits = ((uint32_t)(exponent - 1) << 23) + (((high >> drop) + 1) >> 1);
    }
    return sl_float_from_bits(bits | sign);
}

static float logarithm(float value, int32_t base)
{
    uint32_t bits = sl_float_bits(value);
    if ((bits << 1) == 0) {
        return sl_float_from_bits(0xFF800000u);
    }
    if (bits >= SL_INFINITY_BITS) {
        return bits == SL_INFINITY_BITS ? value : sl_nan();
    }
    wide_number log2 = log2_of(bits);
    uint32_t sign = log2.mantissa < 0 ? 0x80000000u : 0;
    uint64_t magnitude = (uint64_t)(sign != 0 ? -log2.mantissa : log2.mantissa);
    if (base != BASE_2) {
        uint64_t high = (magnitude >> 32) * (uint32_t)base;
        uint64_t low = (magnitude & 0xFFFFFFFFu) * (uint32_t)base;
        magnitude = (high + (low >> 32)) << 1; /* < 2^63 */
    }
    return float_of(magnitude, log2.unit, sign);
}

float sl_log2f(float value)
{
    return logarithm(value, BASE_2);
}

float sl_logf(float value)
{
    return logarithm(value, BASE_E);
}

float sl_log10f(float value)
{
    return logarithm(value, BASE_10);
}

/* 2^(power / 2^32). */
static float exp2_of(int64_t power)
{
    int32_t f = (int32_t)(uint32_t)power; /* -1/2 ... 1/2, Q32 */
    int32_t n = (int32_t)((power - f) >> 32);
    int32_t p = polynomial_q32(exp2_coefficients, 7, f); /* Q31 */
    uint32_t mantissa = 0x80000000u + (uint32_t)wide_high(f, p);
    return float_of(mantissa, n - 31, 0);
}

/* mantissa * 2^unit in Q32, held within +-256, where exp2_of has gone to 0 or infinity. */
static int64_t power_of(int64_t mantissa, int32_t unit)
{
    const int64_t limit = (int64_t)256 << 32;
    int32_t shift = unit + 32;
    if (shift <= 0) {
        mantissa = shift < -63 ? 0 : mantissa >> -shift;
    } else if (mantissa != 0) {
        if (shift > 40 || mantissa > limit || mantissa < -limit) {
            return mantissa > 0 ? limit : -limit;
        }
        if (mantissa > (limit >> shift) || mantissa < -(limit >> shift)) {
            return mantissa > 0 ? limit : -limit;
        }
        mantissa *= (int64_t)1 << shift;
    }
    return mantissa > limit ? limit : mantissa < -limit ? -limit : mantissa;
}

/* Signed mantissa and unit of a float that is not NaN; infinity as 2^128. */
static wide_number wide_of(float value)
{
    uint32_t bits = sl_float_bits(value);
    int32_t exponent = (int32_t)(bits >> 23 & 0xFF);
    int32_t mantissa = (int32_t)(bits & 0x7FFFFFu);
    if (exponent != 0) {
        mantissa |= 0x800000;
    } else {
        exponent = 1;
    }
    wide_number result = {(bits & 0x80000000u) != 0 ? -mantissa : mantissa, exponent - 150};
    return result;
}

float sl_exp2f(float value)
{
    if (sl_is_nan(value)) {
        return sl_nan();
    }
    wide_number x = wide_of(value);
    return exp2_of(power_of(x.mantissa, x.unit));
}

float sl_powf(float x, float y)
{
    uint32_t bits = sl_float_bits(x);
    uint32_t power = sl_float_magnitude(y);
    if (power == 0) {
        return 1.0f;
    }
    if (bits == 0x80000000u) {
        bits = 0;
    }
    if (bits > SL_INFINITY_BITS || power > SL_INFINITY_BITS) {
        return sl_nan();
    }
    wide_number exponent = wide_of(y);
    if (bits == 0 || bits == SL_INFINITY_BITS) {
        int up = (bits != 0) == (exponent.mantissa > 0);
        return sl_float_from_bits(up ? SL_INFINITY_BITS : 0);
    }
    wide_number log2 = log2_of(bits);
    /* 38 bits of the logarithm and 24 of y make a product of 62. */
    while (log2.mantissa >= (int64_t)1 << 38 || log2.mantissa <= -((int64_t)1 << 38)) {
        log2.mantissa >>= 8;
        log2.unit += 8;
    }
    return exp2_of(power_of(log2.mantissa * exponent.mantissa, log2.unit + exponent.unit));
}
