#include "features/spectral.h"

#include "base/logarithm.h"
#include "base/number.h"
#include "base/sine.h"

enum { SPECTRAL_HEADER = 7 };

/* A native module takes a part of the features, to be small (spectral_shape.c and the like): the
 * others are refused, and their code is left out. */
#define SPECTRAL_SHAPE  0x47u /* centroid, spread, roll-off, dominant */
#define SPECTRAL_NOISE  0x28u /* flatness, entropy */
#define SPECTRAL_CHANGE 0x10u /* flux; and the energies */
#ifndef SPECTRAL_PART
#define SPECTRAL_PART (SPECTRAL_SHAPE | SPECTRAL_NOISE | SPECTRAL_CHANGE)
#endif
#define HAS_SHAPE  ((SPECTRAL_PART & 1u) != 0)
#define HAS_NOISE  ((SPECTRAL_PART & 8u) != 0)
#define HAS_CHANGE ((SPECTRAL_PART & 16u) != 0)

/* A sum over frames, as two words: work memory is aligned to 4 bytes. */
typedef struct spectral_bin {
    uint32_t low, high;
} spectral_bin;

sl_status sl_spectral_open(sl_spectral *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 4 * SPECTRAL_HEADER) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFF) != 1) {
        return SL_ERR_VERSION;
    }
    self->payload = payload;
    self->power = words[0] >> 8 & 0xF;
    self->hann = words[0] >> 12 & 0xF;
    self->frame = words[1] & 0xFFFF;
    self->hop = words[2] & 0xFFFF;
    self->bands = words[2] >> 16;
    uint32_t samples = words[3] & 0xFFFFFF;
    self->channels = words[3] >> 24;
    self->channel = words[4] & 0xFF;
    self->rolloff = words[4] >> 8 & 0xFFFF;
    self->rate = words[5];
    self->wanted = words[6];
    if (self->power > 1 || self->hann > 1 || words[0] >> 16 != 0 || words[4] >> 24 != 0 ||
        (self->wanted & ~SPECTRAL_PART) != 0 || (!HAS_CHANGE && self->bands != 0)) {
        return SL_ERR_LAYOUT;
    }
    uint32_t transform = SL_FFT_Q15_VERSION | (words[1] & 0xFFFF0000u);
    sl_status status = sl_fft_q15_open(&self->fft, &transform, sizeof transform);
    if (status != SL_OK) {
        return status;
    }
    if (self->frame < 2 || self->frame > self->fft.n || self->hop == 0 || self->bands > 64 ||
        samples > 1u << 20 || self->channels == 0 || self->channel >= self->channels ||
        self->rolloff == 0 || self->rate - 1 >= SL_INFINITY_BITS - 1) {
        return SL_ERR_RANGE;
    }
    if (length != 4 * (SPECTRAL_HEADER + (size_t)self->bands)) {
        return SL_ERR_LENGTH;
    }
    self->outputs = self->bands;
    for (uint32_t i = 0; i < SL_SPECTRAL_COUNT; i++) {
        self->outputs += self->wanted >> i & 1;
    }
    if (samples < self->frame || self->outputs == 0) {
        return SL_ERR_STRUCTURE;
    }
    for (uint32_t i = 0; i < self->bands && HAS_CHANGE; i++) {
        uint32_t first = words[SPECTRAL_HEADER + i] & 0xFFFF;
        uint32_t end = words[SPECTRAL_HEADER + i] >> 16;
        if (first >= end || end > self->fft.n / 2 + 1) {
            return SL_ERR_RANGE;
        }
    }
    self->frames = 1;
    for (uint32_t left = samples - self->frame; left >= self->hop; left -= self->hop) {
        self->frames++;
    }
    if (self->frames > 2048) {
        return SL_ERR_RANGE;
    }
    self->inputs = samples * self->channels;
    return SL_OK;
}

/* Work: twiddle factors; bins (fft / 2 + 1); magnitudes of the frame before (fft / 2 + 1); the
 * frame (fft, int16); the window (frame, int16). */
