#include "dsp/fft.h"

#include "base/float32.h"
#include "base/sine.h"
#include "dsp/fft_parts.h"

sl_status sl_fft_open(sl_fft *fft, const void *payload, size_t length)
{
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != sizeof(uint32_t)) {
        return SL_ERR_LENGTH;
    }
    uint32_t word = *(const uint32_t *)payload;
    if ((word & 0xFFFFu) != SL_FFT_VERSION) {
        return SL_ERR_VERSION;
    }
    fft->n = word >> 16;
    if (fft->n < SL_FFT_SHORTEST || fft->n > SL_FFT_LONGEST || (fft->n & (fft->n - 1)) != 0) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

size_t sl_fft_work_size(const sl_fft *fft)
{
    return fft->n / 4 * 3 * sizeof(sl_fft_point);
}

void sl_fft_prepare(const sl_fft *fft, void *work)
{
    /* w[j] = exp(-2 pi i j / n) over three quarters of a turn. */
    sl_fft_point *w = work;
    uint32_t step = SL_HALF_TURN / fft->n * 2;
    uint32_t phase = 0;
    for (uint32_t j = 0; j < fft->n / 4 * 3; j++) {
        w[j].re = (float)sl_cosine(phase) * 0x1p-30f;
        w[j].im = (float)-sl_sine(phase) * 0x1p-30f;
        phase += step;
    }
}

/* x[i] to the place whose index has i's bits in reverse. An index is one bit, middle bits m, one
 * bit; r is m reversed. */
static void reverse_bits(sl_fft_point *x, uint32_t n)
{
    sl_fft_point *upper = x + n / 2;
    uint32_t r = 0;
    for (uint32_t m = 0; m < n / 2; m += 2) {
        sl_fft_swap(x + m + 1, upper + r);
        if (m < r) {
            sl_fft_swap(x + m, x + r);
            sl_fft_swap(upper + m + 1, upper + r + 1);
        }
        uint32_t bit = n / 4;
        while (r & bit) {
            r ^= bit;
            bit >>= 1;
        }
        r |= bit;
    }
}

/* Transforms of 8 consecutive points, given with their bits reversed. */
static void first_pass_8(sl_fft_point *x, const sl_fft_point *end)
{
    const float root = 0.70710678f; /* of 1/2 */
    for (; x < end; x += 8) {
        /* Points 0, 4, 2, 6: a transform of four, e[k]. */
        float s_re = x[0].re + x[1].re, s_im = x[0].im + x[1].im;
        float d_re = x[0].re - x[1].re, d_im = x[0].im - x[1].im;
        float u_re = x[2].re + x[3].re, u_im = x[2].im + x[3].im;
        float v_re = x[2].re - x[3].re, v_im = x[2].im - x[3].im;
        float e0_re = s_re + u_re, e0_im = s_im + u_im;
        float e2_re = s_re - u_re, e2_im = s_im - u_im;
        float e1_re = d_re + v_im, e1_im = d_im - v_re;
        float e3_re = d_re - v_im, e3_im = d_im + v_re;
        /* Points 1, 5, 3, 7 likewise, times exp(-pi i k / 4). */
        s_re = x[4].re + x[5].re, s_im = x[4].im + x[5].im;
        d_re = x[4].re - x[5].re, d_im = x[4].im - x[5].im;
        u_re = x[6].re + x[7].re, u_im = x[6].im + x[7].im;
        v_re = x[6].re - x[7].re, v_im = x[6].im - x[7].im;
        float o_re = s_re + u_re, o_im = s_im + u_im;
        x[0].re = e0_re + o_re, x[0].im = e0_im + o_im;
        x[4].re = e0_re - o_re, x[4].im = e0_im - o_im;
        o_re = s_im - u_im, o_im = s_re - u_re; /* minus: see below */
        x[2].re = e2_re + o_re, x[2].im = e2_im - o_im;
        x[6].re = e2_re - o_re, x[6].im = e2_im + o_im;
        float f1_re = d_re + v_im, f1_im = d_im - v_re;
        float f3_re = d_re - v_im, f3_im = d_im + v_re;
        o_re = (f1_re + f1_im) * root, o_im = (f1_im - f1_re) * root;
        x[1].re = e1_re + o_re, x[1].im = e1_im + o_im;
        x[5].re = e1_re - o_re, x[5].im = e1_im - o_im;
        o_re = (f3_im - f3_re) * root, o_im = (f3_re + f3_im) * root;
        x[3].re = e3_re + o_re, x[3].im = e3_im - o_im;
        x[7].re = e3_re - o_re, x[7].im = e3_im + o_im;
    }
}

/* The k-th points of four transforms of length `quarter` each, which begin at x[0] (points 0 mod 4
 * of the signal), x[quarter] (2), x[2 quarter] (1), x[3 quarter] (3), become points of the whole.
 */
