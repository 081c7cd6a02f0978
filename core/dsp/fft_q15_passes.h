/* Parts of the int16 FFT, for core/dsp/fft_q15.c and fft_q15_inverse.c. */
#ifndef SL_DSP_FFT_Q15_PASSES_H
#define SL_DSP_FFT_Q15_PASSES_H

#include <stdint.h>

typedef struct sl_fft_q15_point {
    int16_t re, im;
} point_q15;

/* Always inlined: forward and inverse differ in constants. */
#define INLINE static inline __attribute__((always_inline))

enum { FORWARD, INVERSE };

static inline int32_t saturate(int32_t value)
{
    value = value > INT16_MAX ? INT16_MAX : value;
    return value < INT16_MIN ? INT16_MIN : value;
}

INLINE void swap_q15(point_q15 *a, point_q15 *b)
{
    int16_t re = a->re, im = a->im;
    a->re = b->re, a->im = b->im;
    b->re = re, b->im = im;
}

/* x[i] to the place whose index has i's bits in reverse. An index is one bit, middle bits m, one
 * bit; r is m reversed. */
static void reverse_bits_q15(point_q15 *x, uint32_t n)
{
    point_q15 *upper = x + n / 2;
    uint32_t r = 0;
    for (uint32_t m = 0; m < n / 2; m += 2) {
        swap_q15(x + m + 1, upper + r);
        if (m < r) {
            swap_q15(x + m, x + r);
            swap_q15(upper + m + 1, upper + r + 1);
        }
        uint32_t bit = n / 4;
        while (r & bit) {
            r ^= bit;
            bit >>= 1;
        }
        r |= bit;
    }
}

/* The two sums into the number, `shift` bits dropped. */
INLINE void store(point_q15 *p, int32_t re, int32_t im, int direction, int shift)
{
    re >>= shift;
    im >>= shift;
    p->re = (int16_t)(direction == INVERSE ? saturate(re) : re);
    p->im = (int16_t)(direction == INVERSE ? saturate(im) : im);
}

/* Transforms of 8 consecutive points, given with their bits reversed. */
INLINE void first_pass_8_q15(point_q15 *x, const point_q15 *end, int direction)
{
    const int32_t root = 11585; /* of 1/2, Q14 */
    const int32_t half = direction == INVERSE ? 0 : 8;
    const int shift = direction == INVERSE ? 0 : 4;
    for (; x < end; x += 8) {
        /* Points 1, 5, 3, 7: a transform of four, times exp(-pi i k / 4). */
        int32_t s_re = x[4].re + x[5].re, s_im = x[4].im + x[5].im;
        int32_t d_re = x[4].re - x[5].re, d_im = x[4].im - x[5].im;
        int32_t u_re = x[6].re + x[7].re, u_im = x[6].im + x[7].im;
        int32_t v_re = x[6].re - x[7].re, v_im = x[6].im - x[7].im;
        int32_t o0_re = s_re + u_re, o0_im = s_im + u_im;
        int32_t o2_re = s_im - u_im, o2_im = u_re - s_re;
        int32_t f_re = d_re + v_im, f_im = d_im - v_re;
        int32_t o1_re = (((f_re + f_im) >> 1) * root + 0x1000) >> 13;
        int32_t o1_im = (((f_im - f_re) >> 1) * root + 0x1000) >> 13;
        f_re = d_re - v_im, f_im = d_im + v_re;
        int32_t o3_re = (((f_im - f_re) >> 1) * root + 0x1000) >> 13;
        int32_t o3_im = ((-(f_re + f_im) >> 1) * root + 0x1000) >> 13;
        /* Points 0, 4, 2, 6 likewise. */
        s_re = x[0].re + x[1].re + half, s_im = x[0].im + x[1].im + half;
        d_re = x[0].re - x[1].re + half, d_im = x[0].im - x[1].im + half;
        u_re = x[2].re + x[3].re, u_im = x[2].im + x[3].im;
        v_re = x[2].re - x[3].re, v_im = x[2].im - x[3].im;
        int32_t e_re = s_re + u_re, e_im = s_im + u_im;
        store(x + 0, e_re + o0_re, e_im + o0_im, direction, shift);
        store(x + 4, e_re - o0_re, e_im - o0_im, direction, shift);
        e_re = d_re + v_im, e_im = d_im - v_re;
        store(x + 1, e_re + o1_re, e_im + o1_im, direction, shift);
        store(x + 5, e_re - o1_re, e_im - o1_im, direction, shift);
        e_re = s_re - u_re, e_im = s_im - u_im;
        store(x + 2, e_re + o2_re, e_im + o2_im, direction, shift);
        store(x + 6, e_re - o2_re, e_im - o2_im, direction, shift);
        e_re = d_re - v_im, e_im = d_im + v_re;
        store(x + 3, e_re + o3_re, e_im + o3_im, direction, shift);
        store(x + 7, e_re - o3_re, e_im - o3_im, direction, shift);
    }
}