size_t sl_spectral_work_size(const sl_spectral *self)
{
    size_t bins = self->fft.n / 2 + 1;
    size_t items = self->fft.n + self->frame;
    return sl_fft_q15_work_size(&self->fft) + bins * (sizeof(spectral_bin) + sizeof(int32_t)) +
           (items + 1) / 2 * sizeof(uint32_t);
}

static spectral_bin *bins_of(const sl_spectral *self, void *work)
{
    return (spectral_bin *)(void *)((char *)work + sl_fft_q15_work_size(&self->fft));
}

void sl_spectral_prepare(const sl_spectral *self, void *work)
{
    uint32_t bins = self->fft.n / 2 + 1;
    sl_fft_q15_prepare(&self->fft, work);
    int32_t *before = (int32_t *)(void *)(bins_of(self, work) + bins);
    uint16_t *window = (uint16_t *)(void *)(before + bins) + self->fft.n;
    for (uint32_t i = 0; i < self->frame; i++) {
        int32_t value = 1 << 30;
        if (self->hann != 0) {
            sl_number turn = sl_quotient(sl_normal(i, 0), sl_normal(self->frame, 0));
            uint32_t shift = (uint32_t)(-32 - sl_exponent_of(turn)) & 31;
            value = (1 << 29) - (sl_cosine(i == 0 ? 0 : sl_mantissa_of(turn) >> shift) >> 1);
        }
        window[i] = (uint16_t)((value + (1 << 14)) >> 15);
    }
}

/* ---- Spectrum ---------------------------------------------------------------------------------
 */

/* The transform of the frame that starts at in[0], in units of 2^(top - 141) * fft. */
static void spectrum_of(const sl_spectral *self, const float *in, uint32_t top, int16_t *x,
                        const void *work)
{
    const uint16_t *window = (const uint16_t *)(const void *)(x + self->fft.n);
    for (uint32_t i = 0; i < self->fft.n; i++) {
        int32_t value = 0;
        if (i < self->frame) {
            value = (sl_integer_of(*in, top) + (1 << 13)) >> 14;
            value = value > INT16_MAX ? INT16_MAX : value;
            value = (value * window[i] + (1 << 14)) >> 15;
            in += self->channels;
        }
        x[i] = (int16_t)value;
    }
    sl_fft_q15_real(&self->fft, x, work);
}

/* Sums of the power spectra into bins, and of the distances of magnitudes in units of 2^-10. */
static sl_number spectra_of(const sl_spectral *self, const float *in, uint32_t top, void *work)
{
    uint32_t half = self->fft.n / 2;
    spectral_bin *bins = bins_of(self, work);
    int32_t *before = (int32_t *)(void *)(bins + half + 1);
    int16_t *x = (int16_t *)(void *)(before + half + 1);
    sl_number distances = 0;
    for (uint32_t t = 0; t < self->frames; t++) {
        spectrum_of(self, in + (size_t)t * self->hop * self->channels, top, x, work);
        uint64_t distance = 0;
        for (uint32_t k = 0; k <= half; k++) {
            int32_t re = k == half ? x[1] : x[2 * k];
            int32_t im = k == half || k == 0 ? 0 : x[2 * k + 1];
            uint32_t power = (uint32_t)(re * re) + (uint32_t)(im * im);
            uint64_t sum = power;
            if (t != 0) {
                sum += (uint64_t)bins[k].high << 32 | bins[k].low;
            }
            bins[k].low = (uint32_t)sum;
            bins[k].high = (uint32_t)(sum >> 32);
            if (HAS_CHANGE && (self->wanted >> SL_SPECTRAL_FLUX & 1) != 0) {
                int32_t magnitude = sl_length_of((uint64_t)power << 20);
                int32_t change = t == 0 ? 0 : magnitude - before[k];
                before[k] = magnitude;
                distance += sl_square_of(change);
            }
        }
        if (HAS_CHANGE && distance != 0) {
            distances = sl_sum(distances, sl_root(sl_normal(distance, 0)));
        }
    }
    return distances;
}

/* ---- Features ---------------------------------------------------------------------------------
 */

