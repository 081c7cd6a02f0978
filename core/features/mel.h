/* Mel bands and log-mel in float32: step kind "mel".
 *
 * Payload, frames, bands and results: features/mel_bank.h. "mel_q15" is the same in integers, for
 * processors without FPU.
 *
 * Method: short-time power spectrum and triangular bands on the mel scale (Davis and Mermelstein,
 * IEEE Trans. ASSP 28, 1980). Two weights a bin, the flank that rises and the one that falls, of
 * which one is stored: their sum is 1.
 *
 * Accuracy against double precision (tests/host/test_mel.py): power 2e-6 of the frame's strongest
 * band and 1e-5 relative; logarithms 5e-5 dB on top. A NaN or infinity in a frame makes that
 * frame's outputs NaN (0x7FC00000) and no other's, and so do sums above 3.4e38. Silence gives power
 * 0, and the logarithm of the floor.
 *
 * Memory: sl_mel_work_size(): transform's tables, 4 bytes for each of `fft`, `frame` and the bins
 * with a weight, 2 a band.
 */
#ifndef SL_FEATURES_MEL_H
#define SL_FEATURES_MEL_H

#include <stddef.h>

#include "base/status.h"
#include "dsp/fft.h"
#include "features/mel_bank.h"

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_mel {
    const uint32_t *payload;
    uint32_t inputs;  /* values in a window: samples * channels */
    uint32_t outputs; /* floats it gives */
    sl_mel_bank bank;
    sl_fft fft;
} sl_mel;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT,
 * SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_mel_open(sl_mel *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_mel_work_size(const sl_mel *self);

/* Fill `work` with tables; once. */
void sl_mel_prepare(const sl_mel *self, void *work);

/* A window `in` (samples x channels) to `out`. Returns SL_OK. */
sl_status sl_mel_run(const sl_mel *self, const float *in, float *out, void *work);

#endif
