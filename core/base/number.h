/* Integers in place of float32: block floating point for samples, unpacked numbers for results.
 *
 * Features are computed in integers so that the bits are the same everywhere and no soft-float
 * helper is linked. The samples of a block become 30-bit integers in one unit, a power of two
 * (sl_integer_of); sums of them are 64-bit integers; from there on a few unpacked numbers are
 * multiplied, divided or rooted, and rounded to float32 once (sl_packed).
 *
 * An sl_number is >= 0, mantissa * 2^exponent: the low word is the mantissa with its top bit set,
 * the high word the exponent; zero is all zero. 32 bits of mantissa make the last rounding, to
 * float32, the only one that shows. Packed into one uint64_t because that travels in registers
 * everywhere. Each operation cuts off below the mantissa: its relative error is < 2^-31 (root:
 * 2^-28).
 */
#ifndef SL_BASE_NUMBER_H
#define SL_BASE_NUMBER_H

#include <stdint.h>

#include "base/float32.h"

typedef uint64_t sl_number;

static inline sl_number sl_number_of(uint32_t mantissa, int32_t exponent)
{
    return (uint64_t)(uint32_t)exponent << 32 | mantissa;
}

static inline uint32_t sl_mantissa_of(sl_number a)
{
    return (uint32_t)a;
}

static inline int32_t sl_exponent_of(sl_number a)
{
    return (int32_t)(a >> 32);
}

/* value * 2^exponent, bits below the 32nd cut off. */
static inline sl_number sl_normal(uint64_t value, int32_t exponent)
{
    uint32_t low = (uint32_t)value;
    /* clang-tidy 14 loses track of arguments widened from 32 to 64 bits. */
    uint32_t high = (uint32_t)(value >> 32); // NOLINT(clang-analyzer-core.UndefinedBinary*)
    exponent += 32;
    if (high == 0) {
        high = low;
        low = 0;
        exponent -= 32;
    }
    if (high == 0) {
        return 0;
    }
    uint32_t shift = sl_leading_zeros(high);
    if (shift != 0) {
        high = high << shift | low >> (32 - shift);
    }
    return sl_number_of(high, exponent - (int32_t)shift);
}

/* a * 2^exponent. */
static inline sl_number sl_scaled(sl_number a, int32_t exponent)
{
    return sl_mantissa_of(a) == 0 ? 0
                                  : sl_number_of(sl_mantissa_of(a), sl_exponent_of(a) + exponent);
}

static inline sl_number sl_product(sl_number a, sl_number b)
{
    return sl_normal((uint64_t)sl_mantissa_of(a) * sl_mantissa_of(b),
                     sl_exponent_of(a) + sl_exponent_of(b));
}

/* a / b; 0 if a is, even for b = 0. */
static inline sl_number sl_quotient(sl_number a, sl_number b)
{
    if (sl_mantissa_of(a) == 0) {
        return 0;
    }
    uint32_t remainder = sl_mantissa_of(a);
    uint32_t digits = 0;
    uint32_t carry = 0;
    for (uint32_t i = 32; i != 0; i--) {
        digits <<= 1;
        if (carry != 0 || remainder >= sl_mantissa_of(b)) {
            remainder -= sl_mantissa_of(b);
            digits++;
        }
        carry = remainder >> 31;
        remainder <<= 1;
    }
    return sl_normal(digits, sl_exponent_of(a) - sl_exponent_of(b) - 31);
}

static inline sl_number sl_sum(sl_number a, sl_number b)
{
    if (sl_mantissa_of(a) == 0 ||
        (sl_mantissa_of(b) != 0 && sl_exponent_of(a) < sl_exponent_of(b))) {
        sl_number swap = a;
        a = b;
        b = swap;
    }
    uint32_t shift = (uint32_t)(sl_exponent_of(a) - sl_exponent_of(b));
    uint32_t addend = shift > 31 ? 0 : sl_mantissa_of(b) >> shift;
    return sl_normal((uint64_t)sl_mantissa_of(a) + addend, sl_exponent_of(a));
}

