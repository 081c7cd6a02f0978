#include "dsp/level_q31.h"

#include "base/logarithm.h"

enum {
    CHUNK = 64, /* samples that go through a stage at a time */
    ONE = 1 << 28,
    FULL = ONE - (ONE >> 10), /* from here on a sample is taken for clipped */
    POLE_1 = 6,               /* words of the payload */
    POLE_2 = 7,
    POLE_3 = 8,
    POLE_Z = 9,
    AVERAGES = 10,
    SECTION = 14,
    SQUARE = 5, /* Q28 to Q23 */
};

typedef struct high_pass {
    uint64_t y; /* Q28 and 32 bits below, signed */
    uint32_t x1;
} high_pass;

/* A running sum that leaks: steady at the mean power by 1 - exp(...). */
typedef struct average {
    uint64_t sum;
    uint32_t fraction;
} average;

typedef struct state {
    sl_level_statistics statistics;
    high_pass high[4]; /* f1, f1, f2, f3; Z uses the last two. x1 of the even ones alone */
    int32_t x1, x2, y1, y2;
    average f, s, i;
    average held; /* I's level, falling slowly */
    uint64_t f_max, f_min, s_max, s_min;
    uint64_t i_max;
    uint64_t energy;
    uint32_t peak;
    uint32_t flags;
    uint32_t left;   /* samples to the end of the tick */
    int32_t logs[4]; /* log2 of 1 - exp(...), Q24, less the unit of the squares */
} state;

size_t sl_level_q31_work_size(const sl_level *self)
{
    return sizeof(state) + 4 * (size_t)self->bins;
}

static void start_tick(const sl_level *self, state *s)
{
    s->f_max = s->s_max = s->i_max = 0;
    s->f_min = s->s_min = UINT64_MAX;
    s->energy = 0;
    s->peak = 0;
    s->flags = 0;
    s->left = self->tick;
}

void sl_level_q31_prepare(const sl_level *self, void *work)
{
    state *s = work;
    for (uint32_t i = 0; i < 4; i++) {
        s->high[i].y = 0;
        s->high[i].x1 = 0;
        s->logs[i] = sl_log2_u32(self->payload[AVERAGES + i]) - (32 + 46) * SL_LOG2_ONE;
    }
    s->x1 = s->x2 = s->y1 = s->y2 = 0;
    average *averages[4] = {&s->f, &s->s, &s->i, &s->held};
    for (uint32_t i = 0; i < 4; i++) {
        averages[i]->sum = 0;
        averages[i]->fraction = 0;
    }
    start_tick(self, s);
    sl_level_power_up(self, &s->statistics, (uint32_t *)(s + 1));
}

/* y += x - x1 - (1 - p) y, given x - x1. Sums wrap around where a payload that is none of a level
 * meter's makes them too large. */
static inline uint64_t high_passed(uint64_t y, uint32_t leak, uint32_t step)
{
    y -= (uint64_t)((int64_t)(int32_t)(y >> 32) * (int32_t)leak);
    return y + ((uint64_t)step << 32);
}

/* Two high-passes, one after the other, over a chunk. */
static void run_high_passes(high_pass *h, uint32_t first, uint32_t second, int32_t *chunk,
                            uint32_t count)
{
    uint64_t y = h[0].y, z = h[1].y;
    uint32_t x1 = h->x1;
    for (; count != 0; count--) {
        uint32_t x = (uint32_t)*chunk;
        uint32_t before = (uint32_t)(y >> 32);
        y = high_passed(y, first, x - x1);
        x1 = x;
        z = high_passed(z, second, (uint32_t)(y >> 32) - before);
        *chunk++ = (int32_t)(z >> 32);
    }
    h[0].y = y;
    h[1].y = z;
    h->x1 = x1;
}

