#include "features/emg_features.h"

#include <stdbool.h>

#include "base/float32.h"
#include "base/number.h"

/* A signal's word of the payload. */
static inline uint32_t channel_of(uint32_t signal)
{
    return signal & 0xFF;
}

static inline uint32_t wanted_of(uint32_t signal)
{
    return signal >> 8 & 0xFFFF;
}

static inline bool is_centred(uint32_t signal)
{
    return (signal >> 24) != 0;
}

sl_status sl_emg_features_open(sl_emg_features *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 8 || (length & 3) != 0) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_EMG_FEATURES_VERSION) {
        return SL_ERR_VERSION;
    }
    uint32_t signals = word[1] & 0xFFFF;
    uint32_t outputs = 0;
    self->payload = word;
    self->channels = word[0] >> 8 & 0xFF;
    self->samples = word[0] >> 16;
    self->inputs = self->channels * self->samples;
    self->outputs = word[1] >> 16;
    if (self->inputs == 0 || self->outputs == 0 || self->outputs > SL_EMG_FEATURES_MAX_OUTPUTS) {
        return SL_ERR_RANGE;
    }
    if (length != 8 + 8 * (size_t)signals) {
        return SL_ERR_LENGTH;
    }
    for (word += 2; signals != 0; signals--) {
        uint32_t signal = *word++;
        if (wanted_of(signal) >> SL_EMG_FEATURE_COUNT != 0) {
            return SL_ERR_LAYOUT;
        }
        if (channel_of(signal) >= self->channels || signal >> 25 != 0) {
            return SL_ERR_RANGE;
        }
        if (*word++ >= SL_INFINITY_BITS) { /* negative, infinite or NaN */
            return SL_ERR_RANGE;
        }
        for (uint32_t bits = wanted_of(signal); bits != 0; bits &= bits - 1) {
            outputs++;
        }
    }
    return outputs == self->outputs ? SL_OK : SL_ERR_STRUCTURE;
}

size_t sl_emg_features_work_size(const sl_emg_features *self)
{
    (void)self;
    return 0;
}

/* Threshold in units of 2^(top - 155), rounded up: an integer difference is at least this exactly
 * if it is at least the threshold. Differences are less than 2^30. */
static int32_t threshold_of(uint32_t bits, uint32_t top)
{
    uint32_t exponent = sl_top_of(bits);
    uint32_t mantissa = bits & 0x7FFFFFu;
    if (bits >= 0x800000u) {
        mantissa |= 0x800000u;
    }
    if (exponent >= top + 2) {
        return mantissa == 0 ? 0 : 0x7FFFFFFF;
    }
    mantissa <<= 6;
    uint32_t shift = top + 1 - exponent;
    if (shift > 30) {
        return mantissa != 0;
    }
    return (int32_t)((mantissa + (1u << shift) - 1) >> shift);
}

/* What a pass over a signal found, in units of its integers. */
typedef struct sums {
    uint64_t absolutes, steps;
    uint32_t zero_crossings, slope_sign_changes, large_steps;
} sums;

static inline void clear(sums *of) /* by fields: = {0} makes compilers call memset */
{
    of->absolutes = of->steps = 0;
    of->zero_crossings = of->slope_sign_changes = of->large_steps = 0;
}

/* Sums over `count` samples at `in`, `stride` floats apart. */
static void accumulate(const float *in, uint32_t count, uint32_t stride, uint32_t top,
                       int32_t offset, int32_t threshold, sums *of)
{
    int32_t last = sl_integer_of(*in, top) - offset;
    int32_t last_step = 0;
    bool last_is_large = false;
    for (; count != 0; count--) { /* the first has a step of 0 from itself */
        int32_t sample = sl_integer_of(*in, top) - offset;
        in += stride;
        int32_t step = sample - last;
        int32_t magnitude = step < 0 ? -step : step;
        bool is_large = magnitude >= threshold;
        of->absolutes += (uint32_t)(sample < 0 ? -sample : sample);
        of->steps += (uint32_t)magnitude;
        if (is_large) {
            of->large_steps++;
            of->zero_crossings += (sample > 0 && last < 0) || (sample < 0 && last > 0);
        }
        if (is_large || last_is_large) {
            of->slope_sign_changes += (step > 0 && last_step < 0) || (step < 0 && last_step > 0);
        }
        last = sample;
        last_step = step;
        last_is_large = is_large;
    }
    of->large_steps -= threshold == 0; /* the first's */
}

/* Mean of the samples, towards zero. */
static int32_t mean_of(const float *in, uint32_t count, uint32_t stride, uint32_t top)
{
    int64_t total = 0;
    for (uint32_t i = count; i != 0; i--) {
        total += sl_integer_of(*in, top);
        in += stride;
    }
    sl_number mean = sl_quotient(sl_normal(sl_absolute(total), 0), sl_normal(count, 0));
    if (sl_exponent_of(mean) <= -32) {
        return 0;
    }
    int32_t magnitude = (int32_t)(sl_mantissa_of(mean) >> -sl_exponent_of(mean));
    return total < 0 ? -magnitude : magnitude;
}

static float feature_value(const sums *of, uint32_t feature, uint32_t count, int32_t unit)
{
    switch (feature) {
    case SL_EMG_INTEGRATED:
        return sl_packed(sl_normal(of->absolutes, unit), 0);
    case SL_EMG_MEAN_ABSOLUTE_VALUE:
        return sl_packed(sl_quotient(sl_normal(of->absolutes, unit), sl_normal(count, 0)), 0);
    case SL_EMG_WAVEFORM_LENGTH:
        return sl_packed(sl_normal(of->steps, unit), 0);
    case SL_EMG_ZERO_CROSSINGS:
        count = of->zero_crossings;
        break;
    case SL_EMG_SLOPE_SIGN_CHANGES:
        count = of->slope_sign_changes;
        break;
    default: /* SL_EMG_WILLISON_AMPLITUDE */
        count = of->large_steps;
        break;
    }
    return sl_packed(sl_normal(count, 0), 0);
}

sl_status sl_emg_features_run(const sl_emg_features *self, const float *in, float *out, void *work)
{
    const uint32_t *word = self->payload + 1;
    (void)work;
    for (uint32_t signals = *word++ & 0xFFFF; signals != 0; signals--) {
        uint32_t signal = *word++;
        uint32_t threshold = *word++;
        const float *first = in + channel_of(signal);
        const float *value = first;
        uint32_t peak = 0;
        for (uint32_t i = self->samples; i != 0; i--) {
            uint32_t magnitude = sl_float_magnitude(*value);
            value += self->channels;
            peak = magnitude > peak ? magnitude : peak;
        }
        bool finite = peak < SL_INFINITY_BITS;
        uint32_t top = sl_top_of(peak);
        sums of;
        clear(&of);
        if (finite) {
            int32_t offset = 0;
            if (is_centred(signal)) {
                offset = mean_of(first, self->samples, self->channels, top);
            }
            accumulate(first, self->samples, self->channels, top, offset,
                       threshold_of(threshold, top), &of);
        }
        for (uint32_t feature = 0; feature < SL_EMG_FEATURE_COUNT; feature++) {
            if ((wanted_of(signal) >> feature & 1) != 0) {
                *out++ = finite ? feature_value(&of, feature, self->samples, (int32_t)top - 155)
                                : sl_nan();
            }
        }
    }
    return SL_OK;
}
