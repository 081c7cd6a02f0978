#include "dsp/biquad_q15.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum {
    DROP = 16,               /* bits that a coefficient of the payload loses */
    LARGEST_LIMIT = 4 << 15, /* 4 times full scale */
};

/* A section's coefficients and state. a1 and a2 are negated. */
typedef struct section {
    int32_t b0, b1, b2, a1, a2;
    int32_t limit; /* of what is fed back */
    int32_t x1, x2, y1, y2;
    int32_t residue; /* in units of 2^-(15 + fraction) */
} section;

sl_status sl_biquad_q15_open(sl_biquad_q15 *self, const void *payload, size_t length)
{
    return sl_biquad_fixed_open(self, payload, length, DROP);
}

size_t sl_biquad_q15_work_size(const sl_biquad_q15 *self)
{
    return sizeof(section) * self->sections;
}

static uint32_t magnitude_of(int32_t value)
{
    return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

void sl_biquad_q15_prepare(const sl_biquad_q15 *self, void *work)
{
    section *s = work;
    const sl_biquad_section *c = self->coefficients;
    for (uint32_t i = self->sections; i != 0; i--, c++, s++) {
        s->b0 = sl_biquad_rounded(c->b0, DROP);
        s->b1 = sl_biquad_rounded(c->b1, DROP);
        s->b2 = sl_biquad_rounded(c->b2, DROP);
        s->a1 = -sl_biquad_rounded(c->a1, DROP);
        s->a2 = -sl_biquad_rounded(c->a2, DROP);
        s->x1 = s->x2 = s->y1 = s->y2 = s->residue = 0;
        uint32_t forward = magnitude_of(s->b0) + magnitude_of(s->b1) + magnitude_of(s->b2);
        uint32_t back = magnitude_of(s->a1) + magnitude_of(s->a2);
        uint32_t room = (1u << 31) - (1u << (c->fraction - DROP)) - (forward << 15);
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
    const sl_biquad_section *c = self->coefficients;
    if (in != out) {
        for (size_t i = 0; i < count; i++) {
            out[i] = in[i];
        }
    }
    for (uint32_t i = self->sections; i != 0; i--, c++, s++) {
        if (c->fraction == 30) {
            filter(s, out, count, 30 - DROP);
        } else if (c->fraction == 29) {
            filter(s, out, count, 29 - DROP);
        } else {
            filter(s, out, count, 28 - DROP);
        }
    }
}
