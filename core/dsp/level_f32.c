#include "dsp/level_f32.h"

#include "base/float32.h"
#include "base/logarithm.h"

enum {
    CHUNK = 64, /* samples that go through a stage at a time, and are summed in float32 */
    POLE_1 = 6, /* words of the payload */
    POLE_2 = 7,
    POLE_3 = 8,
    POLE_Z = 9,
    AVERAGES = 10,
    SECTION = 14,
};

#define FULL           0x3F7FC000u /* bits of 1 - 2^-10: from here on a sample is clipped */
#define TOO_LARGE_BITS 0x41000000u /* of 8 */

typedef struct high_pass {
    float x1, y;
} high_pass;

typedef enum sample_type { FLOATS, NARROW, WIDE } sample_type;

typedef struct state {
    sl_level_statistics statistics;
    high_pass high[4]; /* f1, f1, f2, f3; Z uses the last two */
    float leaks[8];    /* words 6 ... 13 */
    float section[5];  /* words 14 ... 18 */
    float x1, x2, y1, y2;
    float f, s, i, held; /* averages of the squares; `held` is I falling slowly */
    float f_max, f_min, s_max, s_min, i_max;
    float peak;
    float sum; /* squares of the part of a chunk so far */
    uint64_t energy;
    uint32_t flags;
    uint32_t left; /* samples to the end of the tick */
} state;

size_t sl_level_f32_work_size(const sl_level *self)
{
    return sizeof(state) + 4 * (size_t)self->bins;
}

static void start_tick(const sl_level *self, state *s)
{
    s->f_max = s->s_max = s->i_max = 0.0f;
    s->f_min = s->s_min = sl_float_from_bits(SL_INFINITY_BITS);
    s->peak = 0.0f;
    s->energy = 0;
    s->flags = 0;
    s->left = self->tick;
}

void sl_level_f32_prepare(const sl_level *self, void *work)
{
    state *s = work;
    for (uint32_t i = 0; i < 4; i++) {
        s->high[i].x1 = s->high[i].y = 0.0f;
    }
    for (uint32_t i = 0; i < 8; i++) {
        s->leaks[i] = (float)(int32_t)self->payload[POLE_1 + i] * 0x1p-32f;
    }
    for (uint32_t i = 0; i < 5; i++) {
        s->section[i] = (float)(int32_t)self->payload[SECTION + i] * 0x1p-29f;
    }
    s->x1 = s->x2 = s->y1 = s->y2 = 0.0f;
    s->f = s->s = s->i = s->held = 0.0f;
    s->sum = 0.0f;
    start_tick(self, s);
    sl_level_power_up(self, &s->statistics, (uint32_t *)(s + 1));
}

/* Two high-passes, one after the other, over a chunk. */
static void run_high_passes(high_pass *h, float first, float second, float *chunk, uint32_t count)
{
    float x1 = h[0].x1, y = h[0].y;
    float y1 = h[1].x1, z = h[1].y;
    for (; count != 0; count--) {
        float x = *chunk;
        y = (y - first * y) + (x - x1);
        x1 = x;
        z = (z - second * z) + (y - y1);
        y1 = y;
        *chunk++ = z;
    }
    h[0].x1 = x1;
    h[0].y = y;
    h[1].x1 = y1;
    h[1].y = z;
}

static void run_section(state *s, float *chunk, uint32_t count)
{
    float b0 = s->section[0], b1 = s->section[1], b2 = s->section[2];
    float a1 = s->section[3], a2 = s->section[4];
    float x1 = s->x1, x2 = s->x2, y1 = s->y1, y2 = s->y2;
    float peak = s->peak;
    for (; count != 0; count--) {
        float x = *chunk;
        float y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        float magnitude = sl_float_from_bits(sl_float_magnitude(y));
        peak = magnitude > peak ? magnitude : peak;
        *chunk++ = y;
    }
    s->x1 = x1;
    s->x2 = x2;
    s->y1 = y1;
    s->y2 = y2;
    s->peak = peak;
}

static void detect(state *s, const float *chunk, uint32_t count)
{
    float f = s->f, slow = s->s, sum = s->sum;
    float f_max = s->f_max, f_min = s->f_min, s_max = s->s_max, s_min = s->s_min;
    float f_leak = s->leaks[4], s_leak = s->leaks[5];
    for (; count != 0; count--) {
        float x = *chunk++;
        float square = x * x;
        sum += square;
        f += f_leak * (square - f);
        slow += s_leak * (square - slow);
        f_max = f > f_max ? f : f_max;
        f_min = f < f_min ? f : f_min;
        s_max = slow > s_max ? slow : s_max;
        s_min = slow < s_min ? slow : s_min;
    }
    s->f = f;
    s->s = slow;
    s->sum = sum;
    s->f_max = f_max;
    s->f_min = f_min;
    s->s_max = s_max;
    s->s_min = s_min;
}

static void detect_impulse(state *s, const float *chunk, uint32_t count)
{
    for (; count != 0; count--) {
        float x = *chunk++;
        s->i += s->leaks[6] * (x * x - s->i);
        s->held -= s->leaks[7] * s->held;
        s->held = s->i > s->held ? s->i : s->held;
        s->i_max = s->held > s->i_max ? s->held : s->i_max;
    }
}

