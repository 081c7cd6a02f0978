#include "dsp/bands.h"

#include "dsp/level_units.h"

enum {
    WORD_FULL_SCALE = 2,
    WORD_BANDS = 3,
    WORD_UPPER = 4,
    WORD_LOWER = WORD_UPPER + 8 * SL_BANDS_UPPER,
    CHUNK_BITS = 8,
};

static inline uint32_t octave_of(uint32_t band)
{
    return band < SL_BANDS_UPPER ? 0 : (band - SL_BANDS_UPPER) / 3 + 1;
}

int32_t sl_bands_word(const sl_bands *self, uint32_t band, uint32_t word)
{
    const uint32_t *words = self->payload;
    if (band < SL_BANDS_UPPER) {
        return (int32_t)words[WORD_UPPER + 8 * band + word];
    }
    words += WORD_LOWER + 15 * (band % 3);
    uint32_t change = word == 7 ? 0 : words[8 + word];
    return (int32_t)(words[word] + (octave_of(band) - 1) * change);
}

sl_status sl_bands_open(sl_bands *self, const void *payload, size_t length)
{
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 4 * SL_BANDS_WORDS) {
        return SL_ERR_LENGTH;
    }
    const uint32_t *words = payload;
    if ((words[0] & 0xFF) != SL_BANDS_VERSION) {
        return SL_ERR_VERSION;
    }
    self->payload = words;
    self->bits = words[0] >> 8 & 0xFF;
    self->summed = words[0] >> 16;
    if ((self->bits != 16 && self->bits != 24 && self->bits != 32) ||
        (self->summed != 1 && self->summed != 3) || words[1] != 0) {
        return SL_ERR_LAYOUT;
    }
    self->full_scale = (int32_t)words[WORD_FULL_SCALE];
    self->bands = words[WORD_BANDS] & 0xFF;
    self->highest = (int32_t)(words[WORD_BANDS] >> 8) - 64;
    if (self->bands < SL_BANDS_UPPER || self->bands > SL_BANDS_MAX || self->highest < -32 ||
        self->highest > 32 || self->full_scale < SL_LEVEL_LOWEST ||
        self->full_scale > SL_LEVEL_HIGHEST) {
        return SL_ERR_RANGE;
    }
    self->skipped = self->summed == 1 ? 0 : (uint32_t)(self->highest + 95) % 3;
    self->outputs = (self->bands - self->skipped) / self->summed;
    for (uint32_t band = 0; band < self->bands; band++) {
        for (uint32_t i = 0; i < 6; i += 2) {
            /* Poles inside the unit circle, not too near z = 1 and -1 for 32 bits:
             * |a1| - 1 + 2^-7 < a2 < 1 - 2^-7. */
            int64_t a1 = sl_bands_word(self, band, i);
            int64_t a2 = sl_bands_word(self, band, i + 1);
            int64_t one = (1 << 30) - (1 << 23);
            if (a2 >= one || (a1 < 0 ? -a1 : a1) - one >= a2) {
                return SL_ERR_RANGE;
            }
        }
        if (sl_bands_word(self, band, 7) >> 13 != 0 || sl_bands_word(self, band, 6) <= 0) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

void sl_bands_clear(sl_bands_sums *sums, uint32_t index)
{
    for (uint32_t which = index; which < 2; which++) {
        sl_bands_energy *energy = which == 0 ? sums->whole : sums->interval;
        for (uint32_t band = 0; band < SL_BANDS_MAX; band++) {
            energy[band].low = energy[band].middle = energy[band].high = 0;
        }
        sums->chunks[which] = 0;
    }
}

static void accumulate(sl_bands_energy *energy, uint64_t value)
{
    uint64_t sum = ((uint64_t)energy->middle << 32 | energy->low) + value;
    energy->high += sum < value;
    energy->middle = (uint32_t)(sum >> 32);
    energy->low = (uint32_t)sum;
}

void sl_bands_add(const sl_bands *self, sl_bands_sums *sums, uint32_t band, uint64_t energy)
{
    uint32_t factor = (uint32_t)sl_bands_word(self, band, 6);
    uint64_t value = ((uint64_t)(uint32_t)energy * factor >> 27) + ((energy >> 32) * factor << 5);
    value <<= octave_of(band); /* so many samples stand for 256 */
    accumulate(&sums->whole[band], value);
    accumulate(&sums->interval[band], value);
}

void sl_bands_count(sl_bands_sums *sums)
{
    sums->chunks[0]++;
    sums->chunks[1]++;
}

sl_status sl_bands_read(const sl_bands *self, const sl_bands_sums *sums, uint32_t index, float *out)
{
    const sl_bands_energy *energies = index == 0 ? sums->whole : sums->interval;
    uint32_t chunks = sums->chunks[index];
    uint32_t band = self->skipped + self->outputs * self->summed;
    for (uint32_t i = 0; i < self->outputs; i++) {
        uint64_t low = 0;
        uint32_t high = 0;
        for (uint32_t n = self->summed; n != 0; n--) {
            band--;
            uint64_t part = (uint64_t)energies[band].middle << 32 | energies[band].low;
            low += part;
            high += energies[band].high + (low < part);
        }
        out[i] = sl_nan();
        if (chunks != 0) {
            int32_t power = sl_level_log(low, high);
            power -= sl_log2_u32(chunks) + CHUNK_BITS * SL_LOG2_ONE;
            out[i] = sl_level_float(sl_level_decibels(power) + self->full_scale);
        }
    }
    return SL_OK;
}

sl_status sl_bands_set_full_scale(sl_bands *self, float level)
{
    int32_t value = sl_level_q16(level);
    if (value == INT32_MIN) {
        return SL_ERR_VALUE;
    }
    self->full_scale = value;
    return SL_OK;
}
