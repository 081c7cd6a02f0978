#include "dsp/biquad_q31.h"

enum {
    CHUNK = 32,     /* int16 samples that are widened at a time */
    GUARD_BITS = 2, /* above full scale */
};

sl_status sl_biquad_q31_open(sl_biquad_q31 *self, const void *payload, size_t length)
{
    return sl_biquad_fixed_open(self, payload, length, 0);
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

/* One section over a block; `fraction` is a constant where this is inlined. */
static inline __attribute__((always_inline)) void section(const sl_biquad_section *c,
                                                          sl_biquad_q31_state *state,
                                                          int32_t *samples, size_t count,
                                                          uint32_t fraction)
{
    int32_t b0 = c->b0;
    int32_t b1 = c->b1;
    int32_t b2 = c->b2;
    int32_t a1 = -c->a1; /* |a1| < 2 in Q30: no overflow */
    int32_t a2 = -c->a2;
    int32_t x1 = state->x1;
    int32_t x2 = state->x2;
    int32_t y1 = state->y1;
    int32_t y2 = state->y2;
    uint32_t residue = state->residue;
    for (; count != 0; count--) {
        int32_t x = *samples;
        int64_t sum = (int64_t)((uint64_t)residue);
        sum += (int64_t)b0 * x;
        sum += (int64_t)b1 * x1;
        sum += (int64_t)b2 * x2;
        sum += (int64_t)a1 * y1;
        sum += (int64_t)a2 * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        residue = (uint32_t)sum & ((1u << fraction) - 1);
        int64_t y = sum >> fraction;
        y1 = y > INT32_MAX ? INT32_MAX : y < INT32_MIN ? INT32_MIN : (int32_t)y;
        *samples++ = y1;
    }
    state->x1 = x1;
    state->x2 = x2;
    state->y1 = y1;
    state->y2 = y2;
    state->residue = residue;
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

/* value * 2^shift, saturated. */
static inline int32_t scaled_up(int32_t value, uint32_t shift)
{
    int32_t limit = INT32_MAX >> shift;
    return value > limit        ? INT32_MAX
           : value < -limit - 1 ? INT32_MIN
                                : (int32_t)((uint32_t)value << shift);
}

void sl_biquad_q31_process(const sl_biquad_q31 *self, const int32_t *in, int32_t *out, size_t count,
                           void *work)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = in[i] >> GUARD_BITS;
    }
    sl_biquad_q31_cascade(self->coefficients, self->sections, states_of(work), out, count);
    for (size_t i = 0; i < count; i++) {
        out[i] = scaled_up(out[i], GUARD_BITS);
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