/* The section for f4, and the greatest magnitude that comes out of it. */
static void run_section(state *s, const uint32_t *words, int32_t *chunk, uint32_t count)
{
    int32_t b0 = (int32_t)words[0], b1 = (int32_t)words[1], b2 = (int32_t)words[2];
    int32_t a1 = (int32_t)words[3], a2 = (int32_t)words[4];
    int32_t x1 = s->x1, x2 = s->x2, y1 = s->y1, y2 = s->y2;
    uint32_t peak = s->peak;
    for (; count != 0; count--) {
        int32_t x = *chunk;
        uint64_t sum = (uint64_t)((int64_t)b0 * x) + (uint64_t)((int64_t)b1 * x1) +
                       (uint64_t)((int64_t)b2 * x2) - (uint64_t)((int64_t)a1 * y1) -
                       (uint64_t)((int64_t)a2 * y2);
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = (int32_t)((sum + (1u << 28)) >> 29);
        uint32_t magnitude = y1 < 0 ? 0u - (uint32_t)y1 : (uint32_t)y1;
        peak = magnitude > peak ? magnitude : peak;
        *chunk++ = y1;
    }
    s->x1 = x1;
    s->x2 = x2;
    s->y1 = y1;
    s->y2 = y2;
    s->peak = peak;
}

/* sum += square - sum * leak / 2^32, with 32 bits below the point. */
static inline __attribute__((always_inline)) void leak_and_add(average *a, uint32_t leak,
                                                               uint64_t square)
{
    uint64_t low = (uint64_t)(uint32_t)a->sum * leak;
    uint64_t lost = (a->sum >> 32) * leak + (low >> 32);
    uint32_t below = a->fraction - (uint32_t)low;
    lost += below > a->fraction;
    a->fraction = below;
    a->sum += square - lost;
}

static inline uint64_t square_of(int32_t x)
{
    return (uint64_t)((int64_t)x * x);
}

/* Weighted samples rounded to Q23, in place, and their energy. */
static uint64_t energy_of(int32_t *chunk, uint32_t count)
{
    uint64_t energy = 0;
    for (; count != 0; count--) {
        int32_t x = (int32_t)((uint32_t)*chunk + (1u << (SQUARE - 1))) >> SQUARE;
        *chunk++ = x;
        energy += square_of(x);
    }
    return energy;
}

/* The average of their squares, and its extremes. */
static void follow(average *to, uint64_t *highest, uint64_t *lowest, uint32_t leak,
                   const int32_t *chunk, uint32_t count)
{
    average a; /* field by field: compilers make a call of memcpy out of an assignment */
    a.sum = to->sum;
    a.fraction = to->fraction;
    uint64_t most = *highest, least = *lowest;
    for (; count != 0; count--) {
        leak_and_add(&a, leak, square_of(*chunk++));
        most = a.sum > most ? a.sum : most;
        least = a.sum < least ? a.sum : least;
    }
    to->sum = a.sum;
    to->fraction = a.fraction;
    *highest = most;
    *lowest = least;
}

/* I: an average that falls slowly. Both have the same scale, that of I. */
static void follow_impulse(state *s, const uint32_t *leaks, const int32_t *chunk, uint32_t count)
{
    for (; count != 0; count--) {
        leak_and_add(&s->i, leaks[2], square_of(*chunk++));
        leak_and_add(&s->held, leaks[3], 0);
        if (s->i.sum > s->held.sum) {
            s->held.sum = s->i.sum;
            s->held.fraction = s->i.fraction;
        }
        s->i_max = s->held.sum > s->i_max ? s->held.sum : s->i_max;
    }
}

/* log2, Q24, of the mean power that belongs to an average. */
static int32_t power_of(uint64_t sum, int32_t log)
{
    int32_t power = sum == 0 ? SL_LEVEL_SILENCE : sl_log2_u64(sum) + log;
    return power < SL_LEVEL_SILENCE ? SL_LEVEL_SILENCE : power;
}

