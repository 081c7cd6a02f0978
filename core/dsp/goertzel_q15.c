#include "dsp/goertzel_q15.h"

#include <stdbool.h>

#include "base/sine.h"

/* State at one frequency. */
typedef struct tone_q15 {
    uint32_t k; /* Q30 */
    int32_t s, d;
    int32_t re, im; /* the runs before this one */
} tone_q15;

typedef struct goertzel_q15_work {
    uint32_t filled;     /* samples of the row so far */
    uint32_t shift;      /* runs are added in units of 2^-shift; 0 ... 14, or -1 */
    uint32_t reciprocal; /* 2^(45 - shift) / n, 2^30 ... 2^31 */
    tone_q15 tones[];
} goertzel_q15_work;

size_t sl_goertzel_q15_work_size(const sl_goertzel *self)
{
    return sizeof(goertzel_q15_work) + self->count * sizeof(tone_q15);
}

static void clear_q15(tone_q15 *t)
{
    t->s = t->d = t->re = t->im = 0;
}

static bool is_mirrored(uint32_t frequency)
{
    return frequency > SL_RIGHT_ANGLE;
}

void sl_goertzel_q15_prepare(const sl_goertzel *self, void *work)
{
    goertzel_q15_work *state = work;
    uint32_t bits = 0;
    while (1u << bits < self->n) {
        bits++;
    }
    state->filled = 0;
    state->shift = 15 - bits;
    state->reciprocal = 0;
    for (uint32_t i = 0, rest = 1u << bits; i < 31; i++) {
        state->reciprocal <<= 1;
        if (rest >= self->n) {
            rest -= self->n;
            state->reciprocal++;
        }
        rest <<= 1;
    }
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t half = self->frequencies[i] / 2;
        int64_t sine = is_mirrored(self->frequencies[i]) ? sl_cosine(half) : sl_sine(half);
        state->tones[i].k = (uint32_t)((sine * sine + (1 << 27)) >> 28);
        clear_q15(&state->tones[i]);
    }
}

/* The samples of a run; the first is taken with the opposite sign if `sign` is -1, and so is every
 * second one after or before it if `mirrored`. */
static void take_q15(tone_q15 *t, const int16_t *in, uint32_t count, int32_t sign, bool mirrored)
{
    int32_t s = t->s, d = t->d;
    uint32_t k = t->k;
    for (uint32_t i = 0; i < count; i++) {
        d += sign * in[i] - (int32_t)(((int64_t)k * s + (1 << 29)) >> 30);
        s += d;
        sign = mirrored ? -sign : sign;
    }
    t->s = s;
    t->d = d;
}

/* A run of `count` samples, the first of them number `start` of the row, is at its end. */
static void add_run_q15(tone_q15 *t, uint32_t frequency, uint32_t start, uint32_t count,
                        uint32_t shift)
{
    bool mirrored = is_mirrored(frequency);
    uint32_t step = mirrored ? SL_HALF_TURN - frequency : frequency;
    /* Up to a turn by (count - 1) steps, the sum is s - exp(-i step) (s - d); here with 5 more
     * bits. */
    int64_t re = ((int64_t)t->k * t->s >> 1) + (int64_t)sl_cosine(step) * t->d;
    int64_t im = (int64_t)sl_sine(step) * ((int64_t)t->s - t->d);
    re = (re + (1 << 24)) >> 25;
    im = (im + (1 << 24)) >> 25;
    uint32_t turn = (count - 1) * step;
    uint32_t phase = start * frequency + (mirrored ? 0u - turn : turn);
    im = mirrored ? -im : im;
    int64_t c = sl_cosine(phase), s = sl_sine(phase);
    uint32_t drop = 35 - shift;
    int64_t half = (int64_t)1 << (drop - 1);
    t->re += (int32_t)((re * c + im * s + half) >> drop);
    t->im += (int32_t)((im * c - re * s + half) >> drop);
    t->s = t->d = 0;
}

uint32_t sl_goertzel_q15_process(const sl_goertzel *self, const int16_t *in, size_t count,
                                 int32_t *out, void *work)
{
    goertzel_q15_work *state = work;
    uint32_t rows = 0;
    while (count > 0) {
        /* To the end of the run or of the row. */
        uint32_t at = state->filled % SL_GOERTZEL_RUN;
        uint32_t taken = SL_GOERTZEL_RUN - at;
        taken = taken < self->n - state->filled ? taken : self->n - state->filled;
        taken = taken < count ? taken : (uint32_t)count;
        uint32_t end = state->filled + taken;
        for (uint32_t i = 0; i < self->count; i++) {
            tone_q15 *t = &state->tones[i];
            uint32_t frequency = self->frequencies[i];
            bool mirrored = is_mirrored(frequency);
            take_q15(t, in, taken, mirrored && (at & 1) ? -1 : 1, mirrored);
            if (end % SL_GOERTZEL_RUN == 0 || end == self->n) {
                add_run_q15(t, frequency, state->filled - at, at + taken, state->shift);
            }
            if (end == self->n) {
                int64_t half = 1 << 29;
                *out++ = (int32_t)(((int64_t)t->re * state->reciprocal + half) >> 30);
                *out++ = (int32_t)(((int64_t)t->im * state->reciprocal + half) >> 30);
                clear_q15(t);
            }
        }
        in += taken;
        count -= taken;
        state->filled = end == self->n ? 0 : end;
        rows += end == self->n;
    }
    return rows;
}
