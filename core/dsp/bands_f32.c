#include "dsp/bands_f32.h"

#include "base/float32.h"

/* Half-band filter: see bands_q31.c. */
#define ALL_PASS_0 0.06749923f
#define ALL_PASS_1 0.27740723f
#define ALL_PASS_2 0.67791850f

#define TOO_LARGE_BITS 0x41000000u /* of 8 */

typedef struct all_pass {
    float x1, y1;
} all_pass;

typedef struct band {
    float before[8]; /* x1, x1 - x2; y1, y2 of each section */
} band;

typedef struct state {
    sl_bands_sums sums;
    band bands[SL_BANDS_MAX];
    all_pass passes[9][3];
    uint32_t filled;
    float chunk[SL_BANDS_CHUNK];
} state;

size_t sl_bands_f32_work_size(const sl_bands *self)
{
    (void)self;
    return sizeof(state);
}

void sl_bands_f32_prepare(const sl_bands *self, void *work)
{
    (void)self;
    uint32_t *words = work;
    for (uint32_t i = 0; i < sizeof(state) / 4; i++) {
        words[i] = 0;
    }
}

/* 2^-shift */
static float power_of_two(uint32_t shift)
{
    return sl_float_from_bits((127 - shift) << 23);
}

/* The band's sum of squares over a chunk. */
static float filter(const sl_bands *self, uint32_t index, band *b, const float *chunk,
                    uint32_t count)
{
    float a[6];
    for (uint32_t word = 0; word < 6; word++) {
        a[word] = (float)sl_bands_word(self, index, word) * 0x1p-30f;
    }
    uint32_t shifts = (uint32_t)sl_bands_word(self, index, 7);
    float first = power_of_two(shifts & 15);
    float second = power_of_two(shifts >> 4 & 15), third = power_of_two(shifts >> 8 & 15);
    /* With d = x - x1, x - x2 is d + d1 and x - 2 x1 + x2 is d - d1. */
    float sign = shifts >> 12 != 0 ? -1.0f : 1.0f;
    float *before = b->before;
    float x1 = before[0], d1 = before[1];
    float u1 = before[2], u2 = before[3];
    float v1 = before[4], v2 = before[5];
    float w1 = before[6], w2 = before[7];
    float energy = 0.0f;
    for (; count != 0; count--) {
        float x = *chunk++;
        float d = x - x1;
        x1 = x;
        float u = (d + sign * d1) * first - a[0] * u1 - a[1] * u2;
        d1 = d;
        float v = (u - u2) * second - a[2] * v1 - a[3] * v2;
        u2 = u1;
        u1 = u;
        float w = (v - v2) * third - a[4] * w1 - a[5] * w2;
        v2 = v1;
        v1 = v;
        w2 = w1;
        w1 = w;
        energy += w * w;
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

/* A sum of squares, >= 0 and finite, in units of 2^-46. */
static uint64_t energy_of(float sum)
{
    uint32_t bits = sl_float_bits(sum);
    uint64_t mantissa = (bits & 0x7FFFFFu) | 0x800000u;
    int32_t shift = (int32_t)(bits >> 23) - 150 + 46;
    if (shift < 0) {
        return shift < -31 ? 0 : mantissa >> -shift;
    }
    return mantissa << (shift > 36 ? 36 : shift);
}

static inline float pass(all_pass *p, float a, float x)
{
    float y = p->x1 + a * (x - p->y1);
    p->x1 = x;
    p->y1 = y;
    return y;
}

/* Half as many samples, in place. */
static void halve(all_pass *p, float *chunk, uint32_t count)
{
    const float *in = chunk;
    for (; count != 0; count--) {
        float even = pass(&p[1], ALL_PASS_1, *in++);
        float odd = pass(&p[2], ALL_PASS_2, pass(&p[0], ALL_PASS_0, *in++));
        *chunk++ = (even + odd) * 0.5f;
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
        float energy = filter(self, i, &s->bands[i], s->chunk, count);
        sl_bands_add(self, &s->sums, i, energy_of(energy));
    }
    sl_bands_count(&s->sums);
}

/* A sample with full scale 1 into the chunk. */
static inline void take(const sl_bands *self, state *s, float x)
{
    s->chunk[s->filled++] = sl_float_magnitude(x) >= TOO_LARGE_BITS ? 0.0f : x;
    if (s->filled == SL_BANDS_CHUNK) {
        s->filled = 0;
        run(self, s);
    }
}

sl_status sl_bands_f32_process_f32(const sl_bands *self, const float *in, uint32_t count,
                                   void *work)
{
    for (; count != 0; count--) {
        take(self, work, *in++);
    }
    return SL_OK;
}

sl_status sl_bands_f32_process_i16(const sl_bands *self, const int16_t *in, uint32_t count,
                                   void *work)
{
    if (self->bits != 16) {
        return SL_ERR_TYPE;
    }
    for (; count != 0; count--) {
        take(self, work, (float)*in++ * 0x1p-15f);
    }
    return SL_OK;
}

sl_status sl_bands_f32_process_i32(const sl_bands *self, const int32_t *in, uint32_t count,
                                   void *work)
{
    if (self->bits == 16) {
        return SL_ERR_TYPE;
    }
    uint32_t shift = 32 - self->bits;
    for (; count != 0; count--) {
        take(self, work, (float)(int32_t)((uint32_t)*in++ << shift) * 0x1p-31f);
    }
    return SL_OK;
}