/* value, 0 ... 2^62, as an integer. */
static inline uint64_t integer_of_number(sl_number value)
{
    uint32_t shift = (uint32_t)-sl_exponent_of(value);
    if (sl_mantissa_of(value) == 0) {
        return 0;
    }
    return shift < 64 ? (uint64_t)sl_mantissa_of(value) >> shift
                      : (uint64_t)sl_mantissa_of(value) << ((0 - shift) & 31);
}

/* 2^-octaves, octaves in 2^-24: the mantissa is sought whose logarithm it is. */
static inline sl_number inverse_power(uint64_t octaves)
{
    int32_t wanted = (int32_t)(octaves & 0xFFFFFF);
    int32_t exponent = -31 - (int32_t)(octaves >> 24);
    uint32_t mantissa = 0x80000000u;
    if (wanted != 0) {
        exponent--;
        for (uint32_t bit = 0x40000000u; bit != 0; bit >>= 1) {
            mantissa += sl_log2_u32(mantissa + bit) <= (32 << 24) - wanted ? bit : 0;
        }
    }
    return sl_number_of(mantissa, exponent);
}

/* Flatness and entropy of P in 31 bits, not all 0. */
static inline void of_power(const spectral_bin *bins, uint32_t half, sl_number *results)
{
    uint64_t total = 0;
    uint64_t coarse = 0;   /* in 24 bits */
    uint64_t weighted = 0; /* sum of S log2(S) in 2^-16 */
    int64_t logarithms = 0;
    for (uint32_t k = 0; k <= half; k++) {
        uint32_t s = bins[k].low;
        uint32_t small = s >> 7;
        total += s;
        coarse += small;
        logarithms += sl_log2_u32(s | (s == 0));
        weighted += (uint64_t)small * (uint32_t)(sl_log2_u32(small | (small == 0)) >> 8);
    }
    int64_t below = (int64_t)(half + 1) * (sl_log2_u64(total) - sl_log2_u32(half + 1)) - logarithms;
    sl_number octaves =
        sl_quotient(sl_normal(below > 0 ? (uint64_t)below : 0, 0), sl_normal(half + 1, 0));
    results[SL_SPECTRAL_FLATNESS] = inverse_power(integer_of_number(octaves));
    int64_t bits = (int64_t)(coarse * (uint32_t)(sl_log2_u64(coarse) >> 8)) - (int64_t)weighted;
    results[SL_SPECTRAL_ENTROPY] =
        sl_quotient(sl_normal(bits > 0 ? (uint64_t)bits : 0, -16), sl_normal(coarse, 0));
}

static inline sl_number dominant_of(const spectral_bin *bins, uint32_t half)
{
    uint32_t dominant = 0;
    for (uint32_t k = 0; k <= half; k++) {
        dominant = bins[k].low > bins[dominant].low ? k : dominant;
    }
    return sl_normal(dominant, 0);
}

/* Centroid, spread and roll-off of S in 31 bits, not all 0; in bins. */
static inline void of_weights(const sl_spectral *self, const spectral_bin *bins, uint32_t half,
                              sl_number *results)
{
    uint64_t total = 0;
    uint64_t moment = 0;
    for (uint32_t k = 0; k <= half; k++) {
        total += bins[k].low;
        moment += (uint64_t)bins[k].low * k;
    }
    sl_number centroid = sl_quotient(sl_normal(moment, 0), sl_normal(total, 0));
    results[SL_SPECTRAL_CENTROID] = centroid;
    int32_t middle = (int32_t)integer_of_number(sl_scaled(centroid, 6)); /* in 2^-6 bins */
    uint64_t squares = 0;
    uint64_t coarse = 0;
    uint64_t sum = 0;
    uint32_t edge = half + 1;
    for (uint32_t k = 0; k <= half; k++) {
        uint32_t small = bins[k].low >> 13; /* 18 bits */
        coarse += small;
        squares += sl_square_of((int32_t)(k << 6) - middle) * small;
        sum += bins[k].low;
        if (edge > half && sum << 16 >= total * self->rolloff) {
            edge = k;
        }
    }
    sl_number variance = sl_quotient(sl_normal(squares, -12), sl_normal(coarse, 0));
    results[SL_SPECTRAL_SPREAD] = sl_mantissa_of(variance) == 0 ? 0 : sl_root(variance);
    results[SL_SPECTRAL_ROLLOFF] = sl_normal(edge, 0);
}

