#include "dsp/fft.h"

#include "base/float32.h"
#include "base/sine.h"
#include "base/soft_float.h"
#include "dsp/fft_parts.h"

/* Inlined where there is an FPU; where + is a call, the smaller code is nearly as fast. */
#if defined(SL_SOFT_FLOAT) || (defined(__arm__) && !defined(__ARM_FP))
#define SHARED static __attribute__((noinline))
#else
#define SHARED          static inline __attribute__((always_inline))
#define FLOATS_ARE_FAST 1
#endif

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

/* a + b and a - b in their places. */
SHARED void sum_and_difference(sl_fft_point *a, sl_fft_point *b)
{
    float re = a->re - b->re, im = a->im - b->im;
    a->re += b->re, a->im += b->im;
    b->re = re, b->im = im;
}

SHARED void multiply_point(sl_fft_point *p, const sl_fft_point *w)
{
    float re = p->re * w->re - p->im * w->im;
    p->im = p->im * w->re + p->re * w->im;
    p->re = re;
}

/* Times -i. */
static inline __attribute__((always_inline)) void turn_back(sl_fft_point *p)
{
    float re = p->re;
    p->re = p->im;
    p->im = -re;
}

/* A transform of four points, given as 0, 2, 1, 3, to be stored as 0, 2, 1, 3. */
SHARED void transform_4(sl_fft_point *a, sl_fft_point *c, sl_fft_point *b, sl_fft_point *d)
{
    sum_and_difference(a, c);
    sum_and_difference(b, d);
    turn_back(d);
    sum_and_difference(a, b);
    sum_and_difference(c, d);
}

/* Transforms of 8 consecutive points, given with their bits reversed. */
static void first_pass_8(sl_fft_point *x, const sl_fft_point *end)
{
    const float root = 0.70710678f; /* of 1/2 */
    for (; x < end; x += 8) {
        transform_4(x, x + 1, x + 2, x + 3);
        transform_4(x + 4, x + 5, x + 6, x + 7);
        /* Times exp(-pi i k / 4). */
        float re = (x[5].re + x[5].im) * root;
        x[5].im = (x[5].im - x[5].re) * root;
        x[5].re = re;
        turn_back(x + 6);
        re = (x[7].im - x[7].re) * root;
        x[7].im = -((x[7].re + x[7].im) * root);
        x[7].re = re;
        sum_and_difference(x, x + 4);
        sum_and_difference(x + 1, x + 5);
        sum_and_difference(x + 2, x + 6);
        sum_and_difference(x + 3, x + 7);
    }
}

/* A pass of radix 4: four transforms of length `quarter` each, of the points 0, 2, 1, 3 mod 4 of a
 * signal, become one of four times that, again and again; w[stride] is its first twiddle factor. */
static void pass_4(sl_fft_point *x, const sl_fft_point *end, uint32_t quarter,
                   const sl_fft_point *w, uint32_t stride)
{
    const sl_fft_point *w2 = w, *w3 = w;
    for (uint32_t k = 0; k < quarter; k++) {
        const sl_fft_point w1_k = *w, w2_k = *w2, w3_k = *w3;
        for (sl_fft_point *p = x + k; p < end; p += 4 * quarter) {
            sl_fft_point *pc = p + quarter, *pb = pc + quarter, *pd = pb + quarter;
            sl_fft_point a = *p, c = *pc, b = *pb, d = *pd;
            if (k != 0) {
                multiply_point(&c, &w2_k);
                multiply_point(&b, &w1_k);
                multiply_point(&d, &w3_k);
            }
            transform_4(&a, &c, &b, &d);
            *p = a, *pc = c, *pb = b, *pd = d;
        }
        w += stride, w2 += 2 * stride, w3 += 3 * stride;
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
        sl_fft_point e = flip ? *high : *low, o = flip ? *low : *high;
        o.im = -o.im;
        sum_and_difference(&e, &o);
        turn_back(&o);
        e.re *= scale, e.im *= scale;
        o.re *= scale, o.im *= scale;
        multiply_point(&o, w);
        sum_and_difference(&e, &o);
        *low = e;
        high->re = o.re, high->im = -o.im;
    }
}

void sl_fft_canonicalise(float *x, uint32_t count)
{
#ifdef FLOATS_ARE_FAST
    float sum = 0.0f;
    for (uint32_t i = 0; i < count; i += 4) {
        sum += (x[i] + x[i + 1]) + (x[i + 2] + x[i + 3]);
    }
    if (sl_is_finite(sum)) {
        return;
    }
#endif
    for (uint32_t i = 0; i < count; i++) {
        x[i] = sl_canonical(x[i]);
    }
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
