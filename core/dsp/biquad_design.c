#include "dsp/biquad_design.h"

#include "base/power.h"
#include "base/sine.h"
#include "dsp/biquad.h"
#include "dsp/biquad_fixed.h"

#define PI         0xC90FDAA2u /* Q30 */
#define ONE        sl_number_of(0x80000000u, -31)
#define DECIBELS_A 89172328 /* log2(10) / 40 in Q30: of a gain's root */
/* Limits as the bits of float32. */
#define LOWEST        0x38D1B68Eu /* 1e-4 of the rate */
#define HIGHEST       0x3EFF7CEEu /* 0.499 */
#define LEAST_WIDTH   0x3F80100Eu /* 1.0005 */
#define LEAST_Q       0x3DCCCCCDu /* 0.1 */
#define BUTTERWORTH_Q 0x3F3504F3u /* 1 / sqrt(2) */
#define SMALL_LINEAR  0x3CF5C28Fu /* 0.03, float32: where tan has a short series */

/* Called in many places: one copy of each. */
#define ONE_COPY static __attribute__((noinline)) sl_number

ONE_COPY product_of(sl_number a, sl_number b)
{
    return sl_product(a, b);
}

ONE_COPY quotient_of(sl_number a, sl_number b)
{
    return sl_quotient(a, b);
}

ONE_COPY sum_of(sl_number a, sl_number b)
{
    return sl_sum(a, b);
}

ONE_COPY root_of(sl_number a)
{
    return sl_root(a);
}

ONE_COPY number_from(float value)
{
    return sl_number_from(value);
}

/* a - b for a >= b, else 0. */
ONE_COPY difference(sl_number a, sl_number b)
{
    int32_t shift = sl_exponent_of(a) - sl_exponent_of(b);
    if (sl_mantissa_of(b) == 0 || shift > 63) {
        return a;
    }
    if (sl_mantissa_of(a) == 0 || shift < 0) {
        return 0;
    }
    uint64_t large = (uint64_t)sl_mantissa_of(a) << 31; /* a bit to spare */
    uint64_t small = (uint64_t)sl_mantissa_of(b) << 31 >> shift;
    return large > small ? sl_normal(large - small, sl_exponent_of(a) - 31) : 0;
}

/* In units of 2^-46, rounded; |value| < 2^16. */
static int64_t fixed(sl_number value)
{
    int32_t shift = sl_exponent_of(value) + SL_BIQUAD_DESIGN_FRACTION;
    uint64_t mantissa = sl_mantissa_of(value);
    if (shift >= 0) {
        return (int64_t)(mantissa << (shift & 31));
    }
    return shift < -33 ? 0 : (int64_t)((mantissa + (1ull << (-shift - 1))) >> -shift);
}

static int64_t to_fixed(sl_number value, sl_number factor)
{
    return fixed(product_of(value, factor));
}

/* tan(pi ratio), 0 < ratio < 1/2. */
static sl_number tangent(sl_number ratio)
{
    sl_number angle = product_of(ratio, sl_number_of(PI, -30));
    if (sl_float_bits(sl_packed(angle, 0)) < SMALL_LINEAR) {
        /* x + x^3 / 3 + 2 x^5 / 15: relative error 17 x^6 / 315 < 4e-11. */
        sl_number square = product_of(angle, angle);
        sl_number series = sum_of(sl_number_of(0xAAAAAAABu, -33),
                                  product_of(square, sl_number_of(0x88888889u, -34)));
        return sum_of(angle, product_of(angle, product_of(square, series)));
    }
    /* The phase of half the angular frequency, in 2^-32 turns. */
    uint32_t phase = sl_mantissa_of(ratio) >> ((-31 - sl_exponent_of(ratio)) & 31);
    return quotient_of(sl_normal((uint32_t)sl_sine(phase), 0),
                       sl_normal((uint32_t)sl_cosine(phase), 0));
}

/* A section from the analogue (n2 s^2 + n1 s + n0) / (d2 s^2 + d1 s + d0), all >= 0, whose
 * frequencies are pre-warped: s = (1 - 1/z) / (1 + 1/z). */
typedef struct analogue {
    sl_number n2, n1, n0, d2, d1, d0;
} analogue;