sl_status sl_spectral_run(const sl_spectral *self, const float *in, float *out, void *work)
{
    uint32_t half = self->fft.n / 2;
    spectral_bin *bins = bins_of(self, work);
    uint32_t peak = 0;
    for (uint32_t i = self->channel; i < self->inputs; i += self->channels) {
        uint32_t magnitude = sl_float_magnitude(in[i]);
        peak = magnitude > peak ? magnitude : peak;
    }
    if (peak >= SL_INFINITY_BITS) {
        for (uint32_t i = 0; i < self->outputs; i++) {
            out[i] = sl_nan();
        }
        return SL_OK;
    }
    uint32_t top = sl_top_of(peak);
    /* Not needed for each part. NOLINTBEGIN(clang-analyzer-deadcode.DeadStores) */
    sl_number distances = spectra_of(self, in + self->channel, top, work);
    /* Magnitudes of numpy's transform are the bins' times 2^unit. */
    int32_t unit = (int32_t)top - 155 + 14 + 31 - (int32_t)sl_leading_zeros(self->fft.n);
    sl_number frames = sl_normal(self->frames, 0);
    /* NOLINTEND(clang-analyzer-deadcode.DeadStores) */
    uint64_t largest = 0;
    for (uint32_t k = 0; k <= half; k++) {
        uint64_t sum = (uint64_t)bins[k].high << 32 | bins[k].low;
        largest = sum > largest ? sum : largest;
    }
    for (uint32_t i = 0; i < self->bands && HAS_CHANGE; i++) {
        uint32_t band = self->payload[SPECTRAL_HEADER + i];
        uint64_t energy = 0;
        for (uint32_t k = band & 0xFFFF; k < band >> 16; k++) {
            energy += (uint64_t)bins[k].high << 32 | bins[k].low;
        }
        float *energies = out + self->outputs - self->bands;
        energies[i] = sl_packed(sl_quotient(sl_normal(energy, 2 * unit), frames), 0);
    }
    sl_number results[SL_SPECTRAL_COUNT];
    for (uint32_t i = 0; i < SL_SPECTRAL_COUNT; i++) {
        results[i] = 0;
    }
    results[SL_SPECTRAL_FLATNESS] = sl_normal(1, 0);
    if (largest != 0) {
        /* P in 31 bits. */
        int32_t up = sl_exponent_of(sl_normal(largest, 0)) + 1; /* -30 ... 12 */
        for (uint32_t k = 0; k <= half; k++) {
            uint64_t sum = (uint64_t)bins[k].high << 32 | bins[k].low;
            bins[k].low = (uint32_t)(up < 0 ? sum << -up : sum >> up);
        }
        if (HAS_NOISE) {
            of_power(bins, half, results);
        }
        if (HAS_SHAPE) {
            results[SL_SPECTRAL_DOMINANT] = dominant_of(bins, half);
            for (uint32_t k = 0; k <= half && self->power == 0; k++) {
                bins[k].low = (uint32_t)sl_length_of((uint64_t)bins[k].low << 28) << 1;
            }
            of_weights(self, bins, half, results);
        }
        if (HAS_CHANGE && self->frames > 1) {
            sl_number mean = sl_quotient(distances, sl_normal(self->frames - 1, 0));
            results[SL_SPECTRAL_FLUX] = sl_scaled(mean, unit - 10);
        }
    }
    sl_number width = sl_quotient(sl_number_of_bits(self->rate), sl_normal(self->fft.n, 0));
    for (uint32_t i = 0; i < SL_SPECTRAL_COUNT; i++) {
        if ((self->wanted >> i & 1) != 0) {
            int hertz = i <= SL_SPECTRAL_ROLLOFF || i == SL_SPECTRAL_DOMINANT;
            *out++ = sl_packed(hertz ? sl_product(results[i], width) : results[i], 0);
        }
    }
    return SL_OK;
}
