#include "features/onset.h"

#include <stdbool.h>

#include "base/float32.h"
#include "base/logarithm.h"
#include "base/number.h"

enum {
    MAX_MEMORY = 8,
    FRACTION = 20,           /* bits of full scale */
    LARGEST = (1 << 23) - 1, /* of a sample */
    UNKNOWN_LEVEL = 1 << 29, /* above all */
    LONG_AGO = 0x7FFFFFFF,   /* frames */
    EXPONENT_BIAS_OF_PAYLOAD = 128,
};

typedef struct state {
    uint32_t energy_low, energy_high; /* of this frame; a state is 4-byte aligned only */
    uint32_t position;                /* of the next sample */
    uint32_t left;                    /* samples of this frame to come */
    int32_t last;                     /* sample */
    uint32_t peak, peak_position;
    int32_t levels[MAX_MEMORY]; /* latest first */
    int32_t mean;
    uint32_t since; /* frames since the last onset */
    uint32_t armed;
    uint32_t missing;
    uint32_t started;
} state;

/* A float32 >= 0 in units of 2^-16, rounded down; 2^32 - 1 if it does not fit (NaN, too). */
static uint32_t q16_of(uint32_t bits)
{
    if (bits >= 0x47800000u) { /* 65536 */
        return 0xFFFFFFFFu;
    }
    sl_number value = sl_number_of_magnitude(bits);
    int32_t shift = -16 - sl_exponent_of(value);
    return shift > 31 || sl_mantissa_of(value) == 0 ? 0 : sl_mantissa_of(value) >> shift;
}

sl_status sl_onset_open(sl_onset *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 28) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_ONSET_VERSION) {
        return SL_ERR_VERSION;
    }
    self->channels = word[0] >> 8 & 0xFF;
    self->inputs = self->channels * (word[0] >> 16);
    self->outputs = SL_ONSET_OUTPUTS;
    self->channel = word[1] & 0xFF;
    self->emphasis = word[1] >> 8 & 1;
    self->memory = word[1] >> 16 & 0xFF;
    self->adaptation = word[1] >> 24;
    self->hop = word[2] & 0xFFFF;
    self->distance = word[2] >> 16;
    self->rate = word[3];
    uint32_t threshold = q16_of(word[4]);
    uint32_t floor = q16_of(word[5]);
    if (self->inputs == 0 || self->channel >= self->channels || (word[1] & 0xFE00) != 0 ||
        self->memory - 1 >= MAX_MEMORY || self->adaptation > 15 || self->hop - 1 >= 32767 ||
        word[3] - 1 >= SL_INFINITY_BITS - 1 || threshold - 655 > 100 * 65536 - 655 ||
        floor > 120 * 65536 || word[6] - 28 > 200) {
        return SL_ERR_RANGE;
    }
    self->threshold = (int32_t)threshold;
    self->floor = -(int32_t)floor;
    self->full_scale = sl_decibels_q16(sl_log2_u32(self->hop) + 2 * FRACTION * SL_LOG2_ONE);
    /* Exponent field of floats that become integers of 24 bits. */
    self->exponent = word[6] - EXPONENT_BIAS_OF_PAYLOAD + 150 - FRACTION;
    return SL_OK;
}

size_t sl_onset_work_size(const sl_onset *self)
{
    (void)self;
    return sizeof(state);
}

void sl_onset_prepare(const sl_onset *self, void *work)
{
    state *st = work;
    st->energy_low = st->energy_high = st->position = st->peak = st->peak_position = 0;
    st->left = self->hop;
    st->last = st->mean = 0;
    st->since = LONG_AGO;
    st->armed = 1;
    st->missing = st->started = 0;
    for (uint32_t i = 0; i < MAX_MEMORY; i++) {
        st->levels[i] = UNKNOWN_LEVEL;
    }
}

uint32_t sl_onset_missing(const void *work)
{
    return ((const state *)work)->missing;
}

