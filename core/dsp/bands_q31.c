#include "dsp/bands_q31.h"

enum {
    SQUARE = 5, /* Q28 to Q23 */
    /* Half-band filter, Q31: all-passes (a + 1 / z^2) / (1 + a / z^2), the second for even samples,
     * the other two for odd ones. Searched for the greatest attenuation above 0.383 of the rate,
     * 94 dB; below 0.117 the gain is then within 2e-9 dB of 1. */
    ALL_PASS_0 = 144953498,  /* 0.06749923 */
    ALL_PASS_1 = 595727500,  /* 0.27740723 */
    ALL_PASS_2 = 1455818889, /* 0.67791850 */
};

typedef struct all_pass {
    int32_t x1, y1;
} all_pass;

typedef struct band {
    int32_t before[8]; /* x1, x1 - x2; y1, y2 of each section */
} band;

typedef struct state {
    sl_bands_sums sums;
    band bands[SL_BANDS_MAX];
    all_pass passes[9][3];
    uint32_t filled;
    int32_t chunk[SL_BANDS_CHUNK];
} state;

size_t sl_bands_q31_work_size(const sl_bands *self)
{
    (void)self;
    return sizeof(state);
}

void sl_bands_q31_prepare(const sl_bands *self, void *work)
{
    (void)self;
    uint32_t *words = work;
    for (uint32_t i = 0; i < sizeof(state) / 4; i++) {
        words[i] = 0;
    }
}

/* Sums wrap around where a payload that is none of a filter bank's makes them too large. */
static inline int32_t plus(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t minus(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

/* 4 (a1 y1 + a2 y2) / 2^32 */
static inline int32_t feedback(int32_t a1, int32_t a2, int32_t y1, int32_t y2)
{
    uint32_t first = (uint32_t)((int64_t)a1 * y1 >> 32);
    uint32_t second = (uint32_t)((int64_t)a2 * y2 >> 32);
    return (int32_t)(4 * (first + second));
}

/* The band's sum of squares over a chunk. Not inlined: it needs all registers there are. */
static __attribute__((noinline)) uint64_t filter(band *b, const int32_t *c, const int32_t *chunk,
                                                 uint32_t count)
{
    int32_t *before = b->before;
    int32_t x1 = before[0], d1 = before[1];
    int32_t u1 = before[2], u2 = before[3];
    int32_t v1 = before[4], v2 = before[5];
    int32_t w1 = before[6], w2 = before[7];
    int32_t c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5];
    uint32_t shifts = (uint32_t)c[7];
    uint32_t first = shifts & 15, second = shifts >> 4 & 15, third = shifts >> 8 & 15;
    /* With d = x - x1, x - x2 is d + d1 and x - 2 x1 + x2 is d - d1. */
    int32_t sign = -(int32_t)(shifts >> 12);
    uint64_t energy = 0;
    for (; count != 0; count--) {
        int32_t x = *chunk++;
        int32_t d = minus(x, x1);
        x1 = x;
        int32_t difference = plus(d, minus(d1 ^ sign, sign));
        int32_t u = minus(difference >> first, feedback(c0, c1, u1, u2));
        d1 = d;
        int32_t v = minus(minus(u, u2) >> second, feedback(c2, c3, v1, v2));
        u2 = u1;
        u1 = u;
        int32_t w = minus(minus(v, v2) >> third, feedback(c4, c5, w1, w2));
        v2 = v1;
        v1 = v;
        w2 = w1;
        w1 = w;
        w = plus(w, 1 << (SQUARE - 1)) >> SQUARE;
        energy += (uint64_t)((int64_t)w * w);
    }
    before[0] = x1;
    before[1] = d1;
    before[2] = u1;
    before[3] = u2;
    before[4] = v1;
    before[5] = v2;
    before[6] = w1;
    before[7] = w2;
    return energy;
}

/* x1 + a (x - y1) */
static inline int32_t pass(all_pass *p, int32_t a, int32_t x)
{
    int32_t y = plus(p->x1, (int32_t)(((int64_t)a * minus(x, p->y1) + (1 << 30)) >> 31));
    p->x1 = x;
    p->y1 = y;
    return y;
}

/* Half as many samples, in place. */
static void halve(all_pass *p, int32_t *chunk, uint32_t count)
{
    const int32_t *in = chunk;
    for (; count != 0; count--) {
        int32_t even = pass(&p[1], ALL_PASS_1, *in++);
        int32_t odd = pass(&p[2], ALL_PASS_2, pass(&p[0], ALL_PASS_0, *in++));
        *chunk++ = plus(even, odd) >> 1;
    }
}

static void run(const sl_bands *self, state *s)
{
    uint32_t count = SL_BANDS_CHUNK;
    uint32_t left = SL_BANDS_UPPER; /* bands at this rate */
    uint32_t octave = 0;
    for (uint32_t i = 0; i < self->bands; i++) {
        if (left == 0) {
            count >>= 1;
            halve(s->passes[octave], s->chunk, count);
            octave++;
            left = 3;
        }
        left--;
        int32_t c[8];
        for (uint32_t word = 0; word < 8; word++) {
            c[word] = sl_bands_word(self, i, word);
        }
        sl_bands_add(self, &s->sums, i, filter(&s->bands[i], c, s->chunk, count));
    }
    sl_bands_count(&s->sums);
}

static void process(const sl_bands *self, const int16_t *narrow, const int32_t *wide,
                    uint32_t count, state *s)
{
    uint32_t shift = 32 - self->bits;
    for (; count != 0; count--) {
        int32_t x;
        if (narrow != NULL) {
            x = *narrow++ * (1 << 13);
        } else {
            x = (int32_t)((uint32_t)*wide++ << shift) >> 3;
        }
        s->chunk[s->filled++] = x;
        if (s->filled == SL_BANDS_CHUNK) {
            s->filled = 0;
            run(self, s);
        }
    }
}

sl_status sl_bands_q31_process_i16(const sl_bands *self, const int16_t *in, uint32_t count,
                                   void *work)
{
    if (self->bits != 16) {
        return SL_ERR_TYPE;
    }
    process(self, in, NULL, count, work);
    return SL_OK;
}

sl_status sl_bands_q31_process_i32(const sl_bands *self, const int32_t *in, uint32_t count,
                                   void *work)
{
    if (self->bits == 16) {
        return SL_ERR_TYPE;
    }
    process(self, NULL, in, count, work);
    return SL_OK;
}
