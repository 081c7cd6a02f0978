#include "dsp/level.h"

#include "dsp/level_units.h"

enum {
    WORD_RATE = 1,
    WORD_INTERVAL = 2,
    WORD_FULL_SCALE = 3,
    WORD_LOWER = 4,
    WORD_GAIN = 5,
    WORD_POLES = 6, /* 1 - p or 1 - exp(...), eight of them */
    WORD_SECTION = 14,
    F_SETTLED = 32, /* ticks: 5 time constants */
    S_SETTLED = 250,
    BIN_SHIFT = 20,  /* 16 bins for each doubling of the power */
    BINS_ABOVE = 16, /* bins above full scale */
};

static inline int within(int32_t value, int32_t low, int32_t high)
{
    return low <= value && value <= high;
}

sl_status sl_level_open(sl_level *self, const void *payload, size_t length)
{
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 4 * SL_LEVEL_WORDS) {
        return SL_ERR_LENGTH;
    }
    const uint32_t *words = payload;
    uint32_t head = words[0];
    if ((head & 0xFF) != SL_LEVEL_VERSION) {
        return SL_ERR_VERSION;
    }
    self->payload = words;
    self->weighting = head >> 8 & 0xFF;
    self->bits = head >> 16 & 0xFF;
    self->impulse = head >> 24;
    if (self->weighting > SL_LEVEL_Z || self->impulse > 1 ||
        (self->bits != 16 && self->bits != 24 && self->bits != 32)) {
        return SL_ERR_LAYOUT;
    }
    self->rate = words[WORD_RATE];
    self->tick = self->rate / SL_LEVEL_TICKS_A_SECOND;
    self->interval = words[WORD_INTERVAL] & 0xFFFF;
    self->bins = words[WORD_INTERVAL] >> 16;
    if (self->rate < 8000 || self->rate > 48000 ||
        self->rate != self->tick * SL_LEVEL_TICKS_A_SECOND || self->interval == 0 ||
        self->bins > SL_LEVEL_MAX_BINS) {
        return SL_ERR_RANGE;
    }
    self->gain = self->weighting == SL_LEVEL_A ? (int32_t)words[WORD_GAIN] : 0;
    self->full_scale = (int32_t)words[WORD_FULL_SCALE];
    self->lower = (int32_t)words[WORD_LOWER];
    if (!within(self->full_scale, SL_LEVEL_LOWEST, SL_LEVEL_HIGHEST) ||
        !within(self->lower, SL_LEVEL_LOWEST, 0) ||
        !within((int32_t)words[WORD_GAIN], -3 * SL_LEVEL_DECIBEL, 3 * SL_LEVEL_DECIBEL)) {
        return SL_ERR_RANGE;
    }
    self->full_scale += self->gain;
    for (uint32_t i = WORD_POLES; i < WORD_SECTION; i++) {
        if (words[i] - 1 >= 0x7FFFFFFFu) {
            return SL_ERR_RANGE;
        }
    }
    /* Numbers so small that a sample of 2^31 can't overflow 64 bits, and poles inside the unit
     * circle: |a1| - 1 < a2 < 1 (Jury). */
    int32_t one = 1 << 29;
    for (uint32_t i = WORD_SECTION; i < SL_LEVEL_WORDS; i++) {
        if (!within((int32_t)words[i], -2 * one, 2 * one - 1)) {
            return SL_ERR_RANGE;
        }
    }
    int32_t a1 = (int32_t)words[WORD_SECTION + 3];
    int32_t a2 = (int32_t)words[WORD_SECTION + 4];
    if (a2 >= one || (a1 < 0 ? -a1 : a1) - one >= a2) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

static void clear(sl_level_span *span)
{
    span->energy = 0;
    span->energy_high = 0;
    span->ticks = 0;
    for (uint32_t i = 0; i < SL_LEVEL_EXTREMES; i++) {
        span->extremes[i] = SL_LEVEL_NONE;
    }
    span->flags = 0;
}

void sl_level_restart(const sl_level *self, sl_level_statistics *statistics)
{
    clear(&statistics->whole);
    clear(&statistics->interval);
    clear(&statistics->last);
    statistics->counted = 0;
    for (uint32_t i = 0; i < self->bins; i++) {
        statistics->histogram[i] = 0;
    }
}