static void transform(const analogue *s, sl_biquad_exact *section)
{
    sl_number scale = quotient_of(ONE, sum_of(sum_of(s->d2, s->d1), s->d0));
    sl_number two = sl_scaled(scale, 1);
    sl_number four = sl_scaled(scale, 2);
    int64_t one = (int64_t)1 << SL_BIQUAD_DESIGN_FRACTION;
    int64_t *value = section->value;
    value[0] = to_fixed(sum_of(sum_of(s->n2, s->n1), s->n0), scale);
    value[1] = to_fixed(s->n0, two) - to_fixed(s->n2, two);
    value[2] = to_fixed(sum_of(s->n2, s->n0), scale) - to_fixed(s->n1, scale);
    value[3] = to_fixed(s->d0, four) + to_fixed(s->d1, two) - 2 * one;
    value[4] = one - to_fixed(s->d1, two);
}

/* First order: (n1 s + n0) / (s + d0). */
static void transform_first(sl_number n1, sl_number n0, sl_number d0, sl_biquad_exact *section)
{
    sl_number scale = quotient_of(ONE, sum_of(ONE, d0));
    int64_t *value = section->value;
    value[0] = to_fixed(sum_of(n1, n0), scale);
    value[1] = to_fixed(n0, scale) - to_fixed(n1, scale);
    value[2] = 0;
    value[3] = to_fixed(d0, sl_scaled(scale, 1)) - ((int64_t)1 << SL_BIQUAD_DESIGN_FRACTION);
    value[4] = 0;
}

/* 1 / Q of the k-th pair of poles of a Butterworth low-pass, lowest Q first: 2 sin of the angle
 * between the pole and the imaginary axis. */
static sl_number damping_of(uint32_t k, uint32_t order)
{
    uint32_t pairs = order / 2;
    uint32_t odd = 2 * (pairs - 1 - k) + 1; /* of 4 order parts of a turn */
    uint32_t part = SL_RIGHT_ANGLE / order;
    uint32_t phase = odd * part + odd * (SL_RIGHT_ANGLE - part * order) / order;
    return sl_normal((uint32_t)sl_sine(phase), -29);
}

static void design_pass(sl_biquad_design *self, bool high, uint32_t order, sl_number warped)
{
    sl_number square = product_of(warped, warped);
    sl_biquad_exact *section = self->section;
    self->sections = (order + 1) / 2;
    if ((order & 1) != 0) {
        transform_first(high ? ONE : 0, high ? 0 : warped, warped, section++);
    }
    for (uint32_t k = 0; k < order / 2; k++) {
        sl_number d1 = product_of(warped, damping_of(k, order));
        analogue s = {high ? ONE : 0, 0, high ? 0 : square, ONE, d1, square};
        transform(&s, section++);
    }
}

/* A resonance of 1 / Q = `damping` at `frequency`, with the gain `gain` there. */
static void design_resonance(sl_number frequency, sl_number damping, sl_number gain,
                             sl_biquad_exact *section)
{
    sl_number d1 = product_of(frequency, damping);
    analogue s = {0, product_of(d1, gain), 0, ONE, d1, product_of(frequency, frequency)};
    transform(&s, section);
}

static void design_band(sl_biquad_design *self, uint32_t order, sl_number low, sl_number high)
{
    sl_number middle = root_of(product_of(low, high));
    sl_number width = quotient_of(difference(high, low), middle); /* 1 / Q of the whole */
    sl_number width_squared = product_of(width, width);
    sl_biquad_exact *section = self->section;
    self->sections = order;
    if ((order & 1) != 0) {
        design_resonance(middle, width, ONE, section++);
    }
    for (uint32_t k = 0; k < order / 2; k++) {
        /* A pair of poles of the low-pass becomes two, of the same Q, at middle / w and middle w:
         * 1 / Q^2 = 2 d^2 / (e + g), with d = width / Q of the low-pass, e = 4 + width^2,
         * g^2 = e^2 - 4 d^2; and w = m + sqrt(m^2 - 1), m = d Q / 2. */
        sl_number d = product_of(width, damping_of(k, order));
        sl_number e = sum_of(sl_scaled(ONE, 2), width_squared);
        sl_number twice = sl_scaled(d, 1);
        sl_number g = root_of(product_of(difference(e, twice), sum_of(e, twice)));
        sl_number root = root_of(sl_scaled(sum_of(e, g), -1));
        sl_number damping = quotient_of(d, root);
        sl_number m = sl_scaled(root, -1);
        sl_number w = sum_of(m, root_of(difference(product_of(m, m), ONE)));
        sl_number lower = quotient_of(middle, w);
        sl_number upper = product_of(middle, w);
        /* The numerators of a pair are together (width middle s)^2. The first section's peak is 1;
         * the second has the rest. */
        if (sl_exponent_of(width) < -31) {
            sl_number gain = quotient_of(width, damping);
            design_resonance(lower, damping, ONE, section++);
            design_resonance(upper, damping, product_of(gain, gain), section++);
        } else { /* an octave and a half or more: a high-pass and a low-pass */
            sl_number first = sl_exponent_of(damping) < -31 ? damping : ONE;
            sl_number band = product_of(width, middle);
            sl_number second = quotient_of(product_of(band, band), first);
            analogue high_pass = {
                first, 0, 0, ONE, product_of(lower, damping), product_of(lower, lower)};
            analogue low_pass = {
                0, 0, second, ONE, product_of(upper, damping), product_of(upper, upper)};
            transform(&high_pass, section++);
            transform(&low_pass, section++);
        }
    }
}

