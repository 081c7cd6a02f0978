#include "base/soft_float.h"

#if defined(SL_SOFT_FLOAT) || defined(SL_SOFT_FLOAT_TEST)

#define SOFT_SIGN     0x80000000u
#define SOFT_INFINITE 0x7F800000u
#define SOFT_NAN      0x7FC00000u
#define SOFT_ONE      0x4000000u /* a fraction of 1.0: 24 bits and 3 to round by */

/* Half of it; the bit that drops out is remembered in the lowest. */
static uint32_t soft_halve(uint32_t fraction)
{
    return fraction >> 1 | (fraction & 1);
}

/* The float nearest to fraction / SOFT_ONE * 2^(exponent - 127); a fraction below SOFT_ONE only
 * with exponent 1 (denormal), none of 2 SOFT_ONE or more. */
static uint32_t soft_pack(uint32_t sign, uint32_t exponent, uint32_t fraction)
{
    uint32_t rounded = fraction >> 3;
    rounded += ((fraction & 7) + 3 + (rounded & 1)) >> 3;
    uint32_t bits = ((exponent - 1) << 23) + rounded;
    return sign | (bits > SOFT_INFINITE ? SOFT_INFINITE : bits);
}

uint32_t sl_soft_add(uint32_t a, uint32_t b)
{
    if ((a << 1) < (b << 1)) { /* a is the larger one */
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    uint32_t sign = a & SOFT_SIGN;
    uint32_t different = (a ^ b) & SOFT_SIGN;
    a <<= 1;
    b <<= 1;
    if (a >= SOFT_INFINITE << 1) {
        return a > SOFT_INFINITE << 1 || (different && a == b) ? SOFT_NAN : sign | SOFT_INFINITE;
    }
    uint32_t exponent = a >> 24;
    uint32_t lower = b >> 24;
    a = (a << 2) & (SOFT_ONE - 1);
    b = (b << 2) & (SOFT_ONE - 1);
    if (exponent != 0) {
        a |= SOFT_ONE;
        exponent--;
    }
    if (lower != 0) {
        b |= SOFT_ONE;
        lower--;
    }
    uint32_t shift = exponent++ - lower;
    if (shift != 0) {
        shift = shift > 27 ? 27 : shift;
        b = b >> shift | (b << (32 - shift) != 0);
    }
    if (!different) {
        a += b;
        if (a >= 2 * SOFT_ONE) {
            a = soft_halve(a);
            exponent++;
        }
    } else {
        a -= b;
        if (a == 0) {
            return 0;
        }
        while (a < SOFT_ONE && exponent > 1) {
            a <<= 1;
            exponent--;
        }
    }
    return soft_pack(sign, exponent, a);
}

/* Twice the magnitude to fraction, 24 bits with its leading one, and exponent. */
static uint32_t soft_unpack(uint32_t twice, int32_t *exponent)
{
    int32_t e = (int32_t)(twice >> 24);
    uint32_t fraction = twice << 7 & 0x7FFFFFFFu;
    if (e != 0) {
        fraction |= 0x80000000u;
    } else {
        do {
            fraction <<= 1;
            e--;
        } while (fraction < 0x80000000u);
        e++;
    }
    *exponent += e;
    return fraction >> 8;
}

uint32_t sl_soft_multiply(uint32_t a, uint32_t b)
{
    uint32_t sign = (a ^ b) & SOFT_SIGN;
    a <<= 1;
    b <<= 1;
    if (a < b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (a >= SOFT_INFINITE << 1) {
        return a > SOFT_INFINITE << 1 || b == 0 ? SOFT_NAN : sign | SOFT_INFINITE;
    }
    if (b == 0) {
        return sign;
    }
    int32_t exponent = -127;
    a = soft_unpack(a, &exponent);
    b = soft_unpack(b, &exponent);
    uint64_t product = (uint64_t)a * b;
    uint32_t fraction = (uint32_t)(product >> 20) | (((uint32_t)product & 0xFFFFFu) != 0);
    if (fraction >= 2 * SOFT_ONE) {
        fraction = soft_halve(fraction);
        exponent++;
    }
    for (; exponent < 1 && fraction > 1; exponent++) {
        fraction = soft_halve(fraction);
    }
    if (exponent < 1) {
        exponent = 1;
    }
    return exponent > 254 ? sign | SOFT_INFINITE : soft_pack(sign, (uint32_t)exponent, fraction);
}

uint32_t sl_soft_from_int(int32_t value)
{
    if (value == 0) {
        return 0;
    }
    uint32_t sign = (uint32_t)value & SOFT_SIGN;
    uint32_t fraction = sign ? 0u - (uint32_t)value : (uint32_t)value;
    uint32_t exponent = 127 + 26;
    for (; fraction >= 2 * SOFT_ONE; exponent++) {
        fraction = soft_halve(fraction);
    }
    for (; fraction < SOFT_ONE; exponent--) {
        fraction <<= 1;
    }
    return soft_pack(sign, exponent, fraction);
}

#endif

/* The names that the compiler calls them by. */
#if defined(SL_SOFT_FLOAT) && !defined(SL_SOFT_FLOAT_TEST)

#ifdef __riscv
#define SOFT_ADD      __addsf3
#define SOFT_SUBTRACT __subsf3
#define SOFT_MULTIPLY __mulsf3
#define SOFT_FROM_INT __floatsisf
#else
#define SOFT_ADD      __aeabi_fadd
#define SOFT_SUBTRACT __aeabi_fsub
#define SOFT_MULTIPLY __aeabi_fmul
#define SOFT_FROM_INT __aeabi_i2f
#endif

/* Kept under -fwhole-program: the calls are made after the compiler has dropped what has none. */
#define CALLED __attribute__((used, externally_visible))

CALLED uint32_t SOFT_ADD(uint32_t a, uint32_t b);
CALLED uint32_t SOFT_SUBTRACT(uint32_t a, uint32_t b);
CALLED uint32_t SOFT_MULTIPLY(uint32_t a, uint32_t b);
CALLED uint32_t SOFT_FROM_INT(int32_t value);

uint32_t SOFT_ADD(uint32_t a, uint32_t b)
{
    return sl_soft_add(a, b);
}

uint32_t SOFT_SUBTRACT(uint32_t a, uint32_t b)
{
    return sl_soft_add(a, b ^ SOFT_SIGN);
}

uint32_t SOFT_MULTIPLY(uint32_t a, uint32_t b)
{
    return sl_soft_multiply(a, b);
}

uint32_t SOFT_FROM_INT(int32_t value)
{
    return sl_soft_from_int(value);
}

#endif
