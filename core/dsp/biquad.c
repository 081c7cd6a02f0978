#include "dsp/biquad.h"

#include "base/float32.h"
#include "dsp/biquad_stability.h"

enum {
    CHUNK = 32, /* samples of one channel that are gathered at a time */
};

/* Work memory: the count, the chunk if there are several channels, then the states. */
static inline float *states_of(const sl_biquad *self, void *work)
{
    return (float *)work + (self->channels > 1 ? 1 + CHUNK : 1);
}

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
    uint32_t words = (self->channels > 1 ? 1 + CHUNK : 1) + 2 * self->sections * self->channels;
    return (size_t)4 * words;
}

void sl_biquad_prepare(const sl_biquad *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_biquad_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

/* One sample through a section. */
static inline float next(const float *c, float x, float *s1, float *s2)
{
    float y = c[0] * x + *s1;
    *s1 = (*s2 + c[1] * x) - c[3] * y;
    *s2 = c[2] * x - c[4] * y;
    return y;
}

void sl_biquad_cascade(const float *coefficients, uint32_t sections, float *states, float *samples,
                       size_t count)
{
    for (; sections != 0; sections--) {
        const float c[5] = {coefficients[0], coefficients[1], coefficients[2], coefficients[3],
                            coefficients[4]};
        float s1 = states[0];
        float s2 = states[1];
        float *at = samples;
        for (size_t i = count / 2; i != 0; i--, at += 2) {
            at[0] = next(c, at[0], &s1, &s2);
            at[1] = next(c, at[1], &s1, &s2);
        }
        if ((count & 1) != 0) {
            at[0] = next(c, at[0], &s1, &s2);
        }
        bool finite = sl_is_finite(s1) && sl_is_finite(s2);
        states[0] = finite ? s1 : 0.0f;
        states[1] = finite ? s2 : 0.0f;
        coefficients += 5;
        states += 2;
    }
}

/* Copy every `stride`-th sample, those that are no usable numbers as 0; returns how many. */
static uint32_t copy_usable(const float *in, size_t stride, float *out, size_t count)
{
    uint32_t missing = 0;
    for (; count != 0; count--) {
        uint32_t bits = sl_float_bits(*in);
        if ((bits & bits << 1 & 0x40000000u) != 0) { /* exponent of 2^65 or more */
            bits = 0;
            missing++;
        }
        *out++ = sl_float_from_bits(bits);
        in += stride;
    }
    return missing;
}

void sl_biquad_process(const sl_biquad *self, const float *in, float *out, size_t count, void *work)
{
    uint32_t *missing = work;
    float *states = states_of(self, work);
    if (self->channels <= 1) {
        *missing += copy_usable(in, 1, out, count);
        sl_biquad_cascade(self->coefficients, self->sections, states, out, count);
        return;
    }
    float *chunk = (float *)work + 1;
    size_t channels = self->channels;
    for (size_t left = count / channels; left != 0;) {
        size_t part = left < CHUNK ? left : CHUNK;
        for (size_t channel = 0; channel < channels; channel++) {
            *missing += copy_usable(in + channel, channels, chunk, part);
            sl_biquad_cascade(self->coefficients, self->sections,
                              states + channel * 2 * self->sections, chunk, part);
            for (size_t i = 0; i < part; i++) {
                out[i * channels + channel] = chunk[i];
            }
        }
        in += part * channels;
        out += part * channels;
        left -= part;
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