static void design_equaliser(sl_biquad_design *self, uint32_t kind, sl_number warped, sl_number q,
                             sl_number a)
{
    sl_number square = product_of(warped, warped);
    sl_number band = quotient_of(warped, q);
    self->sections = 1;
    if (kind == SL_BIQUAD_PEAKING) {
        analogue s = {ONE, product_of(band, a), square, ONE, quotient_of(band, a), square};
        transform(&s, self->section);
        return;
    }
    sl_number root = product_of(band, root_of(a));
    sl_number high = product_of(square, a);
    if (kind == SL_BIQUAD_LOW_SHELF) { /* a (s^2 + root s + a) / (a s^2 + root s + 1) */
        analogue s = {a, product_of(a, root), product_of(a, high), a, root, square};
        transform(&s, self->section);
    } else { /* a (a s^2 + root s + 1) / (s^2 + root s + a) */
        analogue s = {product_of(a, a), product_of(a, root), high, ONE, root, high};
        transform(&s, self->section);
    }
}

/* Positive floats are ordered as their bits are, which the limits are given as. */
static bool is_between(float value, uint32_t least, uint32_t largest)
{
    return sl_float_bits(value) >= least && sl_float_bits(value) <= largest;
}

/* A frequency over the rate; 0 if it is too low or too high, or if they are no ordinary numbers. */
ONE_COPY ratio_of(float frequency, float rate)
{
    if (!sl_is_ordinary(frequency) || !sl_is_ordinary(rate)) {
        return 0;
    }
    sl_number ratio = quotient_of(number_from(frequency), number_from(rate));
    return is_between(sl_packed(ratio, 0), LOWEST, HIGHEST) ? ratio : 0;
}

sl_status sl_biquad_design_open(sl_biquad_design *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    const float *number = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 20) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_BIQUAD_DESIGN_VERSION) {
        return SL_ERR_VERSION;
    }
    uint32_t kind = word[0] >> 8 & 0xFF;
    uint32_t order = word[0] >> 16;
    if (kind > SL_BIQUAD_HIGH_SHELF) {
        return SL_ERR_LAYOUT;
    }
    bool equaliser = kind >= SL_BIQUAD_PEAKING;
    if (equaliser ? order != 0 : order - 1 >= SL_BIQUAD_DESIGN_MAX_ORDER) {
        return SL_ERR_RANGE;
    }
    sl_number ratio = ratio_of(number[2], number[1]);
    if (ratio == 0) {
        return SL_ERR_RANGE;
    }
    sl_number warped = tangent(ratio);
    if (equaliser) {
        float q = number[3];
        if (word[3] == 0 && kind != SL_BIQUAD_PEAKING) {
            q = sl_float_from_bits(BUTTERWORTH_Q);
        }
        uint32_t largest = kind == SL_BIQUAD_PEAKING ? 0x42C80000u : 0x41200000u; /* 100, 10 */
        if (!is_between(q, LEAST_Q, largest) ||
            sl_float_magnitude(number[4]) > 0x42700000u) { /* 60 */
            return SL_ERR_RANGE;
        }
        /* The gain's root, 10^(dB / 40); decibels in units of 2^-20, a millionth. */
        int64_t gain = 0;
        if (sl_float_magnitude(number[4]) >= 0x35800000u) {
            float size = sl_float_from_bits(word[4] & 0x7FFFFFFFu);
            gain = fixed(number_from(size)) >> (SL_BIQUAD_DESIGN_FRACTION - 20);
        }
        int32_t exponent = (int32_t)(gain * DECIBELS_A >> 26);
        exponent = word[4] >> 31 != 0 ? -exponent : exponent;
        design_equaliser(self, kind, warped, number_from(q), sl_power_of_two(exponent));
        return SL_OK;
    }
    if (word[4] != 0 || (kind != SL_BIQUAD_BAND_PASS && word[3] != 0)) {
        return SL_ERR_RANGE;
    }
    if (kind != SL_BIQUAD_BAND_PASS) {
        design_pass(self, kind == SL_BIQUAD_HIGH_PASS, order, warped);
        return SL_OK;
    }
    sl_number upper = ratio_of(number[3], number[1]);
    if (upper == 0 ||
        !is_between(sl_packed(quotient_of(upper, ratio), 0), LEAST_WIDTH, SL_INFINITY_BITS)) {
        return SL_ERR_RANGE;
    }
    design_band(self, order, warped, tangent(upper));
    return SL_OK;
}

