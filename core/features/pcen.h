/* Per-channel energy normalisation: step kind "pcen".
 *
 * What a logarithm does to mel bands, but against each band's own level of late, so that loudness
 * and steady noise go away and events stay. E[t] >= 0 is a band's power or magnitude in frame t:
 *
 *     M[t] = (1 - b) M[t - 1] + b E[t],  b = 2 / (1 + sqrt(1 + 4 T^2)),  T = seconds * rate / hop
 *     out  = (E / (eps + M)^gain + bias)^power - bias^power
 *
 * as librosa.pcen (max_size = 1), where M before the first frame is 1, or E[0] with start = 1.
 * librosa's defaults, 0.4 s, gain 0.98, bias 2, power 0.5, eps 1e-6, are meant for E of magnitude
 * in the range of int16 samples times 2^16: scale E, or lower eps.
 *
 * float32 with own powers (base/logarithm_float.h), the same bits everywhere. Error: 4e-7 of
 * bias^power + out, and out * 2e-7 * (1 + gain log2(eps + M) / 8). A NaN, an infinity or a negative
 * value gives NaN there and leaves M as it is: the state recovers at once.
 *
 * Method: Wang, Getreuer, Hughes, Lyon, Saurous, "Trainable Frontend For Robust and Far-Field
 * Keyword Spotting", ICASSP 2017; Lostanlen et al., IEEE Signal Processing Letters 26, 2019.
 *
 * Payload, 32-bit little-endian words, fields from the lowest bit up:
 *   word 0   version = 1 (8), start (4), 0 (20)
 *   word 1   frames 1 ... 65535 (16), bands 1 ... 256 (16)
 *   word 2   seconds, float32, 0 ... 1000
 *   word 3   rate in Hz, float32, > 0
 *   word 4   hop 1 ... 65535
 *   word 5   gain, float32, 0 ... 4
 *   word 6   bias, float32, 0 ... 1e6
 *   word 7   power, float32, above 0, at most 4
 *   word 8   eps, float32 > 0
 */
#ifndef SL_FEATURES_PCEN_H
#define SL_FEATURES_PCEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_pcen {
    const uint32_t *payload;
    uint32_t inputs;  /* frames * bands */
    uint32_t outputs; /* the same */
    uint32_t bands, start;
    float smoothing, gain, bias, power, eps;
    float offset; /* bias^power */
} sl_pcen;

/* Check the payload. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT or
 * SL_ERR_RANGE. */
sl_status sl_pcen_open(sl_pcen *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned: 4 a band. */
size_t sl_pcen_work_size(const sl_pcen *self);

/* State before the first frame; also starts anew. */
void sl_pcen_prepare(const sl_pcen *self, void *work);

/* A window `in` (frames x bands) to `out`, which may be the same, from the state at rest. Returns
 * SL_OK. */
sl_status sl_pcen_run(const sl_pcen *self, const float *in, float *out, void *work);

/* Any number of frames of a stream; the state is kept in `work`. */
void sl_pcen_process(const sl_pcen *self, const float *in, float *out, uint32_t frames, void *work);

#endif