void sl_level_power_up(const sl_level *self, sl_level_statistics *statistics, uint32_t *histogram)
{
    statistics->histogram = histogram;
    for (uint32_t i = 0; i < 3; i++) {
        statistics->now[i] = SL_LEVEL_NONE;
    }
    statistics->age = 0;
    sl_level_restart(self, statistics);
}

static void add_tick(sl_level_span *span, const sl_level_span *tick, uint32_t age)
{
    span->energy += tick->energy;
    span->energy_high += span->energy < tick->energy;
    span->ticks += span->ticks != UINT32_MAX;
    for (uint32_t i = 0; i < SL_LEVEL_EXTREMES; i++) {
        int32_t value = tick->extremes[i];
        int32_t *extreme = &span->extremes[i];
        if (i == SL_LEVEL_EXTREME_F_MIN || i == SL_LEVEL_EXTREME_S_MIN) {
            uint32_t settled = i == SL_LEVEL_EXTREME_F_MIN ? F_SETTLED : S_SETTLED;
            if (age < settled || (*extreme != SL_LEVEL_NONE && *extreme <= value)) {
                continue;
            }
        } else if (value <= *extreme) {
            continue;
        }
        *extreme = value;
    }
    span->flags |= tick->flags;
}

uint32_t sl_level_take(const sl_level *self, sl_level_statistics *statistics,
                       const sl_level_span *tick, const int32_t *now)
{
    for (uint32_t i = 0; i < 3; i++) {
        statistics->now[i] = now[i];
    }
    add_tick(&statistics->whole, tick, statistics->age);
    add_tick(&statistics->interval, tick, statistics->age);
    if (statistics->age >= F_SETTLED && self->bins != 0) {
        int32_t bins = (int32_t)self->bins;
        int32_t bin = (now[0] >> BIN_SHIFT) + bins - BINS_ABOVE;
        bin = bin < 0 ? 0 : bin;
        bin = bin >= bins ? bins - 1 : bin;
        statistics->histogram[bin]++;
        statistics->counted++;
    }
    statistics->age += statistics->age < S_SETTLED;
    if (statistics->interval.ticks < self->interval) {
        return 0;
    }
    /* Field by field: compilers make a call of memcpy out of an assignment. */
    const uint32_t *from = (const uint32_t *)&statistics->interval;
    uint32_t *to = (uint32_t *)&statistics->last;
    for (uint32_t i = 0; i < sizeof statistics->last / 4; i++) {
        to[i] = from[i];
    }
    clear(&statistics->interval);
    return 1;
}

/* log2, Q24, of a span's energy by `divisor`. */
static int32_t mean_power(const sl_level_span *span, uint32_t divisor)
{
    if (divisor == 0) {
        return SL_LEVEL_NONE;
    }
    if ((span->energy | span->energy_high) == 0) {
        return SL_LEVEL_SILENCE;
    }
    return sl_level_log(span->energy, span->energy_high) - sl_log2_u32(divisor);
}

static int32_t mean_of_ticks(const sl_level *self, const sl_level_span *span)
{
    int32_t power = mean_power(span, span->ticks);
    if (power == SL_LEVEL_NONE || power == SL_LEVEL_SILENCE) {
        return power;
    }
    return power - sl_log2_u32(self->tick);
}

/* Power exceeded in a tenth part `tenths` of the ticks in the histogram. */
static int32_t exceeded(const sl_level *self, const sl_level_statistics *statistics,
                        uint32_t tenths)
{
    if (statistics->counted == 0) {
        return SL_LEVEL_NONE;
    }
    /* counted * tenths / 10, without overflow. */
    uint32_t wanted = statistics->counted / 10 * tenths + statistics->counted % 10 * tenths / 10;
    uint32_t above = 0;
    uint32_t bin = self->bins;
    uint32_t count = 0;
    while (bin != 0) {
        bin--;
        count = statistics->histogram[bin];
        if (above + count > wanted) {
            break;
        }
        above += count;
    }
    /* As if the levels in a bin were spread evenly. */
    int32_t top = ((int32_t)bin - (int32_t)self->bins + BINS_ABOVE + 1) * (1 << BIN_SHIFT);
    uint32_t part = wanted - above;
    while (count > 4095) { /* 20 bits of a bin times 12 of the count fit in 32 */
        count >>= 1;
        part >>= 1;
    }
    return top - (int32_t)(count == 0 ? 0 : (part << BIN_SHIFT) / count);
}

