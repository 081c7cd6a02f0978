#include "dsp/goertzel.h"

#include "base/float32.h"
#include "base/sine.h"

/* State at one frequency. */
typedef struct tone {
    float k; /* negative: f > 1/4, calculated from its mirror image */
    float s, d;
    float re, im; /* the runs before this one */
} tone;

typedef struct goertzel_work {
    uint32_t filled; /* samples of the row so far */
    tone tones[];
} goertzel_work;

static inline float as_float(int32_t q30)
{
    return (float)q30 * 0x1p-30f;
}

size_t sl_goertzel_work_size(const sl_goertzel *self)
{
    return sizeof(goertzel_work) + self->count * sizeof(tone);
}

static void clear(tone *t)
{
    t->s = t->d = t->re = t->im = 0.0f;
}

void sl_goertzel_prepare(const sl_goertzel *self, void *work)
{
    goertzel_work *state = work;
    state->filled = 0;
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t half = self->frequencies[i] / 2;
        bool mirrored = half > SL_RIGHT_ANGLE / 2;
        float sine = 2.0f * as_float(mirrored ? sl_cosine(half) : sl_sine(half));
        state->tones[i].k = mirrored ? -sine * sine : sine * sine;
        clear(&state->tones[i]);
    }
}

/* The samples of a run, the first of them being number `at` of it. */
static void take(tone *t, const float *in, uint32_t count, uint32_t at)
{
    float k = t->k, s = t->s, d = t->d;
    if (sl_float_bits(k) >> 31 == 0) {
        for (uint32_t i = 0; i < count; i++) {
            d = (d + in[i]) - k * s;
            s += d;
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            d = ((at + i) & 1 ? d - in[i] : d + in[i]) + k * s;
            s += d;
        }
    }
    t->s = s;
    t->d = d;
}

/* A run of `count` samples, the first of them number `start` of the row, is at its end. */
static void add_run(tone *t, uint32_t frequency, uint32_t start, uint32_t count)
{
    bool mirrored = sl_float_bits(t->k) >> 31 != 0;
    uint32_t step = mirrored ? SL_HALF_TURN - frequency : frequency;
    /* Up to a turn by (count - 1) steps, the sum is s - exp(-i step) (s - d). */
    float re = 0.5f * (mirrored ? -t->k : t->k) * t->s + as_float(sl_cosine(step)) * t->d;
    float im = as_float(sl_sine(step)) * (t->s - t->d);
    uint32_t turn = (count - 1) * step;
    uint32_t phase = start * frequency + (mirrored ? 0u - turn : turn);
    im = mirrored ? -im : im;
    float c = as_float(sl_cosine(phase)), s = as_float(sl_sine(phase));
    t->re += re * c + im * s;
    t->im += im * c - re * s;
    t->s = t->d = 0.0f;
}

uint32_t sl_goertzel_process(const sl_goertzel *self, const float *in, size_t count, float *out,
                             void *work)
{
    goertzel_work *state = work;
    uint32_t rows = 0;
    while (count > 0) {
        /* To the end of the run or of the row. */
        uint32_t at = state->filled % SL_GOERTZEL_RUN;
        uint32_t taken = SL_GOERTZEL_RUN - at;
        taken = taken < self->n - state->filled ? taken : self->n - state->filled;
        taken = taken < count ? taken : (uint32_t)count;
        uint32_t end = state->filled + taken;
        for (uint32_t i = 0; i < self->count; i++) {
            tone *t = &state->tones[i];
            take(t, in, taken, at);
            if (end % SL_GOERTZEL_RUN == 0 || end == self->n) {
                add_run(t, self->frequencies[i], state->filled - at, at + taken);
            }
            if (end == self->n) {
                *out++ = sl_canonical(t->re);
                *out++ = sl_canonical(t->im);
                clear(t);
            }
        }
        in += taken;
        count -= taken;
        state->filled = end == self->n ? 0 : end;
        rows += end == self->n;
    }
    return rows;
}