static inline void butterfly(sl_fft_point *x, uint32_t quarter, float b_re, float b_im, float c_re,
                             float c_im, float d_re, float d_im)
{
    float s_re = x->re + c_re, s_im = x->im + c_im;
    float t_re = x->re - c_re, t_im = x->im - c_im;
    float u_re = b_re + d_re, u_im = b_im + d_im;
    float v_re = b_re - d_re, v_im = b_im - d_im;
    x[0].re = s_re + u_re, x[0].im = s_im + u_im;
    x[quarter].re = t_re + v_im, x[quarter].im = t_im - v_re;
    x[2 * quarter].re = s_re - u_re, x[2 * quarter].im = s_im - u_im;
    x[3 * quarter].re = t_re - v_im, x[3 * quarter].im = t_im + v_re;
}

/* A pass of radix 4: transforms of length `quarter` become transforms of four times that; w[stride]
 * is the first twiddle factor of these. */
static void pass_4(sl_fft_point *x, const sl_fft_point *end, uint32_t quarter,
                   const sl_fft_point *w, uint32_t stride)
{
    for (sl_fft_point *p = x; p < end; p += 4 * quarter) {
        const sl_fft_point *c = p + quarter, *b = c + quarter, *d = b + quarter;
        butterfly(p, quarter, b->re, b->im, c->re, c->im, d->re, d->im);
    }
    const sl_fft_point *w2 = w, *w3 = w;
    for (uint32_t k = 1; k < quarter; k++) {
        w += stride, w2 += 2 * stride, w3 += 3 * stride;
        float w1_re = w->re, w1_im = w->im;
        float w2_re = w2->re, w2_im = w2->im;
        float w3_re = w3->re, w3_im = w3->im;
        for (sl_fft_point *p = x + k; p < end; p += 4 * quarter) {
            const sl_fft_point *c = p + quarter, *b = c + quarter, *d = b + quarter;
            butterfly(p, quarter, b->re * w1_re - b->im * w1_im, b->im * w1_re + b->re * w1_im,
                      c->re * w2_re - c->im * w2_im, c->im * w2_re + c->re * w2_im,
                      d->re * w3_re - d->im * w3_im, d->im * w3_re + d->re * w3_im);
        }
    }
}

void sl_fft_points(sl_fft_point *x, uint32_t n, const sl_fft_point *w, uint32_t turn)
{
    const sl_fft_point *end = x + n;
    uint32_t quarter = 1;
    reverse_bits(x, n);
    if ((n & 0xAAAAu) != 0) { /* an odd power of two */
        first_pass_8(x, end);
        quarter = 8;
    }
    for (; quarter < n; quarter *= 4) {
        pass_4(x, end, quarter, w, turn / 4 / quarter);
    }
}

void sl_fft_split(sl_fft_point *x, uint32_t half, const sl_fft_point *w, float scale, uint32_t flip)
{
    sl_fft_point *low = x;
    sl_fft_point *high = x + half;
    for (uint32_t k = 1; k < half / 2; k++) {
        low++, high--, w++;
        const sl_fft_point *a = flip ? high : low, *b = flip ? low : high;
        float e_re = (a->re + b->re) * scale, e_im = (a->im - b->im) * scale;
        float o_re = (a->im + b->im) * scale, o_im = (b->re - a->re) * scale;
        float t_re = o_re * w->re - o_im * w->im, t_im = o_im * w->re + o_re * w->im;
        low->re = e_re + t_re, low->im = e_im + t_im;
        high->re = e_re - t_re, high->im = t_im - e_im;
    }
}

void sl_fft_canonicalise(float *x, uint32_t count)
{
    float sum = 0.0f;
    for (uint32_t i = 0; i < count; i += 4) {
        sum += (x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]);
    }
    if (!sl_is_finite(sum)) {
        for (uint32_t i = 0; i < count; i++) {
            x[i] = sl_canonical(x[i]);
        }
    }
}

void sl_fft_complex(const sl_fft *fft, float *x, const void *work)
{
    sl_fft_points((sl_fft_point *)x, fft->n, work, fft->n);
    sl_fft_canonicalise(x, 2 * fft->n);
}

void sl_fft_real(const sl_fft *fft, float *x, const void *work)
{
    uint32_t n = fft->n;
    sl_fft_points((sl_fft_point *)x, n / 2, work, n);
    sl_fft_split((sl_fft_point *)x, n / 2, work, 0.5f, 0);
    float first = x[0];
    x[0] = first + x[1];
    x[1] = first - x[1];
    x[n / 2 + 1] = -x[n / 2 + 1];
    sl_fft_canonicalise(x, n);
}