static uint32_t end_tick(const sl_level *self, state *s)
{
    sl_level_span tick;
    tick.energy = s->energy;
    tick.flags = s->flags;
    tick.extremes[SL_LEVEL_EXTREME_F_MAX] = power_of(s->f_max, s->logs[0]);
    tick.extremes[SL_LEVEL_EXTREME_F_MIN] = power_of(s->f_min, s->logs[0]);
    tick.extremes[SL_LEVEL_EXTREME_S_MAX] = power_of(s->s_max, s->logs[1]);
    tick.extremes[SL_LEVEL_EXTREME_S_MIN] = power_of(s->s_min, s->logs[1]);
    tick.extremes[SL_LEVEL_EXTREME_I_MAX] = SL_LEVEL_NONE;
    tick.extremes[SL_LEVEL_EXTREME_PEAK] = power_of((uint64_t)s->peak * s->peak, -56 * SL_LOG2_ONE);
    int32_t now[3] = {power_of(s->f.sum, s->logs[0]), power_of(s->s.sum, s->logs[1]),
                      SL_LEVEL_NONE};
    if (self->impulse) {
        tick.extremes[SL_LEVEL_EXTREME_I_MAX] = power_of(s->i_max, s->logs[2]);
        now[2] = power_of(s->held.sum, s->logs[2]);
    }
    start_tick(self, s);
    return sl_level_take(self, &s->statistics, &tick, now);
}

/* Samples as Q28; whether one is clipped. */
static uint32_t load(const sl_level *self, const int16_t *narrow, const int32_t *wide,
                     int32_t *chunk, uint32_t count)
{
    uint32_t overload = 0;
    uint32_t shift = 32 - self->bits;
    for (; count != 0; count--) {
        int32_t x;
        if (narrow != NULL) {
            x = *narrow++ * (1 << 13);
        } else {
            x = (int32_t)((uint32_t)*wide++ << shift) >> 3;
        }
        overload |= (uint32_t)(x + FULL) > 2u * FULL;
        *chunk++ = x;
    }
    return overload;
}

static int32_t process(const sl_level *self, const int16_t *narrow, const int32_t *wide,
                       uint32_t count, void *work)
{
    state *s = work;
    const uint32_t *words = self->payload;
    int32_t chunk[CHUNK];
    uint32_t intervals = 0;
    while (count != 0) {
        uint32_t n = s->left < CHUNK ? s->left : CHUNK;
        n = count < n ? count : n;
        if (load(self, narrow, wide, chunk, n) != 0) {
            s->flags |= SL_LEVEL_OVERLOAD;
        }
        run_high_passes(s->high, words[POLE_1], words[POLE_1], chunk, n);
        run_section(s, words + SECTION, chunk, n);
        if (self->weighting == SL_LEVEL_A) {
            run_high_passes(s->high + 2, words[POLE_2], words[POLE_3], chunk, n);
        } else if (self->weighting == SL_LEVEL_Z) {
            load(self, narrow, wide, chunk, n);
            run_high_passes(s->high + 2, words[POLE_Z], words[POLE_Z], chunk, n);
        }
        s->energy += energy_of(chunk, n);
        follow(&s->f, &s->f_max, &s->f_min, words[AVERAGES], chunk, n);
        follow(&s->s, &s->s_max, &s->s_min, words[AVERAGES + 1], chunk, n);
        if (self->impulse) {
            follow_impulse(s, words + AVERAGES, chunk, n);
        }
        if (narrow != NULL) {
            narrow += n;
        } else {
            wide += n;
        }
        count -= n;
        s->left -= n;
        if (s->left == 0) {
            intervals += end_tick(self, s);
        }
    }
    return (int32_t)intervals;
}

int32_t sl_level_q31_process_i16(const sl_level *self, const int16_t *in, uint32_t count,
                                 void *work)
{
    return self->bits == 16 ? process(self, in, NULL, count, work) : SL_ERR_TYPE;
}

int32_t sl_level_q31_process_i32(const sl_level *self, const int32_t *in, uint32_t count,
                                 void *work)
{
    return self->bits != 16 ? process(self, NULL, in, count, work) : SL_ERR_TYPE;
}
