/* Mel bands and log-mel in integers: step kind "mel_q15", for processors without FPU.
 *
 * Payload, frames, bands and results: features/mel_bank.h, the same as of "mel". Samples are int16
 * (32768 is 1.0), or a pipeline's float32, which are taken apart by their bits: no floating-point
 * arithmetic, no soft-float helper.
 *
 * Formats:
 *   frame         int16; float32 samples are rounded to 16 bits in units of the frame's largest
 *                 magnitude (block floating point), so their scale does not matter
 *   window        Q15; product Q30, shifted left as far as the frame's largest magnitude allows (a
 *                 quiet frame keeps all bits of the transform) and rounded to 16 bits
 *   transform     dsp/fft_q15.h: int16, scaled by 1 / fft, can't overflow
 *   power         re^2 + im^2 in 32 bits without sign, exact, at most 2^31
 *   bands         weights Q16, rounded down; sums in 64 bits: at most 2^31 * 2^11 * 2^16 = 2^58
 *   logarithm     base/logarithm.h, Q24, rounded to 2^-16; result float32
 *   saturation    only of a sample that rounds to 32768
 *
 * Accuracy: that of the transform. A bin is lost in noise 70 ... 75 dB below full scale of the
 * frame (its largest sample, as a sine), a band of n bins correspondingly lower;
 * docs/features/mel.md gives the error in dB by level of the band. A frame with a NaN or an
 * infinity gives NaN in all its bands. Silence gives power 0, and
 * the logarithm of the floor.
 *
 * Memory: sl_mel_q15_work_size(): transform's tables, 2 bytes for each of `fft`, `frame` and the
 * bins with a weight, 2 a band.
 */
#ifndef SL_FEATURES_MEL_Q15_H
#define SL_FEATURES_MEL_Q15_H

#include <stddef.h>

#include "base/status.h"
#include "dsp/fft_q15.h"
#include "features/mel_bank.h"

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_mel_q15 {
    const uint32_t *payload;
    uint32_t inputs;  /* values in a window: samples * channels */
    uint32_t outputs; /* floats it gives */
    sl_mel_bank bank;
    sl_fft_q15 fft;
    /* Where in the work memory, in int16: behind the transform's tables */
    uint32_t spectrum; /* fft */
    uint32_t window;   /* frame */
    uint32_t weights;  /* at most fft / 2 */
    uint32_t starts;   /* bands + 2 */
} sl_mel_q15;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT,
 * SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_mel_q15_open(sl_mel_q15 *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_mel_q15_work_size(const sl_mel_q15 *self);

/* Fill `work` with tables; once. */
void sl_mel_q15_prepare(const sl_mel_q15 *self, void *work);

/* A window `in` (samples x channels) to `out`. Returns SL_OK. */
sl_status sl_mel_q15_run(const sl_mel_q15 *self, const float *in, float *out, void *work);
sl_status sl_mel_q15_run_i16(const sl_mel_q15 *self, const int16_t *in, float *out, void *work);

#endif