/* The k-th points of four transforms of length `quarter` each, which begin at x[0] (points 0 mod 4
 * of the signal), x[quarter] (2), x[2 quarter] (1), x[3 quarter] (3), become points of the whole.
 * `a` carries what rounds. */
INLINE void butterfly_q15(point_q15 *x, uint32_t quarter, int32_t a_re, int32_t a_im, int32_t b_re,
                          int32_t b_im, int32_t c_re, int32_t c_im, int32_t d_re, int32_t d_im,
                          int direction, int shift)
{
    int32_t s_re = a_re + c_re, s_im = a_im + c_im;
    int32_t t_re = a_re - c_re, t_im = a_im - c_im;
    int32_t u_re = b_re + d_re, u_im = b_im + d_im;
    int32_t v_re = b_re - d_re, v_im = b_im - d_im;
    store(x, s_re + u_re, s_im + u_im, direction, shift);
    store(x + quarter, t_re + v_im, t_im - v_re, direction, shift);
    store(x + 2 * quarter, s_re - u_re, s_im - u_im, direction, shift);
    store(x + 3 * quarter, t_re - v_im, t_im + v_re, direction, shift);
}

/* Where no twiddle factor is needed: in the first pass, scaled by 1/8, and at k = 0. */
INLINE void pass_4_trivial(point_q15 *p, const point_q15 *end, uint32_t quarter, int direction)
{
    const int shift = direction == INVERSE ? 0 : quarter == 1 ? 3 : 2;
    const int32_t half = direction == INVERSE ? 0 : 1 << (shift - 1);
    for (; p < end; p += 4 * quarter) {
        const point_q15 *c = p + quarter, *b = c + quarter, *d = b + quarter;
        butterfly_q15(p, quarter, p->re + half, p->im + half, b->re, b->im, c->re, c->im, d->re,
                      d->im, direction, shift);
    }
}

/* A pass of radix 4: transforms of length `quarter` become transforms of four times that; w[stride]
 * is the first twiddle factor of these. */
INLINE void pass_4_q15(point_q15 *x, const point_q15 *end, uint32_t quarter, const point_q15 *w,
                       uint32_t stride, int direction)
{
    const int dropped = direction == INVERSE ? 2 : 0; /* bits of the products */
    const int shift = direction == INVERSE ? 12 : 16;
    const point_q15 *w2 = w, *w3 = w;
    pass_4_trivial(x, end, quarter, direction);
    for (uint32_t k = 1; k < quarter; k++) {
        w += stride, w2 += 2 * stride, w3 += 3 * stride;
        int32_t w1_re = w->re, w1_im = w->im;
        int32_t w2_re = w2->re, w2_im = w2->im;
        int32_t w3_re = w3->re, w3_im = w3->im;
        for (point_q15 *p = x + k; p < end; p += 4 * quarter) {
            const point_q15 *c = p + quarter, *b = c + quarter, *d = b + quarter;
            butterfly_q15(p, quarter, p->re * (1 << (14 - dropped)) + (1 << (shift - 1)),
                          p->im * (1 << (14 - dropped)) + (1 << (shift - 1)),
                          (b->re * w1_re - b->im * w1_im) >> dropped,
                          (b->im * w1_re + b->re * w1_im) >> dropped,
                          (c->re * w2_re - c->im * w2_im) >> dropped,
                          (c->im * w2_re + c->re * w2_im) >> dropped,
                          (d->re * w3_re - d->im * w3_im) >> dropped,
                          (d->im * w3_re + d->re * w3_im) >> dropped, direction, shift);
        }
    }
}

/* Transform of n points; the table w is of `turn` points a turn. */
INLINE void transform_q15(point_q15 *x, uint32_t n, const point_q15 *w, uint32_t turn,
                          int direction)
{
    const point_q15 *end = x + n;
    uint32_t quarter = 1;
    reverse_bits_q15(x, n);
    if ((n & 0xAAAAu) != 0) { /* an odd power of two */
        first_pass_8_q15(x, end, direction);
        quarter = 8;
    }
    for (; quarter < n; quarter *= 4) {
        pass_4_q15(x, end, quarter, w, turn / 4 / quarter, direction);
    }
}

/* From the transform z of x[0] + i x[1], x[2] + i x[3], ... to that of x: with a = z[k],
 * b = z[n/2 - k] and e = (a + b*) / 2, o = (a - b*) / 2i, x[k] = e + w[k] o and
 * x[n/2 - k] = (e - w[k] o)*. With a and b exchanged, the same takes the spectrum of x to z*, which
 * the forward transform then takes to x: in that case `flip` is 1. */
void sl_fft_q15_split(point_q15 *x, uint32_t half, const point_q15 *w, uint32_t flip);

#endif