/* Rise of the frame that ends, 0 if it is no onset. */
static uint32_t end_frame(const sl_onset *self, state *st, uint64_t energy)
{
    int32_t level = self->floor;
    if (energy != 0) {
        int32_t found = sl_decibels_q16(sl_log2_u64(energy)) - self->full_scale;
        level = found > level ? found : level;
    }
    int32_t before = st->levels[0];
    int32_t newer = level;
    for (uint32_t i = 0; i < self->memory; i++) {
        int32_t older = st->levels[i];
        st->levels[i] = newer;
        newer = older;
        before = older > before ? older : before;
    }
    int32_t rise = level > before ? level - before : 0;
    int32_t limit = self->threshold + 2 * st->mean;
    if (st->since < LONG_AGO) {
        st->since++;
    }
    if (self->adaptation != 0) {
        int32_t held = rise < self->threshold ? rise : self->threshold;
        st->mean += (held - st->mean) >> self->adaptation;
    }
    if (rise < limit >> 1) {
        st->armed = 1;
    }
    if (rise < limit || st->armed == 0 || st->since < self->distance) {
        return 0;
    }
    st->armed = 0;
    st->since = 0;
    return (uint32_t)rise;
}

/* In units of 2^-20 of full scale, rounded (halves away from 0). */
static int32_t integer_of(float value, uint32_t exponent, uint32_t *missing)
{
    uint32_t bits = sl_float_bits(value);
    uint32_t magnitude = bits & 0x7FFFFFFFu;
    int32_t shift = (int32_t)exponent - (int32_t)sl_top_of(magnitude);
    int32_t integer = LARGEST;
    if (magnitude >= SL_INFINITY_BITS) {
        *missing += *missing != 0xFFFFFFFFu;
        if (magnitude > SL_INFINITY_BITS) {
            return 0;
        }
    } else if (shift > 0) {
        integer = (int32_t)(magnitude & 0x7FFFFFu);
        if (magnitude >= 0x800000u) {
            integer |= 0x800000;
        }
        integer = shift > 24 ? 0 : (integer + (1 << (shift - 1))) >> shift;
    }
    return bits >> 31 != 0 ? -integer : integer;
}

static uint32_t process(const sl_onset *self, const void *block, bool is_float, uint32_t count,
                        uint32_t *found, state *st)
{
    uint64_t energy = (uint64_t)st->energy_high << 32 | st->energy_low;
    uint32_t items = 0;
    size_t at = self->channel;
    for (; count != 0; count--) {
        int32_t sample = is_float
                             ? integer_of(((const float *)block)[at], self->exponent, &st->missing)
                             : ((const int16_t *)block)[at] * (1 << (FRACTION - 15));
        at += self->channels;
        int32_t y = sample;
        if (self->emphasis != 0) {
            y = st->started != 0 ? sample - st->last : 0;
            st->last = sample;
            st->started = 1;
        }
        uint32_t magnitude = y < 0 ? 0 - (uint32_t)y : (uint32_t)y;
        energy += (uint64_t)magnitude * magnitude;
        if (magnitude > st->peak) {
            st->peak = magnitude;
            st->peak_position = st->position;
        }
        st->position++;
        if (--st->left == 0) {
            uint32_t rise = end_frame(self, st, energy);
            if (rise != 0) {
                found[items++] = st->peak_position;
                found[items++] = rise;
            }
            energy = 0;
            st->peak = 0;
            st->left = self->hop;
        }
    }
    st->energy_low = (uint32_t)energy;
    st->energy_high = (uint32_t)(energy >> 32);
    return items;
}

uint32_t sl_onset_process_f32(const sl_onset *self, const float *block, uint32_t count,
                              uint32_t *found, void *work)
{
    return process(self, block, true, count, found, work);
}

uint32_t sl_onset_process_i16(const sl_onset *self, const int16_t *block, uint32_t count,
                              uint32_t *found, void *work)
{
    return process(self, block, false, count, found, work);
}

sl_status sl_onset_run(const sl_onset *self, const float *in, float *out, void *work)
{
    sl_onset_prepare(self, work);
    uint32_t onsets = 0;
    uint32_t largest = 0;
    uint32_t first = self->inputs / self->channels;
    /* A frame at a time, as `found` then needs room for one onset. */
    for (uint32_t left = first; left != 0;) {
        uint32_t found[4];
        uint32_t count = left < self->hop ? left : self->hop;
        if (sl_onset_process_f32(self, in, count, found, work) != 0) {
            first = onsets++ == 0 ? found[0] : first;
            largest = found[1] > largest ? found[1] : largest;
        }
        in += (size_t)count * self->channels;
        left -= count;
    }
    out[0] = sl_packed(sl_normal(onsets, 0), 0);
    out[1] = sl_packed(sl_quotient(sl_normal(first, 0), sl_number_of_magnitude(self->rate)), 0);
    out[2] = sl_packed(sl_normal(largest, -16), 0);
    return SL_OK;
}
