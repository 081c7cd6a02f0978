/* Fast Fourier transform in float32: real and complex, forward and inverse, in place.
 *
 *     forward   X[k] = sum over m of x[m] exp(-2 pi i k m / n)
 *     inverse   x[m] = 1/n sum over k of X[k] exp(+2 pi i k m / n)
 *
 * n = 16, 32, ... 4096. A complex number is two floats, real part first.
 *
 * Spectrum of a real signal, packed into n floats ("packed" below): X[0] and X[n/2] are real and
 * stand in x[0] and x[1]; then real and imaginary parts of X[1], ... X[n/2 - 1].
 *
 * Accuracy: the error, root mean square over the bins relative to that of the spectrum, is below
 * 2e-7 up to n = 4096 (measured: docs/dsp/fft.md). The same bits everywhere: the order of
 * operations is fixed and nothing is fused. Numbers may be of any magnitude; where sums pass 3.4e38
 * there are infinities and NaN, as in any float arithmetic. A NaN in the input makes the whole
 * spectrum NaN (0x7FC00000). There is no state: the next call starts afresh.
 *
 * Method: decimation in time (Cooley and Tukey, Math. Comp. 19, 1965): bit reversal, a first pass
 * of radix 8 or 4, passes of radix 4. Real transforms of n by a complex one of n/2 (Cooley, Lewis,
 * Welch, J. Sound Vib. 12, 1970). Twiddle factors are calculated at the start, error < 0.6 ulp
 * of 1.
 *
 * Memory: the caller's buffer, sl_fft_work_size() = 6 n bytes of twiddle factors, which transforms
 * only read (they may be shared), and less than 200 bytes of stack.
 *
 * Payload: one word, version = 1 (8 bits, lowest), 0 (8), n (16).
 */
#ifndef SL_DSP_FFT_H
#define SL_DSP_FFT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "dsp/fft_kind.h"

enum {
    SL_FFT_VERSION = 1,
    SL_FFT_SHORTEST = 16,
    SL_FFT_LONGEST = 4096,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_fft {
    uint32_t n;
} sl_fft;

/* Check the payload, which is not needed afterwards. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION or SL_ERR_RANGE (n is no power of two, 16 ... 4096). */
sl_status sl_fft_open(sl_fft *fft, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_fft_work_size(const sl_fft *fft);

/* Fill `work` with the twiddle factors; once, before any transform. */
void sl_fft_prepare(const sl_fft *fft, void *work);

/* n floats: signal to packed spectrum, and back. */
void sl_fft_real(const sl_fft *fft, float *x, const void *work);
void sl_fft_real_inverse(const sl_fft *fft, float *x, const void *work);

/* 2 n floats: signal to spectrum, and back. */
void sl_fft_complex(const sl_fft *fft, float *x, const void *work);
void sl_fft_complex_inverse(const sl_fft *fft, float *x, const void *work);

/* One of the above, by its number. */
void sl_fft_transform(const sl_fft *fft, sl_fft_kind kind, float *x, const void *work);

#endif
