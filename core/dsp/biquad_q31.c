#include "dsp/biquad_q31.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum {
    CHUNK = 32,      /* int16 samples that are widened at a time */
    GUARD_BITS = 3,  /* above full scale */
    LIMIT = 1 << 30, /* of what is fed back and forward */
};

sl_status sl_biquad_q31_open(sl_biquad_q31 *self, const void *payload, size_t length)
{
    return sl_biquad_fixed_open(self, payload, length);
}

size_t sl_biquad_q31_work_size(const sl_biquad_q31 *self)
{
    return 4 * CHUNK + sizeof(sl_biquad_q31_state) * self->sections;
}

void sl_biquad_q31_prepare(const sl_biquad_q31 *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_biquad_q31_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

/* One sample in place: the input into *x2, the output into *y2, what rounding leaves into *e2; they
 * become [n-1]. `fraction` is a constant where this is inlined. */
static ALWAYS_INLINE void next(int32_t *sample, const sl_biquad_section *c, int32_t x1, int32_t *x2,
                               int32_t y1, int32_t *y2, int32_t e1, int32_t *e2, uint32_t fraction)
{
    int64_t sum = 2 * e1 - *e2; /* -2^30 ... 2^31 - 2 */
    sum += (int64_t)c->b2 * *x2;
    sum += (int64_t)c->a2 * *y2;
    *x2 = *sample;
    sum += (int64_t)c->b1 * x1;
    sum += (int64_t)c->a1 * y1;
    sum += (int64_t)c->b0 * *x2;
    uint32_t low = (uint32_t)sum;
    uint32_t high = (uint32_t)((uint64_t)sum >> 32);
    *e2 = (int32_t)(low & ((1u << fraction) - 1));
    int32_t y = (int32_t)(high << (32 - fraction) | low >> fraction);
    if (__builtin_expect(high + (1u << (fraction - 2)) >= 1u << (fraction - 1), 0)) {
        y = (int32_t)high < 0 ? -LIMIT : LIMIT - 1;
    }
    __asm__("" : "+r"(y)); /* 32 bits from here on: no sign is to be extended ahead of time */
    *y2 = y;
    *sample = y;
}

/* One section over a block in place. */
static ALWAYS_INLINE void section(const sl_biquad_section *coefficients, sl_biquad_q31_state *state,
                                  int32_t *samples, size_t count, uint32_t fraction)
{
    sl_biquad_section c = *coefficients; /* in registers */
    c.a1 = -c.a1;                        /* |a1| < 2: no overflow */
    c.a2 = -c.a2;
    int32_t x1 = state->x1;
    int32_t x2 = state->x2;
    int32_t y1 = state->y1;
    int32_t y2 = state->y2;
    int32_t e1 = state->e1;
    int32_t e2 = state->e2;
    for (const int32_t *end = samples + (count & ~(size_t)1); samples != end; samples += 2) {
        next(samples, &c, x1, &x2, y1, &y2, e1, &e2, fraction);
        next(samples + 1, &c, x2, &x1, y2, &y1, e2, &e1, fraction);
    }
    if ((count & 1) != 0) {
        next(samples, &c, x1, &x2, y1, &y2, e1, &e2, fraction);
        int32_t swap = x1;
        x1 = x2;
        x2 = swap;
        swap = y1;
        y1 = y2;
        y2 = swap;
        swap = e1;
        e1 = e2;
        e2 = swap;
    }
    state->x1 = x1;
    state->x2 = x2;
    state->y1 = y1;
    state->y2 = y2;
    state->e1 = e1;
    state->e2 = e2;
}

void sl_biquad_q31_cascade(const sl_biquad_section *coefficients, uint32_t sections,
                           sl_biquad_q31_state *states, int32_t *samples, size_t count)
{
    for (; sections != 0; sections--, coefficients++, states++) {
        if (coefficients->fraction == 30) {
            section(coefficients, states, samples, count, 30);
        } else if (coefficients->fraction == 29) {
            section(coefficients, states, samples, count, 29);
        } else {
            section(coefficients, states, samples, count, 28);
        }
    }
}

static inline sl_biquad_q31_state *states_of(void *work)
{
    return (sl_biquad_q31_state *)(void *)((int32_t *)work + CHUNK);
}

/* From Q28 to Q31, saturated. */
static inline int32_t scaled_up(int32_t value)
{
    if (__builtin_expect((uint32_t)value + (1u << 28) >= 1u << 29, 0)) {
        return value < 0 ? INT32_MIN : INT32_MAX;
    }
    return (int32_t)((uint32_t)value << GUARD_BITS);
}

void sl_biquad_q31_process(const sl_biquad_q31 *self, const int32_t *in, int32_t *out, size_t count,
                           void *work)
{
    size_t i = count & 1;
    if (i != 0) {
        out[0] = in[0] >> GUARD_BITS;
    }
    for (; i != count; i += 2) {
        int32_t second = in[i + 1] >> GUARD_BITS;
        out[i] = in[i] >> GUARD_BITS;
        out[i + 1] = second;
    }
    sl_biquad_q31_cascade(self->coefficients, self->sections, states_of(work), out, count);
    i = count & 1;
    if (i != 0) {
        out[0] = scaled_up(out[0]);
    }
    for (; i != count; i += 2) {
        out[i] = scaled_up(out[i]);
        out[i + 1] = scaled_up(out[i + 1]);
    }
}

void sl_biquad_q31_process_i16(const sl_biquad_q31 *self, const int16_t *in, int16_t *out,
                               size_t count, void *work)
{
    int32_t *chunk = work;
    while (count != 0) {
        size_t part = count < CHUNK ? count : CHUNK;
        for (size_t i = 0; i < part; i++) {
            chunk[i] = (int32_t)*in++ * (1 << (16 - GUARD_BITS));
        }
        sl_biquad_q31_cascade(self->coefficients, self->sections, states_of(work), chunk, part);
        for (size_t i = 0; i < part; i++) {
            int32_t rounded = ((chunk[i] >> (15 - GUARD_BITS)) + 1) >> 1;
            *out++ = (int16_t)(rounded > INT16_MAX   ? INT16_MAX
                               : rounded < INT16_MIN ? INT16_MIN
                                                     : rounded);
        }
        count -= part;
    }
}
