#include "features/pcen.h"

#include "base/logarithm_float.h"
#include "base/number.h"

/* Bits of a float32 from 0 to `most`; those of negative numbers and NaN are larger. */
static inline int within(uint32_t bits, float most)
{
    return bits <= sl_float_bits(most);
}

/* 2 / (1 + sqrt(1 + 4 T^2)), T = seconds * rate / hop. */
static float smoothing_of(uint32_t seconds, uint32_t rate, uint32_t hop)
{
    sl_number one = sl_normal(1, 0);
    sl_number time = sl_product(sl_number_of_bits(seconds), sl_number_of_bits(rate));
    time = sl_quotient(time, sl_normal(hop, 0));
    sl_number root = sl_root(sl_sum(sl_scaled(sl_product(time, time), 2), one));
    return sl_packed(sl_quotient(sl_normal(2, 0), sl_sum(root, one)), 0);
}

sl_status sl_pcen_open(sl_pcen *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 36) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFF) != 1) {
        return SL_ERR_VERSION;
    }
    if (words[0] >> 9 != 0) {
        return SL_ERR_LAYOUT;
    }
    uint32_t frames = words[1] & 0xFFFF;
    self->payload = payload;
    self->start = words[0] >> 8;
    self->bands = words[1] >> 16;
    if (frames == 0 || self->bands == 0 || self->bands > 256 || !within(words[2], 1000.0f) ||
        words[3] == 0 || !within(words[3], 1e6f) || words[4] == 0 || words[4] > 65535 ||
        !within(words[5], 4.0f) || !within(words[6], 1e6f) || words[7] == 0 ||
        !within(words[7], 4.0f) || words[8] == 0 || words[8] >= SL_INFINITY_BITS) {
        return SL_ERR_RANGE;
    }
    self->inputs = frames * self->bands;
    self->outputs = self->inputs;
    self->smoothing = smoothing_of(words[2], words[3], words[4]);
    self->gain = sl_float_from_bits(words[5]);
    self->bias = sl_float_from_bits(words[6]);
    self->power = sl_float_from_bits(words[7]);
    self->eps = sl_float_from_bits(words[8]);
    self->offset = sl_powf(self->bias, self->power);
    return SL_OK;
}

size_t sl_pcen_work_size(const sl_pcen *self)
{
    return self->bands * sizeof(float);
}

void sl_pcen_prepare(const sl_pcen *self, void *work)
{
    float *levels = work;
    for (uint32_t i = 0; i < self->bands; i++) {
        levels[i] = self->start != 0 ? -1.0f : 1.0f; /* -1: no frame yet */
    }
}

void sl_pcen_process(const sl_pcen *self, const float *in, float *out, uint32_t frames, void *work)
{
    float *levels = work;
    for (; frames != 0; frames--) {
        for (uint32_t i = 0; i < self->bands; i++) {
            float energy = *in++;
            if (sl_float_magnitude(energy) == 0) {
                energy = 0.0f; /* of either sign */
            }
            if (sl_float_bits(energy) >= SL_INFINITY_BITS) { /* negative ones, too */
                *out++ = sl_nan();
                continue;
            }
            float level = levels[i];
            if (sl_float_bits(level) == 0xBF800000u) {
                level = energy;
            }
            level = level + self->smoothing * (energy - level);
            levels[i] = level;
            float smooth = sl_powf(self->eps + level, -self->gain);
            float value = sl_powf(energy * smooth + self->bias, self->power) - self->offset;
            *out++ = sl_canonical(value);
        }
    }
}

sl_status sl_pcen_run(const sl_pcen *self, const float *in, float *out, void *work)
{
    sl_pcen_prepare(self, work);
    sl_pcen_process(self, in, out, self->inputs / self->bands, work);
    return SL_OK;
}
