/* The complex and the inverse transforms of fft.h, and the choice by number. */
#include "base/float32.h"
#include "dsp/fft.h"
#include "dsp/fft_parts.h"

/* 1 / n of a power of two. */
static float reciprocal(uint32_t n)
{
    return sl_float_from_bits((96u + sl_leading_zeros(n)) << 23);
}

void sl_fft_complex(const sl_fft *fft, float *x, const void *work)
{
    sl_fft_points((sl_fft_point *)x, fft->n, work, fft->n);
    sl_fft_canonicalise(x, 2 * fft->n);
}

void sl_fft_complex_inverse(const sl_fft *fft, float *x, const void *work)
{
    /* The forward transform gives n x[-m]. */
    uint32_t n = fft->n;
    sl_fft_point *low = (sl_fft_point *)x + 1;
    sl_fft_point *high = (sl_fft_point *)x + n - 1;
    sl_fft_points((sl_fft_point *)x, n, work, n);
    for (; low < high; low++, high--) {
        sl_fft_swap(low, high);
    }
    float scale = reciprocal(n);
    for (uint32_t i = 0; i < 2 * n; i++) {
        x[i] *= scale;
    }
    sl_fft_canonicalise(x, 2 * n);
}

void sl_fft_real_inverse(const sl_fft *fft, float *x, const void *work)
{
    uint32_t n = fft->n;
    float scale = reciprocal(n);
    sl_fft_split((sl_fft_point *)x, n / 2, work, scale, 1);
    float first = x[0] * scale;
    float last = x[1] * scale;
    x[0] = first + last;
    x[1] = first - last;
    x[n / 2] *= 2.0f * scale;
    x[n / 2 + 1] *= -2.0f * scale;
    sl_fft_points((sl_fft_point *)x, n / 2, work, n);
    sl_fft_canonicalise(x, n);
}

void sl_fft_transform(const sl_fft *fft, sl_fft_kind kind, float *x, const void *work)
{
    if (kind == SL_FFT_REAL) {
        sl_fft_real(fft, x, work);
    } else if (kind == SL_FFT_REAL_INVERSE) {
        sl_fft_real_inverse(fft, x, work);
    } else if (kind == SL_FFT_COMPLEX) {
        sl_fft_complex(fft, x, work);
    } else {
        sl_fft_complex_inverse(fft, x, work);
    }
}
