/* Fast Fourier transform of int16: real and complex, forward and inverse, in place, in integers.
 *
 *     real              X[k] = 1/n      sum over m of x[m] exp(-2 pi i k m / n)
 *     real inverse      x[m] =          sum over k of X[k] exp(+2 pi i k m / n)
 *     complex           X[k] = 1/(2n)   sum over m of x[m] exp(-2 pi i k m / n)
 *     complex inverse   x[m] = 2        sum over k of X[k] exp(+2 pi i k m / n)
 *
 * n = 16, 32, ... 4096. A complex number is two int16, real part first. A real signal's spectrum is
 * packed into n numbers: X[0] and X[n/2] are real and stand in x[0] and x[1]; then real and
 * imaginary parts of X[1], ... X[n/2 - 1].
 *
 * The forward transforms can't overflow, whatever the input: hence their factors (|X[k]| of complex
 * numbers with both parts at full scale is 1.41). The inverse ones undo them, and saturate where a
 * spectrum is of no int16 signal.
 *
 * Formats, input taken as Q15:
 *   twiddle factors   Q14, rounded
 *   first pass        sums of 8 (or 4) inputs in 32 bits, exact; the turn by 1/8 in Q14; result
 *                     rounded to Q15 times 1/16 (1/8)
 *   passes            products Q29; sums of four: at most 1.42 * 2^30 of 2^31 with the guard bit
 *                     that the first pass has made; rounded to Q15 times 1/4
 *   last step, real   products Q29, sums below 2^30; rounded to Q15 times 1/2
 *   rounding          to nearest, halves up, wherever bits are dropped but at the turn by 1/8,
 * which drops one bit of 19 saturation        forward: X[0] and X[n/2], which can round up to
 * 32768; else none is needed. Inverse: after every pass; there the products drop 2 bits before they
 * are summed, and passes scale by 1. Signal-to-noise ratio against double precision:
 * docs/dsp/fft.md, by length and level.
 *
 * Method: as fft.h. Memory: the caller's buffer, sl_fft_q15_work_size() = 3 n bytes of twiddle
 * factors, which transforms only read (they may be shared), and less than 200 bytes of stack.
 *
 * Payload: one word, version = 1 (8 bits, lowest), 0 (8), n (16).
 */
#ifndef SL_DSP_FFT_Q15_H
#define SL_DSP_FFT_Q15_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "dsp/fft_kind.h"

enum {
    SL_FFT_Q15_VERSION = 1,
    SL_FFT_Q15_SHORTEST = 16,
    SL_FFT_Q15_LONGEST = 4096,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_fft_q15 {
    uint32_t n;
} sl_fft_q15;

/* Check the payload, which is not needed afterwards. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION or SL_ERR_RANGE (n is no power of two, 16 ... 4096). */
sl_status sl_fft_q15_open(sl_fft_q15 *fft, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_fft_q15_work_size(const sl_fft_q15 *fft);

/* Fill `work` with the twiddle factors; once, before any transform. */
void sl_fft_q15_prepare(const sl_fft_q15 *fft, void *work);

/* n numbers: signal to packed spectrum, and back. */
void sl_fft_q15_real(const sl_fft_q15 *fft, int16_t *x, const void *work);
void sl_fft_q15_real_inverse(const sl_fft_q15 *fft, int16_t *x, const void *work);

/* 2 n numbers: signal to spectrum, and back. */
void sl_fft_q15_complex(const sl_fft_q15 *fft, int16_t *x, const void *work);
void sl_fft_q15_complex_inverse(const sl_fft_q15 *fft, int16_t *x, const void *work);

/* One of the above, by its number. */
void sl_fft_q15_transform(const sl_fft_q15 *fft, sl_fft_kind kind, int16_t *x, const void *work);

#endif
