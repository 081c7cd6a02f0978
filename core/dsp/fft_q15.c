#include "dsp/fft_q15.h"

#include "base/sine.h"
#include "dsp/fft_q15_passes.h"

sl_status sl_fft_q15_open(sl_fft_q15 *fft, const void *payload, size_t length)
{
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != sizeof(uint32_t)) {
        return SL_ERR_LENGTH;
    }
    uint32_t word = *(const uint32_t *)payload;
    if ((word & 0xFFFFu) != SL_FFT_Q15_VERSION) {
        return SL_ERR_VERSION;
    }
    fft->n = word >> 16;
    if (fft->n < SL_FFT_Q15_SHORTEST || fft->n > SL_FFT_Q15_LONGEST ||
        (fft->n & (fft->n - 1)) != 0) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

size_t sl_fft_q15_work_size(const sl_fft_q15 *fft)
{
    return fft->n / 4 * 3 * sizeof(point_q15);
}

void sl_fft_q15_prepare(const sl_fft_q15 *fft, void *work)
{
    /* w[j] = exp(-2 pi i j / n) over three quarters of a turn. */
    point_q15 *w = work;
    uint32_t step = SL_HALF_TURN / fft->n * 2;
    uint32_t phase = 0;
    for (uint32_t j = 0; j < fft->n / 4 * 3; j++) {
        w[j].re = (int16_t)((sl_cosine(phase) + 0x8000) >> 16);
        w[j].im = (int16_t)((0x8000 - sl_sine(phase)) >> 16);
        phase += step;
    }
}

static void forward(point_q15 *x, uint32_t n, const point_q15 *w, uint32_t turn)
{
    transform_q15(x, n, w, turn, FORWARD);
}

void sl_fft_q15_split(point_q15 *x, uint32_t half, const point_q15 *w, uint32_t flip)
{
    point_q15 *low = x;
    point_q15 *high = x + half;
    for (uint32_t k = 1; k < half / 2; k++) {
        low++, high--, w++;
        const point_q15 *a = flip ? high : low, *b = flip ? low : high;
        int32_t e_re = (a->re + b->re) * (1 << 14) + (1 << 14);
        int32_t e_im = (a->im - b->im) * (1 << 14);
        int32_t o_re = a->im + b->im, o_im = b->re - a->re;
        int32_t t_re = o_re * w->re - o_im * w->im, t_im = o_im * w->re + o_re * w->im;
        t_im += 1 << 14;
        low->re = (int16_t)((e_re + t_re) >> 15), low->im = (int16_t)((t_im + e_im) >> 15);
        high->re = (int16_t)((e_re - t_re) >> 15), high->im = (int16_t)((t_im - e_im) >> 15);
    }
}

void sl_fft_q15_complex(const sl_fft_q15 *fft, int16_t *x, const void *work)
{
    forward((point_q15 *)x, fft->n, work, fft->n);
}

void sl_fft_q15_real(const sl_fft_q15 *fft, int16_t *x, const void *work)
{
    uint32_t n = fft->n;
    forward((point_q15 *)x, n / 2, work, n);
    sl_fft_q15_split((point_q15 *)x, n / 2, work, 0);
    int32_t first = x[0], last = x[1];
    x[0] = (int16_t)saturate(first + last);
    x[1] = (int16_t)saturate(first - last);
    x[n / 2 + 1] = (int16_t)-x[n / 2 + 1];
}
