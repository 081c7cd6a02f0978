#include "dsp/biquad_q15.h"

#include "dsp/biquad_stability.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum {
    LARGEST_FRACTION = 14, /* of coefficients */
    LEAST_FRACTION = 12,
    LARGEST_LIMIT = 4 << 15, /* 4 times full scale */
};

/* A section's coefficients and state. a1 and a2 are negated. */
typedef struct section {
    int32_t b0, b1, b2, a1, a2;
    int32_t limit; /* of what is fed back */
    int32_t x1, x2, y1, y2;
    int32_t residue; /* in units of 2^-(15 + fraction) */
    uint32_t fraction;
} section;

/* The largest fraction that leaves room for a section's products, with 1.5 times full scale fed
 * back; less than LEAST_FRACTION: there is none. */
static uint32_t fraction_of(const sl_biquad_section *c)
{
    uint64_t forward = (uint64_t)sl_biquad_magnitude(c->b0) + sl_biquad_magnitude(c->b1) +
                       sl_biquad_magnitude(c->b2);
    uint64_t back = (uint64_t)sl_biquad_magnitude(c->a1) + sl_biquad_magnitude(c->a2);
    uint64_t needed = forward + back + back / 2;
    needed += needed >> 10; /* for what rounding adds */
    uint32_t fraction = LARGEST_FRACTION;
    while (needed >> (16 + c->fraction - fraction) != 0) {
        fraction--;
    }
    return fraction;
}

sl_status sl_biquad_q15_open(sl_biquad_q15 *self, const void *payload, size_t length)
{
    sl_status status = sl_biquad_fixed_open(self, payload, length);
    if (status != SL_OK) {
        return status;
    }
    const sl_biquad_section *c = self->coefficients;
    for (uint32_t i = self->sections; i != 0; i--, c++) {
        uint32_t fraction = fraction_of(c);
        if (fraction < LEAST_FRACTION) {
            return SL_ERR_RANGE;
        }
        uint32_t drop = c->fraction - fraction;
        if (!sl_biquad_is_stable(sl_biquad_rounded(c->a1, drop), sl_biquad_rounded(c->a2, drop),
                                 1 << fraction)) {
            return SL_ERR_UNSTABLE;
        }
    }
    return SL_OK;
}

size_t sl_biquad_q15_work_size(const sl_biquad_q15 *self)
{
    return sizeof(section) * self->sections;
}

void sl_biquad_q15_prepare(const sl_biquad_q15 *self, void *work)
{
    section *s = work;
    const sl_biquad_section *c = self->coefficients;
    for (uint32_t i = self->sections; i != 0; i--, c++, s++) {
        uint32_t fraction = fraction_of(c);
        uint32_t drop = c->fraction - fraction;
        s->fraction = fraction;
        s->b0 = sl_biquad_rounded(c->b0, drop);
        s->b1 = sl_biquad_rounded(c->b1, drop);
        s->b2 = sl_biquad_rounded(c->b2, drop);
        s->a1 = -sl_biquad_rounded(c->a1, drop);
        s->a2 = -sl_biquad_rounded(c->a2, drop);
        s->x1 = s->x2 = s->y1 = s->y2 = s->residue = 0;
        uint32_t forward =
            sl_biquad_magnitude(s->b0) + sl_biquad_magnitude(s->b1) + sl_biquad_magnitude(s->b2);
        uint32_t back = sl_biquad_magnitude(s->a1) + sl_biquad_magnitude(s->a2);
        uint32_t room = (1u << 31) - (1u << fraction) - (forward << 15);
        s->limit = LARGEST_LIMIT;
        if (back > room / LARGEST_LIMIT) {
            s->limit = (int32_t)(room / back);
        }
    }
}

static inline int32_t clipped(int32_t value, int32_t least, int32_t largest)
{
    return value > largest ? largest : value < least ? least : value;
}

/* One sample in place: the input into *x2, what is fed back into *y2; they become [n-1]. `fraction`
 * is a constant where this is inlined. */
static ALWAYS_INLINE void next(int16_t *sample, const section *s, const section *limits, int32_t x1,
                               int32_t *x2, int32_t y1, int32_t *y2, int32_t *residue,
                               uint32_t fraction)
{
    int32_t sum = *residue + s->b2 * *x2 + s->b1 * x1 + s->a1 * y1 + s->a2 * *y2;
    *x2 = *sample;
    sum += s->b0 * *x2;
    *residue = sum & ((1 << fraction) - 1);
    *y2 = sum >> fraction;
    if (__builtin_expect((uint32_t)sum + (0x8000u << fraction) >= 0x10000u << fraction, 0)) {
        *sample = *y2 < 0 ? INT16_MIN : INT16_MAX;
        *y2 = clipped(*y2, -limits->limit, limits->limit);
    } else {
        *sample = (int16_t)*y2;
    }
}

/* One section over a block in place. */
static ALWAYS_INLINE void filter(section *s, int16_t *samples, size_t count, uint32_t fraction)
{
    const section c = *s; /* in registers */
    int32_t x1 = c.x1;
    int32_t x2 = c.x2;
    int32_t y1 = c.y1;
    int32_t y2 = c.y2;
    int32_t residue = c.residue;
    for (const int16_t *end = samples + (count & ~(size_t)1); samples != end; samples += 2) {
        next(samples, &c, s, x1, &x2, y1, &y2, &residue, fraction);
        next(samples + 1, &c, s, x2, &x1, y2, &y1, &residue, fraction);
    }
    if ((count & 1) != 0) {
        next(samples, &c, s, x1, &x2, y1, &y2, &residue, fraction);
        int32_t swap = x1;
        x1 = x2;
        x2 = swap;
        swap = y1;
        y1 = y2;
        y2 = swap;
    }
    s->x1 = x1;
    s->x2 = x2;
    s->y1 = y1;
    s->y2 = y2;
    s->residue = residue;
}

void sl_biquad_q15_process(const sl_biquad_q15 *self, const int16_t *in, int16_t *out, size_t count,
                           void *work)
{
    section *s = work;
    if (in != out) {
        for (size_t i = 0; i < count; i++) {
            out[i] = in[i];
        }
    }
    for (uint32_t i = self->sections; i != 0; i--, s++) {
        if (s->fraction == 14) {
            filter(s, out, count, 14);
        } else if (s->fraction == 13) {
            filter(s, out, count, 13);
        } else {
            filter(s, out, count, 12);
        }
    }
}
