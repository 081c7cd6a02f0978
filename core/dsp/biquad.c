#include "dsp/biquad.h"

#include "base/float32.h"
#include "dsp/biquad_stability.h"

#if (defined(__arm__) && !defined(__ARM_FP)) || (defined(__riscv) && !defined(__riscv_flen))
#define SOFT_FLOAT
#endif

enum {
    CHUNK = 64, /* samples that go through all sections before the next ones do */
};

/* Work memory: the number of samples taken as 0, then two floats a section and channel. */

/* |value| < 2 in Q30, cut off; otherwise the least integer, which is no stable coefficient. */
static int32_t fixed_of(float value)
{
    uint32_t bits = sl_float_bits(value);
    uint32_t exponent = bits >> 23 & 0xFF;
    if (exponent > 127) {
        return INT32_MIN;
    }
    uint32_t magnitude = (bits & 0x7FFFFFu) | 0x800000u;
    if (exponent >= 120) {
        magnitude <<= exponent - 120;
    } else {
        magnitude = exponent < 96 ? 0 : magnitude >> (120 - exponent);
    }
    return bits >> 31 != 0 ? -(int32_t)magnitude : (int32_t)magnitude;
}

sl_status sl_biquad_open(sl_biquad *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 8) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_BIQUAD_VERSION) {
        return SL_ERR_VERSION;
    }
    self->channels = word[0] >> 8 & 0xFF;
    self->sections = word[1];
    self->inputs = self->outputs = self->channels * (word[0] >> 16);
    self->coefficients = (const float *)payload + 2;
    if (self->channels == 0 || self->sections - 1 >= SL_BIQUAD_MAX_SECTIONS) {
        return SL_ERR_RANGE;
    }
    if (length != 8 + (size_t)20 * self->sections) {
        return SL_ERR_LENGTH;
    }
    const float *c = self->coefficients;
    for (uint32_t i = self->sections; i != 0; i--, c += 5) {
        for (uint32_t k = 0; k < 3; k++) {
            if (sl_float_magnitude(c[k]) >= 0x4F800000u) { /* 2^32 */
                return SL_ERR_RANGE;
            }
        }
        if (!sl_biquad_is_stable(fixed_of(c[3]), fixed_of(c[4]), 1 << 30)) {
            return SL_ERR_UNSTABLE;
        }
    }
    return SL_OK;
}

size_t sl_biquad_work_size(const sl_biquad *self)
{
    return 4 + (size_t)8 * self->sections * self->channels;
}

void sl_biquad_prepare(const sl_biquad *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_biquad_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

/* One sample through a section. */
static inline __attribute__((always_inline)) float next(const float *c, float x, float *s1,
                                                        float *s2)
{
    float y = c[0] * x + *s1;
    *s1 = (*s2 + c[1] * x) - c[3] * y;
    *s2 = c[2] * x - c[4] * y;
    return y;
}

/* One section over a block, sample by sample; returns how many samples it takes as 0. */
static __attribute__((noinline)) uint32_t section_carefully(const float *c, float *state,
                                                            const float *in, float *out,
                                                            size_t count)
{
    uint32_t missing = 0;
    for (; count != 0; count--) {
        float x = *in++;
        if (!sl_is_finite(x)) {
            x = 0.0f;
            missing++;
        }
        float y = next(c, x, &state[0], &state[1]);
        if (!sl_is_finite(y) || !sl_is_finite(state[0]) || !sl_is_finite(state[1])) {
            y = state[0] = state[1] = 0.0f;
            missing++;
        }
        *out++ = y;
    }
    return missing;
}

/* The same, fast. What is not finite stays in the state of a filter with feedback for good, so that
 * a look at the end of a block tells whether there was anything to be careful of; then the block is
 * done again, which is why `in` and `out` must not overlap. */
static __attribute__((noinline)) uint32_t section(const float *coefficients, float *state,
                                                  const float *in, float *out, size_t count)
{
    const float c[5] = {coefficients[0], coefficients[1], coefficients[2], coefficients[3],
                        coefficients[4]};
    float s1 = state[0];
    float s2 = state[1];
    const float *x = in;
    float *y = out;
    size_t left = count;
#ifndef SOFT_FLOAT /* where the loop's own instructions count */
    for (; left >= 4; left -= 4, x += 4, y += 4) {
        y[0] = next(c, x[0], &s1, &s2);
        y[1] = next(c, x[1], &s1, &s2);
        y[2] = next(c, x[2], &s1, &s2);
        y[3] = next(c, x[3], &s1, &s2);
    }
#endif
    for (; left != 0; left--) {
        *y++ = next(c, *x++, &s1, &s2);
    }
    bool feedback = sl_float_magnitude(c[3]) != 0 || sl_float_magnitude(c[4]) != 0;
    if (!feedback || !sl_is_finite(s1) || !sl_is_finite(s2)) {
        return section_carefully(coefficients, state, in, out, count);
    }
    state[0] = s1;
    state[1] = s2;
    return 0;
}

static __attribute__((noinline)) void copy(const float *in, size_t in_stride, float *out,
                                           size_t out_stride, size_t count)
{
    for (; count != 0; count--) {
        *out = *in;
        in += in_stride;
        out += out_stride;
    }
}

uint32_t sl_biquad_cascade(const float *coefficients, uint32_t sections, float *states,
                           const float *in, float *out, size_t stride, size_t count)
{
    float chunks[2][CHUNK]; /* sections go from one to the other */
    uint32_t missing = 0;
    while (count != 0) {
        size_t part = count < CHUNK ? count : CHUNK;
        const float *from = in;
        if (stride != 1 || (sections == 1 && in == out)) {
            copy(in, stride, chunks[1], 1, part);
            from = chunks[1];
        }
        for (uint32_t i = 0; i < sections; i++) {
            float *to = i + 1 == sections && stride == 1 ? out : chunks[i & 1];
            missing += section(coefficients + 5 * i, states + 2 * i, from, to, part);
            from = to;
        }
        if (stride != 1) {
            copy(from, 1, out, stride, part);
        }
        in += part * stride;
        out += part * stride;
        count -= part;
    }
    return missing;
}

void sl_biquad_process(const sl_biquad *self, const float *in, float *out, size_t count, void *work)
{
    uint32_t *missing = work;
    float *states = (float *)work + 1;
    size_t channels = self->channels;
    for (size_t channel = 0; channel < channels; channel++) {
        *missing += sl_biquad_cascade(self->coefficients, self->sections, states, in + channel,
                                      out + channel, channels, count / channels);
        states += (size_t)2 * self->sections;
    }
}

uint32_t sl_biquad_missing(const void *work)
{
    return *(const uint32_t *)work;
}

sl_status sl_biquad_run(const sl_biquad *self, const float *in, float *out, void *work)
{
    sl_biquad_prepare(self, work);
    sl_biquad_process(self, in, out, self->inputs, work);
    return SL_OK;
}
