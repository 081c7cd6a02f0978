/* What the steps "mel" (float32) and "mel_q15" (int16) share: payload, frames, triangular bands.
 *
 * A window of samples is cut into frames; of each frame the power spectrum is taken and summed in
 * bands:
 *
 *   frame t     samples t * hop ... t * hop + frame - 1 of one channel, y[i] = x[i] - a x[i - 1]
 * (a: pre-emphasis; the window's first sample has no predecessor: y[0] = x[0]), times the window
 * function, zeros up to `fft` samples power       P[k] = |X[k]|^2, X the unscaled discrete Fourier
 * transform, k < fft / 2 band j      gain[j] * sum over k of P[k] * triangle that rises from 0 at
 * edge[j] to 1 at edge[j + 1] and falls to 0 at edge[j + 2]; edges in units of a bin result the
 * band's power; or 10 log10 (decibels), or the natural logarithm, of it or of `floor` if that is
 * more
 *
 * Edges and gains of the mel scales, Slaney's and HTK's, are made by features/mel_scale.h.
 * 1.0 is full scale where samples are int16: 32768 counts as 1.0.
 *
 * Payload, 32-bit little-endian words, fields from the lowest bit up:
 *
 *   word 0   version = 1 (8), result (4), window function (4), 0 (16)
 *   word 1   frame 2 ... 4096 (16), fft = 16, 32, ... 4096 and >= frame (16)
 *   word 2   hop 1 ... 65535 (16), bands 1 ... 256 (16)
 *   word 3   samples in the window 1 ... 2^20 (24), channels 1 ... 255 (8)
 *   word 4   the channel taken (8), 0 (24)
 *   word 5   floor, float32 > 0
 *   then     bands + 2 edges in 2^-20 bins, not falling, the last one <= fft / 2
 *   then     bands gains, float32 > 0
 *
 * Outputs: frames x bands, frame after frame. frames = 1 + (samples - frame) / hop: 1 ... 2048.
 */
#ifndef SL_FEATURES_MEL_BANK_H
#define SL_FEATURES_MEL_BANK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_MEL_VERSION = 1,
    SL_MEL_MAX_BANDS = 256,
    SL_MEL_MAX_FRAMES = 2048,
};

typedef enum sl_mel_result {
    SL_MEL_POWER = 0,
    SL_MEL_DECIBELS = 1,
    SL_MEL_NATURAL = 2,
} sl_mel_result;

/* Periodic windows are what transforms take (scipy's and librosa's default); symmetric ones are
 * numpy.hanning and numpy.hamming. */
typedef enum sl_mel_window {
    SL_MEL_RECTANGULAR = 0,
    SL_MEL_HANN = 1,
    SL_MEL_HAMMING = 2,
    SL_MEL_HANN_SYMMETRIC = 3,
    SL_MEL_HAMMING_SYMMETRIC = 4,
} sl_mel_window;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_mel_bank {
    const uint32_t *edges; /* in the payload */
    const uint32_t *gains;
    uint32_t inputs;  /* floats in a window: samples * channels */
    uint32_t outputs; /* floats it gives */
    uint32_t frame, fft, hop, bands, frames, samples, channels, channel;
    uint32_t result, window;
    uint32_t floor; /* bits */
} sl_mel_bank;

sl_status sl_mel_bank_open(sl_mel_bank *self, const void *payload, size_t length);

/* Prepared: for each of bands + 1 segments between edges, starts[i] ... starts[i + 1] - 1 are its
 * bins (bands + 2 starts), and weights[bin - starts[0]] tells how far the rising flank has come, in
 * 2^-24: 0 ... 2^24. Sum of band j = sum of w P over segment j + sum of (1 - w) P over segment
 * j + 1. Returns the number of weights, at most fft / 2. */
uint32_t sl_mel_bank_weights(const sl_mel_bank *self, uint32_t *weights, uint16_t *starts);

/* A band's power, given by the bits of a float32 >= 0 (or infinity or NaN: the result is NaN), as
 * the result asked for. Error of a logarithm: < 1e-4 dB. */
float sl_mel_bank_result(const sl_mel_bank *self, uint32_t power);

/* The window function at sample `index` of the frame, Q30. */
int32_t sl_mel_bank_window(const sl_mel_bank *self, uint32_t index);

#endif
