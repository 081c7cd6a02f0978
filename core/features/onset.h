/* Onsets of events in a stream of samples: clicks, knocks, notes, steps. Streaming function and
 * step kind "onset". docs/features/onset.md gives the method, its settings, cost and sources.
 *
 * One channel of the stream is cut into frames of `hop` samples. For each frame t:
 *
 *   level  L[t] = 10 log10(mean of y^2) in dB of full scale, at least `floor`; y[i] is the sample,
 *          or, with emphasis, its difference from the one before (which favours what is sudden)
 *   rise   r[t] = L[t] - largest of L[t - 1] ... L[t - memory], or 0 if that is negative
 *   limit  T[t] = threshold + 2 a[t]; a is the running mean of min(r, threshold):
 *          a[t + 1] = a[t] + (min(r[t], threshold) - a[t]) / 2^adaptation (0: a stays 0)
 *
 * Frame t is an onset if r[t] >= T[t], the last onset is `distance` frames ago or more, and the
 * rise has been below T / 2 since then (hysteresis). Its position is the sample of the frame with
 * the largest |y|. The first `memory` frames have no rise.
 *
 * Integer arithmetic; int16 samples and the same values as float32 give the same onsets. Samples
 * become integers in units of 2^-20 of full scale (int16: 1/32768 is 2^5 units; float32:
 * rounded, full scale being a power of two), at most 8 times full scale; y has 24 bits and sign,
 * the energy of a frame 63 bits, levels are in Q16 dB with an error of less than 3e-5 dB. An
 * infinity counts as 8 times full scale, NaN (a missing sample) as 0, so nothing lasts longer than
 * `memory` frames.
 *
 * Results do not depend on how the stream is cut into blocks.
 *
 * Payload: seven 32-bit little-endian words, at a 4-byte aligned address; fields from the lowest
 * bit up.
 *
 *   word 0  version = 1 (8 bits), channels 1 ... 255 (8), samples of the step's window 1 ... (16)
 *   word 1  channel (8), emphasis (1), 0 (7), memory 1 ... 8 (8), adaptation 0 ... 15 (8)
 *   word 2  hop 1 ... 32767 (16), distance (16)
 *   word 3  rate in Hz: float32, more than 0, finite
 *   word 4  threshold in dB: float32, 0.01 ... 100
 *   word 5  floor in dB of full scale, with its sign turned: float32, 0 ... 120
 *   word 6  full scale of float32 samples: exponent of 2 + 128, 28 ... 228
 *
 * As a step, the window's onsets, from rest: their number; the time of the first from the window's
 * start in s, the window's length if there is none; the largest rise of them in dB, 0 if there is
 * none.
 */
#ifndef SL_FEATURES_ONSET_H
#define SL_FEATURES_ONSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_ONSET_VERSION = 1,
    SL_ONSET_OUTPUTS = 3,
};

/* Opened payload: it is not needed any more. Fields are read-only for callers. */
typedef struct sl_onset {
    uint32_t inputs;  /* floats in a step's window: samples * channels */
    uint32_t outputs; /* 3 */
    uint32_t channels;
    uint32_t channel;
    uint32_t hop;
    uint32_t distance;
    uint32_t memory;
    uint32_t adaptation;
    uint32_t emphasis;
    uint32_t rate;      /* binary32 */
    int32_t threshold;  /* Q16 dB */
    int32_t floor;      /* Q16 dB */
    int32_t full_scale; /* of a frame's energy, Q16 dB */
    uint32_t exponent;  /* of float32's full scale, as in binary32 */
} sl_onset;

/* Check the whole payload. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE.
 */
sl_status sl_onset_open(sl_onset *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned: the state. */
size_t sl_onset_work_size(const sl_onset *self);

/* State at rest: the stream starts with the next sample, which is number 0. */
void sl_onset_prepare(const sl_onset *self, void *work);

/* Items that `found` must hold for a block of `count` samples. */
static inline uint32_t sl_onset_most(const sl_onset *self, uint32_t count)
{
    return 2 * (count / self->hop + 1);
}

/* The next `count` samples (of `channels` values each) of a stream. For each onset that completes a
 * frame of this block, in their order, two items go to `found`: its position (number of the sample,
 * modulo 2^32) and its rise in 2^-16 dB. Returns the number of items. */
uint32_t sl_onset_process_f32(const sl_onset *self, const float *block, uint32_t count,
                              uint32_t *found, void *work);
uint32_t sl_onset_process_i16(const sl_onset *self, const int16_t *block, uint32_t count,
                              uint32_t *found, void *work);

/* Number of samples so far that were NaN or infinite (at most 2^32 - 1). */
uint32_t sl_onset_missing(const void *work);

/* The step: onsets of a window, from rest. Returns SL_OK. */
sl_status sl_onset_run(const sl_onset *self, const float *in, float *out, void *work);

#endif