sl_status sl_level_read(const sl_level *self, const sl_level_statistics *statistics, float *out)
{
    const sl_level_span *whole = &statistics->whole;
    const sl_level_span *last = &statistics->last;
    int32_t powers[SL_LEVEL_FULL_SCALE];
    for (uint32_t i = 0; i < 3; i++) {
        powers[SL_LEVEL_F + i] = statistics->now[i];
        powers[SL_LEVEL_L10 + i] = exceeded(self, statistics, 1 + 4 * i);
    }
    for (uint32_t i = 0; i < SL_LEVEL_EXTREMES; i++) {
        powers[SL_LEVEL_F_MAX + i] = whole->extremes[i];
    }
    powers[SL_LEVEL_EQ] = mean_of_ticks(self, whole);
    /* The energy of a second: a mean over as many samples. */
    powers[SL_LEVEL_EXPOSURE] = mean_power(whole, whole->ticks == 0 ? 0 : self->rate);
    powers[SL_LEVEL_INTERVAL_EQ] = mean_of_ticks(self, last);
    powers[SL_LEVEL_INTERVAL_F_MAX] = last->extremes[SL_LEVEL_EXTREME_F_MAX];
    powers[SL_LEVEL_INTERVAL_F_MIN] = last->extremes[SL_LEVEL_EXTREME_F_MIN];
    powers[SL_LEVEL_INTERVAL_C_PEAK] = last->extremes[SL_LEVEL_EXTREME_PEAK];
    for (uint32_t i = 0; i < SL_LEVEL_FULL_SCALE; i++) {
        int32_t level = sl_level_decibels(powers[i]) + self->full_scale;
        if (i == SL_LEVEL_C_PEAK || i == SL_LEVEL_INTERVAL_C_PEAK) {
            level -= self->gain; /* which is that of A */
        }
        out[i] = powers[i] == SL_LEVEL_NONE ? sl_nan() : sl_level_float(level);
    }
    out[SL_LEVEL_FULL_SCALE] = sl_level_float(self->full_scale - self->gain);
    return SL_OK;
}

uint32_t sl_level_flags(const sl_level *self, const sl_level_statistics *statistics)
{
    uint32_t flags = statistics->whole.flags;
    if ((statistics->last.flags & SL_LEVEL_OVERLOAD) != 0) {
        flags |= SL_LEVEL_INTERVAL_OVERLOAD;
    }
    if (statistics->now[0] != SL_LEVEL_NONE &&
        sl_level_decibels(statistics->now[0]) + self->gain < self->lower) {
        flags |= SL_LEVEL_UNDER_RANGE;
    }
    return flags;
}

sl_status sl_level_set_full_scale(sl_level *self, float level)
{
    int32_t value = sl_level_q16(level);
    if (value == SL_LEVEL_NONE) {
        return SL_ERR_VALUE;
    }
    self->full_scale = value + self->gain;
    return SL_OK;
}

sl_status sl_level_calibrate(sl_level *self, const sl_level_statistics *statistics, float level)
{
    int32_t target = sl_level_q16(level);
    int32_t power = mean_of_ticks(self, &statistics->last);
    if (target == SL_LEVEL_NONE || power == SL_LEVEL_NONE || power == SL_LEVEL_SILENCE ||
        (statistics->last.flags & SL_LEVEL_OVERLOAD) != 0) {
        return SL_ERR_VALUE;
    }
    int32_t relative = sl_level_decibels(power);
    int32_t full_scale = target - relative - self->gain;
    if (relative + self->gain < self->lower ||
        !within(full_scale, SL_LEVEL_LOWEST, SL_LEVEL_HIGHEST)) {
        return SL_ERR_VALUE;
    }
    self->full_scale = full_scale + self->gain;
    return SL_OK;
}
