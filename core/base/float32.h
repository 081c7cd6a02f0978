/* IEEE-754 single precision at the level of bits, and elementary functions that give the same bits
 * everywhere.
 *
 * Every function here is exact or has its error stated in ulp (units in the last place of the true
 * result). NaN is always written as SL_NAN_BITS. The bit functions use integer instructions alone;
 * sl_sqrtf is integer arithmetic, or the processor's correctly rounded instruction where there is
 * one; sl_atan2f and sl_acosf need +, -, *, / of IEEE-754 round-to-nearest with denormals, compiled
 * with -ffp-contract=off.
 */
#ifndef SL_BASE_FLOAT32_H
#define SL_BASE_FLOAT32_H

#include <stdbool.h>
#include <stdint.h>

#define SL_NAN_BITS      0x7FC00000u /* the one NaN that is ever written */
#define SL_INFINITY_BITS 0x7F800000u /* magnitudes from here on are not finite */

/* The 32 bits of a float, and back. */
static inline uint32_t sl_float_bits(float value)
{
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float sl_float_from_bits(uint32_t bits)
{
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

/* Bits without the sign: they order magnitudes, infinity and NaN last. */
static inline uint32_t sl_float_magnitude(float value)
{
    return sl_float_bits(value) & 0x7FFFFFFFu;
}

static inline bool sl_is_nan(float value)
{
    return sl_float_magnitude(value) > SL_INFINITY_BITS;
}

/* False for NaN and the infinities. */
static inline bool sl_is_finite(float value)
{
    return sl_float_magnitude(value) < SL_INFINITY_BITS;
}

static inline float sl_nan(void)
{
    return sl_float_from_bits(SL_NAN_BITS);
}

/* `value`, any NaN as the one NaN. */
static inline float sl_canonical(float value)
{
    return sl_is_nan(value) ? sl_nan() : value;
}

/* Integer with the order of the floats: a < b gives key(a) < key(b). -0 comes just below +0. NaN
 * lie at both ends, outside the infinities, by their sign. Its own inverse, see sl_float_from_key.
 */
static inline int32_t sl_float_key(float value)
{
    int32_t bits = (int32_t)sl_float_bits(value);
    return bits ^ ((bits >> 31) & 0x7FFFFFFF);
}

static inline float sl_float_from_key(int32_t key)
{
    return sl_float_from_bits((uint32_t)(key ^ ((key >> 31) & 0x7FFFFFFF)));
}

/* Number of zero bits above the highest one bit of `value` > 0: 0 ... 31. */
static inline uint32_t sl_leading_zeros(uint32_t value)
{
#if defined(__ARM_FEATURE_CLZ) || defined(__x86_64__) || defined(__aarch64__) || defined(__wasm__)
    return (uint32_t)__builtin_clz(value);
#else
    /* Elsewhere the compiler's helper would bring a table of 256 bytes along. */
    uint32_t zeros = 0;
    for (uint32_t width = 16; width != 0; width >>= 1) {
        if (value >> (32 - width) == 0) {
            value <<= width;
            zeros += width;
        }
    }
    return zeros;
#endif
}

/* Square root, correctly rounded (to nearest, ties to even): 0.5 ulp. sqrt(-0) = -0; negative: NaN.
 */
float sl_sqrtf(float value);

/* Angle of the point (x, y) in radians, -pi ... pi, the signs of zeros and infinities as in C's
 * atan2. Error < 2 ulp (measured 1.85: tests/core/test_float32.c). */
float sl_atan2f(float y, float x);

/* Arc cosine in radians, 0 ... pi; NaN outside -1 ... 1. Error < 3 ulp (measured 2.7). */
float sl_acosf(float value);

#endif
