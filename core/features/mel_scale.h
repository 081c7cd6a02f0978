/* Band edges and gains for features/mel_bank.h on the mel scales, in integers.
 *
 *   Slaney   linear below 1000 Hz (200/3 Hz a mel), then logarithmic: 27 mel for a factor of 6.4
 *            (Auditory Toolbox, 1998); librosa's default
 *   HTK      2595 log10(1 + f / 700) (The HTK Book); librosa's htk=True, python_speech_features
 *
 * bands + 2 edges at equal distances in mel from `lowest` to `highest` frequency. Norm: none, the
 * triangles' peak is 1; or Slaney's, their area in Hz is 1: gain 2 / (edge[j + 2] - edge[j]).
 * Edges exact, as librosa; or rounded down to whole bins as python_speech_features does:
 * floor((fft + 1) f / rate).
 *
 * Error of an edge: < 2e-6 of itself plus 5e-6 bins (tests/host/test_mel.py).
 *
 * Payload, 32-bit little-endian words, fields from the lowest bit up:
 *   word 0   version = 1 (8), scale 0 Slaney, 1 HTK (4), norm 0 none, 1 Slaney (4), edges 0 exact,
 *            1 whole bins (4), power 0 as it is, 1 divided by fft (4), 0 (8)
 *   word 1   bands 1 ... 256 (16), fft 16 ... 4096 (16)
 *   word 2   rate in Hz, float32, 1 ... 1e6
 *   word 3   lowest frequency in Hz, float32, >= 0
 *   word 4   highest frequency in Hz, float32, above the lowest, at most half the rate, at most
 *            40000
 */
#ifndef SL_FEATURES_MEL_SCALE_H
#define SL_FEATURES_MEL_SCALE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_mel_scale {
    uint32_t scale, norm, whole_bins, divide;
    uint32_t bands, fft;
    uint32_t rate, lowest, highest; /* bits */
    uint32_t words;                 /* 2 bands + 2 */
} sl_mel_scale;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT or SL_ERR_RANGE. */
sl_status sl_mel_scale_open(sl_mel_scale *self, const void *payload, size_t length);

/* The edges and gains as they stand in a payload of mel_bank.h: 2 bands + 2 words. */
void sl_mel_scale_write(const sl_mel_scale *self, uint32_t *words);

#endif
