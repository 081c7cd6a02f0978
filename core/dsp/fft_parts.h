/* Parts of the float32 FFT, for core/dsp/fft.c and fft_complex.c. */
#ifndef SL_DSP_FFT_PARTS_H
#define SL_DSP_FFT_PARTS_H

#include <stdint.h>

typedef struct sl_fft_point {
    float re, im;
} sl_fft_point;

static inline void sl_fft_swap(sl_fft_point *a, sl_fft_point *b)
{
    float re = a->re, im = a->im;
    a->re = b->re, a->im = b->im;
    b->re = re, b->im = im;
}

/* Transform of n points; the table w is of `turn` points a turn. */
void sl_fft_points(sl_fft_point *x, uint32_t n, const sl_fft_point *w, uint32_t turn);

/* From the transform z of x[0] + i x[1], x[2] + i x[3], ... to that of x: with a = z[k],
 * b = z[n/2 - k] and e = (a + b*) / 2, o = (a - b*) / 2i, x[k] = e + w[k] o and
 * x[n/2 - k] = (e - w[k] o)*. With a and b exchanged, the same takes the spectrum of x to z*, which
 * the forward transform then takes to x: in that case `flip` is 1. */
void sl_fft_split(sl_fft_point *x, uint32_t half, const sl_fft_point *w, float scale,
                  uint32_t flip);

/* Any NaN as the one NaN. With an FPU looked for only if the sum of
 * all numbers is not finite. */
void sl_fft_canonicalise(float *x, uint32_t count);

#endif
