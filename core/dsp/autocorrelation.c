#include "dsp/autocorrelation.h"

#include "base/number.h"

enum {
    FLOAT_BITS_DROPPED = 6, /* of sl_integer_of's 29 */
    SHORT_BITS_ADDED = 7,   /* for the mean's sake */
};

sl_status sl_autocorrelation_open(sl_autocorrelation *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 8) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_AUTOCORRELATION_VERSION) {
        return SL_ERR_VERSION;
    }
    self->centred = word[0] >> 8 & 0xFF;
    self->inputs = word[0] >> 16;
    self->outputs = word[1];
    return self->centred <= 1 && self->outputs - 1 < self->inputs ? SL_OK : SL_ERR_RANGE;
}

size_t sl_autocorrelation_work_size(const sl_autocorrelation *self)
{
    return (size_t)4 * self->inputs;
}

/* The correlations of n integers below 2^23. */
static void correlate(const sl_autocorrelation *self, int32_t *x, float *out)
{
    uint32_t n = self->inputs;
    if (self->centred != 0) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < n; i++) {
            sum += x[i];
        }
        /* Cut off to the samples' unit. */
        sl_number size = sl_quotient(sl_normal(sl_absolute(sum), 0), sl_normal(n, 0));
        int32_t shift = -sl_exponent_of(size);
        int32_t mean = shift > 31 ? 0 : (int32_t)(sl_mantissa_of(size) >> (shift & 31));
        mean = sum < 0 ? -mean : mean;
        for (uint32_t i = 0; i < n; i++) {
            x[i] -= mean;
        }
    }
    sl_number power = 0;
    for (uint32_t lag = 0; lag < self->outputs; lag++) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < n - lag; i++) {
            sum += (int64_t)x[i] * x[i + lag];
        }
        sl_number size = sl_normal(sl_absolute(sum), 0);
        if (lag == 0) {
            power = size;
        }
        *out++ = sl_packed(sl_quotient(size, power), sl_sign_of(sum));
    }
}

sl_status sl_autocorrelation_run(const sl_autocorrelation *self, const float *in, float *out,
                                 void *work)
{
    int32_t *x = work;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < self->inputs; i++) {
        uint32_t magnitude = sl_float_magnitude(in[i]);
        largest = magnitude > largest ? magnitude : largest;
    }
    if (largest >= SL_INFINITY_BITS) {
        for (uint32_t i = 0; i < self->outputs; i++) {
            out[i] = sl_nan();
        }
        return SL_OK;
    }
    uint32_t top = sl_top_of(largest);
    for (uint32_t i = 0; i < self->inputs; i++) {
        x[i] = sl_integer_of(in[i], top) >> FLOAT_BITS_DROPPED;
    }
    correlate(self, x, out);
    return SL_OK;
}

sl_status sl_autocorrelation_run_i16(const sl_autocorrelation *self, const int16_t *in, float *out,
                                     void *work)
{
    int32_t *x = work;
    for (uint32_t i = 0; i < self->inputs; i++) {
        x[i] = in[i] * (1 << SHORT_BITS_ADDED);
    }
    correlate(self, x, out);
    return SL_OK;
}