/* A sum of squares, >= 0 and finite, in units of 2^-46. */
static uint64_t energy_of(float sum)
{
    uint32_t bits = sl_float_bits(sum);
    uint32_t exponent = bits >> 23;
    if (exponent == 0) {
        return 0;
    }
    uint64_t mantissa = (bits & 0x7FFFFFu) | 0x800000u;
    int32_t shift = (int32_t)exponent - 150 + 46;
    if (shift < 0) {
        return shift < -31 ? 0 : mantissa >> -shift;
    }
    return shift > 40 ? (uint64_t)1 << 63 : mantissa << shift;
}

/* log2, Q24, of a power >= 0. */
static int32_t power_of(float power)
{
    uint32_t bits = sl_float_bits(power);
    int32_t exponent = (int32_t)(bits >> 23) - 150;
    if (exponent < -64 - 23) {
        return SL_LEVEL_SILENCE;
    }
    return sl_log2_u32((bits & 0x7FFFFFu) | 0x800000u) + exponent * SL_LOG2_ONE;
}

static uint32_t end_tick(const sl_level *self, state *s)
{
    sl_level_span tick;
    tick.energy = s->energy;
    tick.flags = s->flags;
    tick.extremes[SL_LEVEL_EXTREME_F_MAX] = power_of(s->f_max);
    tick.extremes[SL_LEVEL_EXTREME_F_MIN] = power_of(s->f_min);
    tick.extremes[SL_LEVEL_EXTREME_S_MAX] = power_of(s->s_max);
    tick.extremes[SL_LEVEL_EXTREME_S_MIN] = power_of(s->s_min);
    tick.extremes[SL_LEVEL_EXTREME_I_MAX] = SL_LEVEL_NONE;
    tick.extremes[SL_LEVEL_EXTREME_PEAK] = power_of(s->peak * s->peak);
    int32_t now[3] = {power_of(s->f), power_of(s->s), SL_LEVEL_NONE};
    if (self->impulse) {
        tick.extremes[SL_LEVEL_EXTREME_I_MAX] = power_of(s->i_max);
        now[2] = power_of(s->held);
    }
    start_tick(self, s);
    return sl_level_take(self, &s->statistics, &tick, now);
}

/* Samples as float32 with full scale 1; flags of what was among them. */
static uint32_t load(const sl_level *self, const void *in, sample_type type, uint32_t start,
                     float *chunk, uint32_t count)
{
    uint32_t flags = 0;
    uint32_t shift = 32 - self->bits;
    for (uint32_t i = start; i < start + count; i++) {
        float x;
        if (type == NARROW) {
            x = (float)((const int16_t *)in)[i] * 0x1p-15f;
        } else if (type == WIDE) {
            x = (float)(int32_t)((uint32_t)((const int32_t *)in)[i] << shift) * 0x1p-31f;
        } else {
            x = ((const float *)in)[i];
        }
        uint32_t magnitude = sl_float_magnitude(x);
        if (magnitude >= FULL) {
            flags |= SL_LEVEL_OVERLOAD;
            if (magnitude >= TOO_LARGE_BITS) {
                flags |= SL_LEVEL_INVALID;
                x = 0.0f;
            }
        }
        *chunk++ = x;
    }
    return flags;
}

static int32_t process(const sl_level *self, const void *in, sample_type type, uint32_t count,
                       void *work)
{
    state *s = work;
    float chunk[CHUNK];
    uint32_t intervals = 0;
    for (uint32_t done = 0; done < count;) {
        /* Chunks start at the same samples of the stream however it is cut: sums are the same. */
        uint32_t n = CHUNK - (self->tick - s->left) % CHUNK;
        n = s->left < n ? s->left : n;
        n = count - done < n ? count - done : n;
        s->flags |= load(self, in, type, done, chunk, n);
        run_high_passes(s->high, s->leaks[0], s->leaks[0], chunk, n);
        run_section(s, chunk, n);
        if (self->weighting == SL_LEVEL_A) {
            run_high_passes(s->high + 2, s->leaks[1], s->leaks[2], chunk, n);
        } else if (self->weighting == SL_LEVEL_Z) {
            load(self, in, type, done, chunk, n);
            run_high_passes(s->high + 2, s->leaks[3], s->leaks[3], chunk, n);
        }
        detect(s, chunk, n);
        if (self->impulse) {
            detect_impulse(s, chunk, n);
        }
        done += n;
        s->left -= n;
        if ((self->tick - s->left) % CHUNK == 0 || s->left == 0) {
            s->energy += energy_of(s->sum);
            s->sum = 0.0f;
        }
        if (s->left == 0) {
            intervals += end_tick(self, s);
        }
    }
    return (int32_t)intervals;
}

int32_t sl_level_f32_process_f32(const sl_level *self, const float *in, uint32_t count, void *work)
{
    return process(self, in, FLOATS, count, work);
}

int32_t sl_level_f32_process_i16(const sl_level *self, const int16_t *in, uint32_t count,
                                 void *work)
{
    return self->bits == 16 ? process(self, in, NARROW, count, work) : SL_ERR_TYPE;
}

int32_t sl_level_f32_process_i32(const sl_level *self, const int32_t *in, uint32_t count,
                                 void *work)
{
    return self->bits != 16 ? process(self, in, WIDE, count, work) : SL_ERR_TYPE;
}
