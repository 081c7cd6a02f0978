#include "dsp/pitch.h"

#include "base/power.h"

#define ONE (1u << 24) /* of c */

enum {
    FLOAT_BITS_DROPPED = 15, /* of sl_integer_of's 29 */
};

/* In units of 2^-24, cut off; at most 2^31. */
static uint32_t fixed(sl_number value)
{
    int32_t shift = -24 - sl_exponent_of(value);
    if (shift <= 0) {
        return sl_mantissa_of(value) == 0 ? 0 : 1u << 31;
    }
    return shift > 31 ? 0 : sl_mantissa_of(value) >> shift;
}

sl_status sl_pitch_open(sl_pitch *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    const float *number = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 20) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFFFF) != SL_PITCH_VERSION) {
        return SL_ERR_VERSION;
    }
    self->inputs = word[0] >> 16;
    self->outputs = 2;
    for (uint32_t i = 1; i < 5; i++) {
        if (!sl_is_ordinary(number[i])) {
            return SL_ERR_RANGE;
        }
    }
    self->rate = number[1];
    /* Periods in units of 2^-24 would end at 128 samples: in units of 2^-8. */
    uint32_t longest =
        fixed(sl_scaled(sl_quotient(sl_number_from(number[1]), sl_number_from(number[2])), -16));
    uint32_t shortest =
        fixed(sl_scaled(sl_quotient(sl_number_from(number[1]), sl_number_from(number[3])), -16));
    self->longest = (longest + 255) >> 8;
    self->shortest = shortest >> 8;
    self->threshold = fixed(sl_number_from(number[4]));
    if (self->shortest < 2 || self->longest <= self->shortest || self->longest > self->inputs / 2 ||
        self->threshold < ONE / 101 || self->threshold > ONE) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

size_t sl_pitch_work_size(const sl_pitch *self)
{
    return (size_t)4 * ((self->inputs + 1) / 2);
}

/* Differences squared of `count` samples |x| < 2^14 with those `lag` later. */
static uint64_t difference(const int16_t *x, uint32_t lag, uint32_t count)
{
    uint64_t sum = 0;
    const int16_t *later = x + lag;
    for (; count != 0; count--) {
        int32_t difference = *x++ - *later++;
        sum += (uint32_t)(difference * difference);
    }
    return sum;
}

static void find(const sl_pitch *self, const int16_t *x, float *out)
{
    uint32_t count = self->inputs - self->longest;
    uint64_t so_far = 0;
    uint64_t d[3] = {0, 0, 0}; /* at the last lags, the newest last */
    uint32_t c[3] = {ONE, ONE, ONE};
    uint64_t best_d[3] = {0, 0, 0}; /* around the best dip */
    uint32_t best = ONE;
    uint32_t best_lag = 0;
    for (uint32_t lag = 1; lag <= self->longest + 1 && lag < self->inputs; lag++) {
        uint32_t these = self->inputs - lag;
        d[0] = d[1];
        d[1] = d[2];
        d[2] = difference(x, lag, these < count ? these : count);
        so_far += d[2];
        c[0] = c[1];
        c[1] = c[2];
        c[2] = ONE;
        if (so_far != 0) {
            sl_number scaled = sl_product(sl_normal(d[2], 0), sl_normal(lag, 0));
            c[2] = fixed(sl_quotient(scaled, sl_normal(so_far, 0)));
        }
        if (lag > self->shortest && c[1] < c[0] && c[1] <= c[2] && c[1] < best) {
            best = c[1];
            best_lag = lag - 1;
            for (uint32_t i = 0; i < 3; i++) {
                best_d[i] = d[i];
            }
            if (best < self->threshold) {
                break;
            }
        }
    }
    out[0] = out[1] = 0.0f;
    if (best_lag != 0) {
        /* The parabola's lowest point lies (rise / bend) / 2 further; half a sample, unless d is
         * lower beside the dip of c. */
        int64_t rise = (int64_t)best_d[0] - (int64_t)best_d[2];
        int64_t bend = rise - 2 * ((int64_t)best_d[1] - (int64_t)best_d[2]);
        uint32_t steps = 0; /* in units of 2^-15 */
        if (bend > 0) {
            sl_number offset =
                sl_quotient(sl_normal(sl_absolute(rise), 14), sl_normal((uint64_t)bend, 0));
            steps = fixed(sl_scaled(offset, -24));
            steps = steps > 1u << 14 ? 1u << 14 : steps;
        }
        uint32_t period = best_lag << 15;
        period = rise < 0 ? period - steps : period + steps;
        out[0] = sl_packed(sl_quotient(sl_number_from(self->rate), sl_normal(period, -15)), 0);
        out[1] = sl_float_of((int64_t)ONE - best, -24);
    }
}

sl_status sl_pitch_run(const sl_pitch *self, const float *in, float *out, void *work)
{
    int16_t *x = work;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < self->inputs; i++) {
        uint32_t magnitude = sl_float_magnitude(in[i]);
        largest = magnitude > largest ? magnitude : largest;
    }
    if (largest >= SL_INFINITY_BITS) {
        out[0] = out[1] = sl_nan();
        return SL_OK;
    }
    uint32_t top = sl_top_of(largest);
    for (uint32_t i = 0; i < self->inputs; i++) {
        x[i] = (int16_t)(sl_integer_of(in[i], top) >> FLOAT_BITS_DROPPED);
    }
    find(self, x, out);
    return SL_OK;
}

sl_status sl_pitch_run_i16(const sl_pitch *self, const int16_t *in, float *out, void *work)
{
    int16_t *x = work;
    for (uint32_t i = 0; i < self->inputs; i++) {
        x[i] = (int16_t)(in[i] >> 1);
    }
    find(self, x, out);
    return SL_OK;
}
