/* Short-time Fourier transform of int16: core/dsp/stft.h in integers; the same payload, but no
 * step.
 *
 * Everything is 1/n of what stft.h gives, as core/dsp/fft_q15.h scales it.
 *
 * Formats: window Q15 (1.0 is stored as 32767); sample times window Q30, rounded to Q15; transform
 * as in fft_q15.h; spectrum int16, Q15. Magnitude int16: integer square root of the power, rounded
 * to nearest, at most 32767. Power uint32: re^2 + im^2 in units of 2^-30, exact, at most 2^31.
 *
 * Memory: sl_stft, sl_stft_q15_work_size() = 5 n + 4 length + 4 bytes (and 2 if that is odd in
 * words), and 300 bytes of stack.
 */
#ifndef SL_DSP_STFT_Q15_H
#define SL_DSP_STFT_Q15_H

#include "dsp/stft.h"

/* Opened by sl_stft_open, cleared by sl_stft_clear; rows counted by sl_stft_rows. */
size_t sl_stft_q15_work_size(const sl_stft *stft);
void sl_stft_q15_prepare(const sl_stft *stft, void *work);

/* Take the next `count` samples and write the rows that they complete: int16_t for spectrum and
 * magnitude, uint32_t for power. Returns their number. */
uint32_t sl_stft_q15_process(const sl_stft *stft, const int16_t *in, size_t count, void *out,
                             void *work);

#endif
