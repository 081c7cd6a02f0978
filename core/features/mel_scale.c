#include "features/mel_scale.h"

#include "base/logarithm_float.h"
#include "base/number.h"

/* Mels, of both scales, are integers in 2^-23: below 64. HTK's are log2(1 + f / 700) here. */
enum { MEL_BITS = 23, MEL_TOP = 155 - MEL_BITS, ONE = 1 << MEL_BITS, KNEE = 15 << MEL_BITS };

/* 1, 700, 1000, 200 / 3, 27 / log2(6.4) as float32. */
#define MEL_1    0x3F800000u
#define MEL_700  0x442F0000u
#define MEL_1000 0x447A0000u
#define MEL_STEP 0x42855555u
#define MEL_RISE 0x41214F62u

static inline sl_number constant(uint32_t bits)
{
    return sl_number_of_bits(bits);
}

/* value * 2^bits, rounded down; below 2^63. */
static uint64_t whole(sl_number value, uint32_t bits)
{
    int32_t shift = -sl_exponent_of(value);
    if (sl_mantissa_of(value) == 0 || shift > 63) {
        return 0;
    }
    uint64_t mantissa = (uint64_t)sl_mantissa_of(value) << bits;
    return shift > 0 ? mantissa >> shift : mantissa << -shift;
}

/* number in 2^-23, rounded down. */
static int32_t fixed(sl_number value)
{
    return sl_integer_of(sl_packed(value, 0), MEL_TOP);
}

static int32_t log2_of_number(sl_number value)
{
    return sl_integer_of(sl_log2f(sl_packed(value, 0)), MEL_TOP);
}

static int32_t mel_of(const sl_mel_scale *self, uint32_t frequency)
{
    sl_number f = sl_number_of_bits(frequency);
    if (self->scale != 0) {
        sl_number ratio = sl_quotient(f, constant(MEL_700));
        return log2_of_number(sl_sum(ratio, constant(MEL_1)));
    }
    if (frequency < MEL_1000) {
        return fixed(sl_quotient(f, constant(MEL_STEP)));
    }
    int32_t octaves = log2_of_number(sl_quotient(f, constant(MEL_1000)));
    return KNEE + fixed(sl_product(sl_normal((uint32_t)octaves, -MEL_BITS), constant(MEL_RISE)));
}

static sl_number frequency_of(const sl_mel_scale *self, int32_t mel)
{
    sl_number base = constant(self->scale != 0 ? MEL_700 : MEL_1000);
    if (self->scale == 0) {
        if (mel < KNEE) {
            return sl_product(sl_normal((uint32_t)mel, -MEL_BITS), constant(MEL_STEP));
        }
        sl_number above = sl_normal((uint32_t)(mel - KNEE), -MEL_BITS);
        sl_number octaves = sl_quotient(above, constant(MEL_RISE));
        float power = sl_exp2f(sl_packed(octaves, 0));
        return sl_product(base, sl_number_of_bits(sl_float_bits(power)));
    }
    float power = sl_exp2f(sl_float_of(mel, -MEL_BITS));
    int32_t more = sl_integer_of(power, MEL_TOP) - ONE; /* 2^mel - 1 */
    return sl_product(base, sl_normal((uint32_t)more, -MEL_BITS));
}

sl_status sl_mel_scale_open(sl_mel_scale *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 20) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFF) != 1) {
        return SL_ERR_VERSION;
    }
    self->scale = words[0] >> 8 & 0xF;
    self->norm = words[0] >> 12 & 0xF;
    self->whole_bins = words[0] >> 16 & 0xF;
    self->divide = words[0] >> 20 & 0xF;
    self->bands = words[1] & 0xFFFF;
    self->fft = words[1] >> 16;
    self->rate = words[2];
    self->lowest = words[3];
    self->highest = words[4];
    self->words = 2 * self->bands + 2;
    if ((words[0] >> 8 & 0xFFFFEEEEu) != 0) {
        return SL_ERR_LAYOUT;
    }
    /* Order of positive floats is that of their bits. */
    if (self->bands == 0 || self->bands > 256 || self->fft < 16 || self->fft > 4096 ||
        self->rate < 0x3F800000u || self->rate > 0x49742400u || self->lowest >= self->highest ||
        self->highest > self->rate - 0x00800000u || self->highest > 0x471C4000u) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

/* Edge number i, in Hz. */
static sl_number edge_of(const sl_mel_scale *self, uint32_t i)
{
    if (i == 0 || i == self->bands + 1) {
        return sl_number_of_bits(i == 0 ? self->lowest : self->highest);
    }
    int32_t lowest = mel_of(self, self->lowest);
    uint32_t range = (uint32_t)(mel_of(self, self->highest) - lowest);
    sl_number way = sl_quotient(sl_normal((uint64_t)range * i, 0), sl_normal(self->bands + 1, 0));
    return frequency_of(self, lowest + (int32_t)whole(way, 0));
}

void sl_mel_scale_write(const sl_mel_scale *self, uint32_t *words)
{
    uint32_t bands = self->bands;
    uint32_t *gains = words + bands + 2;
    sl_number bins = sl_quotient(sl_normal(self->fft + self->whole_bins, 0), constant(self->rate));
    uint64_t before[2] = {0, 0}; /* the last two edges, in 2^-20 Hz */
    for (uint32_t i = 0; i < bands + 2; i++) {
        sl_number edge = edge_of(self, i);
        uint32_t place = (uint32_t)whole(sl_product(edge, bins), 20);
        uint32_t limit = self->fft << 19;
        place = place > limit ? limit : place;
        words[i] = self->whole_bins != 0 ? place & ~0xFFFFFu : place;
        uint64_t hertz = whole(edge, 20);
        if (i >= 2) {
            sl_number gain = constant(MEL_1);
            if (self->norm != 0 && hertz > before[0]) {
                gain = sl_quotient(sl_normal(2, 20), sl_normal(hertz - before[0], 0));
            }
            if (self->divide != 0) {
                gain = sl_quotient(gain, sl_normal(self->fft, 0));
            }
            gains[i - 2] = sl_float_bits(sl_packed(gain, 0));
        }
        before[0] = before[1];
        before[1] = hertz;
    }
}