/* Multiples of 2^-fraction, in units of 2^-46: the nearest. */
static int64_t as_integer(int64_t value, uint32_t fraction)
{
    uint32_t shift = SL_BIQUAD_DESIGN_FRACTION - fraction;
    return (((value >> (shift - 1)) + 1) >> 1) * ((int64_t)1 << shift);
}

/* What decides at low frequencies are the sums b0 + b1 + b2 and 1 + a1 + a2: the last of each to be
 * rounded makes good what the rounding of the others did to the sum. */

void sl_biquad_design_float(const sl_biquad_design *self, uint32_t *words)
{
    *words++ = SL_BIQUAD_VERSION | 1 << 8;
    *words++ = self->sections;
    for (uint32_t i = 0; i < self->sections; i++) {
        const int64_t *exact = self->section[i].value;
        /* As float32 has it from 1 on; b1 is 2 b0 or -2 b0 in a low-pass or high-pass, exactly. */
        int64_t a1 = as_integer(exact[3], 23);
        for (uint32_t k = 0; k < 5; k++) {
            int64_t value = k < 3 ? exact[k] : k == 3 ? a1 : exact[4] - (a1 - exact[3]);
            *words++ = sl_float_bits(sl_float_of(value, -SL_BIQUAD_DESIGN_FRACTION));
        }
    }
}

sl_status sl_biquad_design_fixed(const sl_biquad_design *self, uint32_t *words)
{
    *words++ = SL_BIQUAD_FIXED_VERSION | self->sections << 8;
    for (uint32_t i = 0; i < self->sections; i++) {
        const int64_t *exact = self->section[i].value;
        int64_t value[5];
        uint64_t needed = 0;
        uint64_t largest = 0;
        for (uint32_t k = 0; k < 5; k++) {
            uint64_t magnitude = sl_absolute(exact[k]);
            largest = magnitude > largest ? magnitude : largest;
            needed += magnitude;
        }
        needed = largest > needed / 4 ? 4 * largest : needed; /* each fits into 32 bits, too */
        needed += needed >> 10;                               /* for what rounding adds */
        uint32_t fraction = 30;
        while (needed >> (SL_BIQUAD_DESIGN_FRACTION + 33 - fraction) != 0) {
            fraction--;
        }
        if (fraction < 28) {
            return SL_ERR_RANGE;
        }
        int64_t error = 0;
        for (uint32_t k = 0; k < 5; k++) {
            uint32_t at = k == 1 || k == 2 ? 3 - k : k; /* b1 after b2 */
            value[at] = as_integer(exact[at] - (k == 2 || k == 4 ? error : 0), fraction);
            error = k == 2 ? 0 : error + value[at] - exact[at];
        }
        for (uint32_t k = 0; k < 5; k++) {
            *words++ = (uint32_t)(value[k] >> (SL_BIQUAD_DESIGN_FRACTION - fraction));
        }
        *words++ = fraction;
    }
    return SL_OK;
}