/* Square root, by Newton's iteration for 1 / sqrt; error < 2^-28. */
static inline sl_number sl_root(sl_number a)
{
    uint32_t value = sl_mantissa_of(a);
    int32_t exponent = sl_exponent_of(a);
    if ((exponent & 1) != 0) {
        value >>= 1;
        exponent += 1;
    }
    /* f = value / 2^32 lies in [1/4, 1); y, in units of 2^-30, starts at 2.16 - 1.25 f: 9.3 % off.
     * Each step y' = y (3 - f y^2) / 2 squares the error: 1.3e-2, 2.5e-4, 9.4e-8, 1.3e-14. */
    uint32_t y = 0x8A3D70A3u - (value >> 2) - (value >> 4);
    for (uint32_t i = 4; i != 0; i--) {
        uint32_t square = (uint32_t)((uint64_t)y * y >> 31);
        uint32_t close_to_one = (uint32_t)((uint64_t)value * square >> 32);
        y = (uint32_t)((uint64_t)y * (0x60000000u - close_to_one) >> 30);
    }
    return sl_normal((uint64_t)value * y, exponent / 2 + 16 - 62);
}

/* The nearest float32 (halves away from zero), infinity above the largest. */
static inline float sl_packed(sl_number a, uint32_t sign)
{
    int32_t exponent = sl_exponent_of(a) + 158;
    uint32_t drop = 7;
    if (exponent < 1) { /* denormal */
        drop += (uint32_t)(1 - exponent);
        exponent = 1;
    }
    if (drop > 31 || sl_mantissa_of(a) == 0) {
        return 0.0f;
    }
    uint32_t bits = SL_INFINITY_BITS;
    if (exponent < 255) {
        bits = ((uint32_t)(exponent - 1) << 23) + (((sl_mantissa_of(a) >> drop) + 1) >> 1);
    }
    return sl_float_from_bits(bits | sign);
}

/* Window value as an integer: 24 bits of mantissa at `top`, the exponent field of the largest, and
 * 5 more below. Rounded down, so that no negative value turns into 0. */
static inline int32_t sl_integer_of(float value, uint32_t top)
{
    uint32_t bits = sl_float_bits(value);
    uint32_t exponent = bits >> 23 & 0xFF;
    int32_t mantissa = (int32_t)(bits & 0x7FFFFFu);
    if (exponent == 0) {
        exponent = 1;
    } else {
        mantissa |= 0x800000;
    }
    mantissa <<= 5;
    if ((bits & 0x80000000u) != 0) {
        mantissa = -mantissa;
    }
    uint32_t shift = top - exponent;
    return mantissa >> (shift > 31 ? 31 : shift);
}

/* Exponent field that holds both `magnitude` bits and, at least, denormals. */
static inline uint32_t sl_top_of(uint32_t magnitude)
{
    uint32_t exponent = magnitude >> 23;
    return exponent == 0 ? 1 : exponent;
}

/* A finite float's magnitude, given by its bits without sign. */
static inline sl_number sl_number_of_magnitude(uint32_t bits)
{
    uint32_t mantissa = bits & 0x7FFFFFu;
    if (bits >= 0x800000u) {
        mantissa |= 0x800000u;
    }
    return sl_normal(mantissa, (int32_t)sl_top_of(bits) - 150);
}

static inline uint64_t sl_square_of(int32_t value)
{
    return (uint64_t)((int64_t)value * value);
}

/* Square root of a sum of squares < 2^60, to the nearest integer. */
static inline int32_t sl_length_of(uint64_t squares)
{
    if (squares == 0) {
        return 0;
    }
    sl_number length = sl_root(sl_normal(squares, 0)); /* exponent -32 (a bit less than 1) ... -2 */
    return (int32_t)(((sl_mantissa_of(length) >> (-1 - sl_exponent_of(length))) + 1) >> 1);
}

static inline uint64_t sl_absolute(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static inline uint32_t sl_sign_of(int64_t value)
{
    return value < 0 ? 0x80000000u : 0;
}

/* A finite float32 >= 0 given by its bits. */
static inline sl_number sl_number_of_bits(uint32_t bits)
{
    uint32_t exponent = sl_top_of(bits);
    return sl_normal(bits - ((exponent - 1) << 23), (int32_t)exponent - 150);
}

/* integer * 2^unit. */
static inline float sl_float_of(int64_t integer, int32_t unit)
{
    return sl_packed(sl_normal(sl_absolute(integer), unit), sl_sign_of(integer));
}

#endif
