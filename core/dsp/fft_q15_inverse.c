/* The inverse transforms of fft_q15.h, and the choice by number. */
#include "dsp/fft_q15.h"
#include "dsp/fft_q15_passes.h"

/* As the forward transform, but scaled by 1 and saturating. */
static void inverse(point_q15 *x, uint32_t n, const point_q15 *w, uint32_t turn)
{
    transform_q15(x, n, w, turn, INVERSE);
}

static void double_q15(int16_t *x, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        x[i] = (int16_t)saturate(2 * x[i]);
    }
}

void sl_fft_q15_complex_inverse(const sl_fft_q15 *fft, int16_t *x, const void *work)
{
    /* The forward transform gives x[-m]. */
    uint32_t n = fft->n;
    point_q15 *low = (point_q15 *)x + 1;
    point_q15 *high = (point_q15 *)x + n - 1;
    inverse((point_q15 *)x, n, work, n);
    for (; low < high; low++, high--) {
        swap_q15(low, high);
    }
    double_q15(x, 2 * n);
}

void sl_fft_q15_real_inverse(const sl_fft_q15 *fft, int16_t *x, const void *work)
{
    /* Half of what is wanted, so that it fits. */
    uint32_t n = fft->n;
    sl_fft_q15_split((point_q15 *)x, n / 2, work, 1);
    int32_t first = x[0], last = x[1];
    x[0] = (int16_t)((first + last + 1) >> 1);
    x[1] = (int16_t)((first - last + 1) >> 1);
    x[n / 2 + 1] = (int16_t)saturate(-x[n / 2 + 1]);
    inverse((point_q15 *)x, n / 2, work, n);
    double_q15(x, n);
}

void sl_fft_q15_transform(const sl_fft_q15 *fft, sl_fft_kind kind, int16_t *x, const void *work)
{
    if (kind == SL_FFT_REAL) {
        sl_fft_q15_real(fft, x, work);
    } else if (kind == SL_FFT_REAL_INVERSE) {
        sl_fft_q15_real_inverse(fft, x, work);
    } else if (kind == SL_FFT_COMPLEX) {
        sl_fft_q15_complex(fft, x, work);
    } else {
        sl_fft_q15_complex_inverse(fft, x, work);
    }
}
