/* Features of the spectrum of a window: step kinds "spectral_shape",
 * "spectral_noise" and "spectral_change".
 *
 * One channel is cut into frames (Hann or none, zeros up to `fft`); their power spectra are
 * averaged, P[k] = mean of |X[k]|^2, k = 0 ... fft / 2 at f[k] = k * rate / fft. S is P, or its
 * root (magnitude).
 *
 *   centroid   sum of f S / sum of S, Hz
 *   spread     square root of the sum of (f - centroid)^2 S / sum of S, Hz (librosa: bandwidth)
 *   roll-off   lowest f[k] up to which S sums to the share `rolloff` of the whole, Hz
 *   flatness   geometric by arithmetic mean of P, 0 ... 1
 *   flux       mean over successive frames of the Euclidean distance of their |X|; 0 for one frame
 *   entropy    -sum of p log2 p, p = P / sum of P, bits
 *   dominant   f[k] of the largest P (the first of equals), Hz
 *   energies   sum of P over the bins first ... last - 1 of each band
 *
 * X is the unscaled transform, so energies and flux have numpy's units. Silence gives 0 and a
 * flatness of 1. A NaN or infinity in the channel makes all outputs NaN (0x7FC00000).
 *
 * Formats: samples are rounded to 16 bits in units of the window's largest magnitude; window Q15,
 * product rounded to 16 bits; transform dsp/fft_q15.h, scaled by 1 / fft; power 32 bits, exact;
 * sums over the frames 64 bits; then 31 bits in units of the largest (roots: 30 bits), sums of them
 * in 64 bits; each result rounded to float32 once. Nothing saturates but a sample that rounds to
 * 32768.
 *
 * Accuracy: that of the int16 transform, whose noise lies 70 ... 75 dB below a sine of full scale.
 * Of signals that fill few bins, flatness and entropy of the empty ones tell the noise:
 * docs/features/spectral.md.
 *
 * Payload, 32-bit little-endian words, fields from the lowest bit up:
 *   word 0   version = 1 (8), S 0 magnitude, 1 power (4), window 0 none, 1 Hann (4), 0 (16)
 *   word 1   frame 2 ... 4096 (16), fft = 16, 32, ... 4096 and >= frame (16)
 *   word 2   hop 1 ... 65535 (16), bands 0 ... 64 (16)
 *   word 3   samples in the window 1 ... 2^20 (24), channels 1 ... 255 (8)
 *   word 4   the channel taken (8), rolloff in 2^-16: 1 ... 65535 (16), 0 (8)
 *   word 5   rate in Hz, float32 > 0
 *   word 6   which of the features above, bit 0 the centroid ... bit 6 the dominant frequency
 *   then     for each band, first bin (16), last bin + 1 (16), at most fft / 2 + 1
 *
 * Outputs: the features asked for in the order above, then the energies: 1 ... 71.
 */
#ifndef SL_FEATURES_SPECTRAL_H
#define SL_FEATURES_SPECTRAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "dsp/fft_q15.h"

typedef enum sl_spectral_feature {
    SL_SPECTRAL_CENTROID = 0,
    SL_SPECTRAL_SPREAD = 1,
    SL_SPECTRAL_ROLLOFF = 2,
    SL_SPECTRAL_FLATNESS = 3,
    SL_SPECTRAL_FLUX = 4,
    SL_SPECTRAL_ENTROPY = 5,
    SL_SPECTRAL_DOMINANT = 6,
    SL_SPECTRAL_COUNT
} sl_spectral_feature;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_spectral {
    const uint32_t *payload;
    uint32_t inputs;  /* samples * channels */
    uint32_t outputs; /* features and energies */
    uint32_t frame, hop, frames, bands, channels, channel;
    uint32_t power, hann, rolloff, wanted, rate;
    sl_fft_q15 fft;
} sl_spectral;

/* Check the whole payload and prepare `self` to read it in place. SL_OK, SL_ERR_ALIGNMENT,
 * SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT, SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_spectral_open(sl_spectral *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned: the transform's tables, 8 for each of `fft`, 2 of `frame`.
 */
size_t sl_spectral_work_size(const sl_spectral *self);

/* Fill `work` with tables; once. */
void sl_spectral_prepare(const sl_spectral *self, void *work);

/* Features of the window `in` (samples x channels) into `out`. Returns SL_OK. */
sl_status sl_spectral_run(const sl_spectral *self, const float *in, float *out, void *work);

/* The same, each with a part of the features, the others refused: centroid, spread, roll-off and
 * dominant frequency; flatness and entropy; flux and energies. */
#define SL_SPECTRAL_DECLARE(part)                                                                  \
    sl_status sl_spectral_##part##_open(sl_spectral *self, const void *payload, size_t length);    \
    size_t sl_spectral_##part##_work_size(const sl_spectral *self);                                \
    void sl_spectral_##part##_prepare(const sl_spectral *self, void *work);                        \
    sl_status sl_spectral_##part##_run(const sl_spectral *self, const float *in, float *out,       \
                                       void *work);
SL_SPECTRAL_DECLARE(shape)
SL_SPECTRAL_DECLARE(noise)
SL_SPECTRAL_DECLARE(change)
#undef SL_SPECTRAL_DECLARE

#endif
