#include "features/mfcc.h"

#include "base/number.h"
#include "base/sine.h"

sl_status sl_mfcc_open(sl_mfcc *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 16) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFF) != 1) {
        return SL_ERR_VERSION;
    }
    self->payload = payload;
    self->orders = words[0] >> 8 & 0xF;
    self->htk_deltas = words[0] >> 12 & 0xF;
    self->htk_lifter = words[0] >> 16 & 0xF;
    self->frames = words[1] & 0xFFFF;
    self->bands = words[1] >> 16;
    self->coefficients = words[2] & 0xFFFF;
    self->first = words[2] >> 16 & 0xFF;
    self->half = words[2] >> 24;
    self->lifter = words[3];
    if (self->orders > 2 || self->htk_deltas > 1 || self->htk_lifter > 1 || words[0] >> 20 != 0) {
        return SL_ERR_LAYOUT;
    }
    if (self->frames == 0 || self->frames > 2048 || self->bands < 2 || self->bands > 256 ||
        self->coefficients == 0 || self->first + self->coefficients > self->bands ||
        self->half == 0 || self->half > 16 || self->lifter > 256) {
        return SL_ERR_RANGE;
    }
    if (self->orders != 0 && self->htk_deltas == 0 && self->frames < 2 * self->half + 1) {
        return SL_ERR_STRUCTURE;
    }
    self->inputs = self->frames * self->bands;
    self->outputs = self->frames * self->coefficients * (1 + self->orders);
    return SL_OK;
}

size_t sl_mfcc_work_size(const sl_mfcc *self)
{
    return (5 * self->bands + self->coefficients) * sizeof(uint32_t);
}

/* part / whole turns, in 2^-32; part < whole. */
static uint32_t phase_of(uint32_t part, uint32_t whole)
{
    sl_number turn = sl_quotient(sl_normal(part, 0), sl_normal(whole, 0));
    uint32_t shift = (uint32_t)(-32 - sl_exponent_of(turn));
    return sl_mantissa_of(turn) == 0 || shift > 31 ? 0 : sl_mantissa_of(turn) >> shift;
}

/* In work: cosines of a turn in 4 bands steps, Q24; a row's integers; gains as float32. */
void sl_mfcc_prepare(const sl_mfcc *self, void *work)
{
    uint32_t bands = self->bands;
    int32_t *cosines = work;
    float *gains = (float *)work + 5 * bands;
    for (uint32_t i = 0; i < 4 * bands; i++) {
        cosines[i] = (sl_cosine(phase_of(i, 4 * bands)) + 32) >> 6;
    }
    sl_number inverse = sl_quotient(sl_normal(1, 0), sl_normal(bands, 0));
    for (uint32_t i = 0; i < self->coefficients; i++) {
        uint32_t k = self->first + i;
        sl_number gain = sl_root(sl_scaled(inverse, k != 0));
        int64_t lift = 1 << 30;
        if (self->lifter != 0) {
            uint32_t part = k + (self->htk_lifter == 0);
            while (part >= 2 * self->lifter) {
                part -= 2 * self->lifter;
            }
            lift += (int64_t)sl_sine(phase_of(part, 2 * self->lifter)) * (int32_t)self->lifter / 2;
        }
        gain = sl_product(gain, sl_normal(sl_absolute(lift), -30));
        gains[i] = sl_packed(gain, sl_sign_of(lift));
    }
}

static void cepstrum(const sl_mfcc *self, const float *in, float *out, int32_t *cosines)
{
    uint32_t bands = self->bands;
    int32_t *row = cosines + 4 * bands;
    const float *gains = (const float *)(const void *)(row + bands);
    uint32_t peak = 0;
    for (uint32_t n = 0; n < bands; n++) {
        uint32_t magnitude = sl_float_magnitude(in[n]);
        peak = magnitude > peak ? magnitude : peak;
    }
    uint32_t top = sl_top_of(peak);
    for (uint32_t n = 0; n < bands && peak < SL_INFINITY_BITS; n++) {
        row[n] = sl_integer_of(in[n], top);
    }
    for (uint32_t i = 0; i < self->coefficients; i++) {
        if (peak >= SL_INFINITY_BITS) {
            out[i] = sl_nan();
            continue;
        }
        uint32_t k = self->first + i; /* the cosine's place: k (2 n + 1), turn after turn */
        uint32_t place = k;
        int64_t sum = 0;
        for (uint32_t n = 0; n < bands; n++) {
            sum += (int64_t)row[n] * cosines[place];
            place += 2 * k;
            place -= place >= 4 * bands ? 4 * bands : 0;
        }
        sl_number gain = sl_number_of_bits(sl_float_magnitude(gains[i]));
        sl_number value = sl_normal(sl_absolute(sum), (int32_t)top - 155 - 24);
        uint32_t sign = sl_sign_of(sum) ^ (sl_float_bits(gains[i]) & 0x80000000u);
        out[i] = sl_packed(sl_product(value, gain), sign);
    }
}

/* Deltas of a column into another, `stride` floats from frame to frame. `parabola`: of librosa's
 * second order. */
static void deltas(const sl_mfcc *self, const float *in, float *out, uint32_t stride, int parabola)
{
    int32_t frames = (int32_t)self->frames;
    int32_t half = (int32_t)self->half;
    int32_t width = 2 * half + 1;
    int32_t squares = half * (half + 1) * width / 3; /* sum of n^2, n = -h ... h */
    uint64_t divisor = (uint64_t)squares;
    if (parabola) {
        divisor = 0;
        for (int32_t n = -half; n <= half; n++) {
            divisor += sl_square_of(width * n * n - squares);
        }
    }
    uint32_t peak = 0;
    for (int32_t t = 0; t < frames; t++) {
        uint32_t magnitude = sl_float_magnitude(in[(uint32_t)t * stride]);
        peak = magnitude > peak && magnitude < SL_INFINITY_BITS ? magnitude : peak;
    }
    uint32_t top = sl_top_of(peak);
    for (int32_t t = 0; t < frames; t++) {
        int32_t middle = t;
        if (self->htk_deltas == 0) {
            middle = middle < half ? half : middle;
            middle = middle > frames - 1 - half ? frames - 1 - half : middle;
        }
        int64_t sum = 0;
        int finite = 1;
        for (int32_t n = -half; n <= half; n++) {
            int32_t at = middle + n;
            at = at < 0 ? 0 : at;
            at = at > frames - 1 ? frames - 1 : at;
            float value = in[(uint32_t)at * stride];
            int32_t weight = parabola ? 2 * width * (width * n * n - squares) : n;
            if (sl_is_finite(value)) {
                sum += (int64_t)weight * sl_integer_of(value, top);
            } else if (weight != 0) {
                finite = 0;
            }
        }
        sl_number value = sl_normal(sl_absolute(sum), (int32_t)top - 155);
        value = sl_quotient(value, sl_normal(divisor, 0));
        out[(uint32_t)t * stride] = finite ? sl_packed(value, sl_sign_of(sum)) : sl_nan();
    }
}

sl_status sl_mfcc_run(const sl_mfcc *self, const float *in, float *out, void *work)
{
    uint32_t count = self->coefficients;
    uint32_t stride = count * (1 + self->orders);
    for (uint32_t t = 0; t < self->frames; t++) {
        cepstrum(self, in + (size_t)t * self->bands, out + (size_t)t * stride, work);
    }
    for (uint32_t i = 0; i < count * self->orders; i++) {
        int parabola = i >= count && self->htk_deltas == 0;
        deltas(self, out + (parabola ? i - count : i), out + count + i, stride, parabola);
    }
    return SL_OK;
}
