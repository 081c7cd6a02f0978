#include "features/mel_bank.h"

#include "base/logarithm.h"
#include "base/number.h"
#include "base/sine.h"

enum { HEADER_WORDS = 6, EDGE_BITS = 20 };

static inline int is_positive(uint32_t bits)
{
    return bits - 1 < SL_INFINITY_BITS - 1;
}

static sl_status check_bands(const sl_mel_bank *self)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < self->bands + 2; i++) {
        if (self->edges[i] < before) {
            return SL_ERR_STRUCTURE;
        }
        before = self->edges[i];
    }
    if (before > self->fft << (EDGE_BITS - 1)) {
        return SL_ERR_RANGE;
    }
    for (uint32_t i = 0; i < self->bands; i++) {
        if (!is_positive(self->gains[i])) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

sl_status sl_mel_bank_open(sl_mel_bank *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < HEADER_WORDS * 4) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFF) != SL_MEL_VERSION) {
        return SL_ERR_VERSION;
    }
    self->result = words[0] >> 8 & 0xF;
    self->window = words[0] >> 12 & 0xF;
    self->frame = words[1] & 0xFFFF;
    self->fft = words[1] >> 16;
    self->hop = words[2] & 0xFFFF;
    self->bands = words[2] >> 16;
    self->samples = words[3] & 0xFFFFFF;
    self->channels = words[3] >> 24;
    self->channel = words[4] & 0xFF;
    self->floor = words[5];
    if (self->result > SL_MEL_NATURAL || self->window > SL_MEL_HAMMING_SYMMETRIC ||
        words[0] >> 16 != 0 || words[4] >> 8 != 0) {
        return SL_ERR_LAYOUT;
    }
    if (self->frame < 2 || self->frame > self->fft || self->fft < 16 || self->fft > 4096 ||
        (self->fft & (self->fft - 1)) != 0 || self->hop == 0 || self->bands == 0 ||
        self->bands > SL_MEL_MAX_BANDS || self->samples > 1u << 20 || self->channels == 0 ||
        self->channel >= self->channels || !is_positive(self->floor)) {
        return SL_ERR_RANGE;
    }
    if (self->samples < self->frame) {
        return SL_ERR_STRUCTURE;
    }
    if (length != 4 * (HEADER_WORDS + 2 * (size_t)self->bands + 2)) {
        return SL_ERR_LENGTH;
    }
    /* Counted rather than divided: Cortex-M0 has no division. */
    uint32_t frames = 1;
    for (uint32_t left = self->samples - self->frame; left >= self->hop; left -= self->hop) {
        frames++;
    }
    if (frames > SL_MEL_MAX_FRAMES) {
        return SL_ERR_RANGE;
    }
    self->frames = frames;
    self->edges = words + HEADER_WORDS;
    self->gains = self->edges + self->bands + 2;
    self->inputs = self->samples * self->channels;
    self->outputs = self->bands * frames;
    return check_bands(self);
}

uint32_t sl_mel_bank_weights(const sl_mel_bank *self, uint32_t *weights, uint16_t *starts)
{
    /* The first bin at or above the edge. */
    uint32_t bin = (self->edges[0] + (1u << EDGE_BITS) - 1) >> EDGE_BITS;
    const uint32_t *first = weights;
    for (uint32_t i = 0; i <= self->bands; i++) {
        starts[i] = (uint16_t)bin;
        uint32_t low = self->edges[i];
        sl_number width = sl_normal(self->edges[i + 1] - low, 0);
        while (bin << EDGE_BITS < self->edges[i + 1]) {
            sl_number way = sl_quotient(sl_normal((bin << EDGE_BITS) - low, 0), width);
            uint32_t weight = 0;
            if (sl_mantissa_of(way) != 0 && sl_exponent_of(way) > -56) {
                weight = sl_mantissa_of(way) >> (-sl_exponent_of(way) - 24);
            }
            *weights++ = weight;
            bin++;
        }
    }
    starts[self->bands + 1] = (uint16_t)bin;
    return (uint32_t)(weights - first);
}

float sl_mel_bank_result(const sl_mel_bank *self, uint32_t power)
{
    if (power >= SL_INFINITY_BITS) {
        return sl_nan();
    }
    if (self->result == SL_MEL_POWER) {
        return sl_float_from_bits(power);
    }
    power = power < self->floor ? self->floor : power;
    uint32_t exponent = sl_top_of(power);
    int32_t log2 = sl_log2_u32(power - ((exponent - 1) << 23)); /* of the mantissa, Q24 */
    log2 = ((log2 + 128) >> 8) + ((int32_t)exponent - 150) * (1 << 16);
    /* 10 log10(2) / 4 or ln(2), Q32. */
    int decibels = self->result == SL_MEL_DECIBELS;
    int64_t result = log2 * (decibels ? 3232284966 : 2977044472);
    return sl_float_of((result + (1 << 23)) >> 24, decibels ? -22 : -24);
}

int32_t sl_mel_bank_window(const sl_mel_bank *self, uint32_t index)
{
    if (self->window == SL_MEL_RECTANGULAR) {
        return 1 << 30;
    }
    uint32_t period = self->frame - (self->window >= SL_MEL_HANN_SYMMETRIC);
    uint32_t phase = 0;
    if (index != 0 && index < period) { /* index / period < 1, in 2^-32 turns */
        sl_number turn = sl_quotient(sl_normal(index, 0), sl_normal(period, 0));
        phase = sl_mantissa_of(turn) >> ((uint32_t)(-32 - sl_exponent_of(turn)) & 31);
    }
    int hann = self->window == SL_MEL_HANN || self->window == SL_MEL_HANN_SYMMETRIC;
    int32_t half = hann ? 1 << 29 : 493921239; /* 0.46 */
    return (1 << 30) - half - (int32_t)((int64_t)half * sl_cosine(phase) >> 30);
}
