/* Third-octave and octave band levels, IEC 61260-1:2014 class 1, by a cascade of halved rates.
 *
 * The upper two octaves (six third-octaves) are filtered at the full rate; then the rate is halved
 * for the next octave, and so on: 30 bands cost little more than the nine uppermost would. Each
 * band is three second-order sections, designed by tools/design_bands.py; each half-band filter in
 * front of a halving is two all-passes beside each other, elliptic, -94 dB where it folds into a
 * band. Of the limits of class 1 (-0.4 ... +0.4 dB in the middle of a band) no band uses more
 * than 0.1 dB (tests/conformance). An octave's level is the sum of its three third-octaves'.
 *
 * Samples are taken 256 at a time: levels lag by so many, and do not depend on how the stream is
 * cut. Levels are unweighted mean squares in decibels, full scale as in dsp/level.h.
 *
 * As for sl_level there are two arithmetics, sl_bands_q31 (bands_q31.h) and sl_bands_f32
 * (bands_f32.h).
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address.
 *
 *   word 0   version = 1 (8 bits), bits of a sample (8): 16, 24, 32; bands summed into a level (8):
 *            1 third-octaves, 3 octaves
 *   word 1   0
 *   word 2   full scale in dB, Q16, signed
 *   word 3   number of third-octave bands n, 6 ... 30 (8), 64 + number of the highest (8), where
 *            number k stands for 1000 Hz * 10^(k/10); the lowest is n - 1 further down
 *   then for each of the upper six bands, the highest first
 *     words 0 ... 5   a1, a2 of the three sections, Q30: y = v - a1 y1 - a2 y2; stable
 *     word 6          factor of the squares that makes the gain in mid-band 1, Q27
 *     word 7          right shift before each section (4 bits each, 0 ... 15), double (1): v is
 *                     x - x2, shifted; with double = 1 in the first section x - 2 x1 + x2
 *   then for each of the three bands of the lower octaves
 *     words 0 ... 7   the same for the first octave at half the rate
 *     words 8 ... 14  what is added to words 0 ... 6 from each octave to the next one down
 */
#ifndef SL_DSP_BANDS_H
#define SL_DSP_BANDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_BANDS_VERSION = 1,
    SL_BANDS_UPPER = 6,
    SL_BANDS_MAX = 30,
    SL_BANDS_CHUNK = 256,
    SL_BANDS_WORDS = 4 + 8 * SL_BANDS_UPPER + 15 * 3,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_bands {
    const uint32_t *payload;
    uint32_t bits;
    uint32_t bands;   /* third-octaves */
    uint32_t summed;  /* of them in a level: 1 or 3 */
    uint32_t skipped; /* third-octaves above the highest complete octave */
    uint32_t outputs; /* levels */
    int32_t highest;  /* number of the highest third-octave */
    int32_t full_scale;
} sl_bands;

/* Energy of a band: a sum of squares, unit 2^-46, 96 bits. */
typedef struct sl_bands_energy {
    uint32_t low, middle, high;
} sl_bands_energy;

/* What was measured; the first part of the work memory of both arithmetics. */
typedef struct sl_bands_sums {
    sl_bands_energy whole[SL_BANDS_MAX];    /* since the start */
    sl_bands_energy interval[SL_BANDS_MAX]; /* since the last sl_bands_next */
    uint32_t chunks[2];                     /* of 256 samples, in either */
} sl_bands_sums;

/* Check the payload, which `self` keeps pointing to. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION, SL_ERR_LAYOUT or SL_ERR_RANGE. */
sl_status sl_bands_open(sl_bands *self, const void *payload, size_t length);

/* A coefficient of third-octave `band`, 0 the highest: `word` 0 ... 7 as in the payload. */
int32_t sl_bands_word(const sl_bands *self, uint32_t band, uint32_t word);

/* Forget the energies (index 0: all, 1: the interval's), not the filters. */
void sl_bands_clear(sl_bands_sums *sums, uint32_t index);

/* A chunk's sum of squares of `band`, unit 2^-46, into the energies, with the band's factor. */
void sl_bands_add(const sl_bands *self, sl_bands_sums *sums, uint32_t band, uint64_t energy);

/* A chunk is complete. */
void sl_bands_count(sl_bands_sums *sums);

/* Levels into `out`, the lowest band first: NaN if nothing was measured. `index` 0 since the start,
 * 1 since sl_bands_clear of the interval. Returns SL_OK. */
sl_status sl_bands_read(const sl_bands *self, const sl_bands_sums *sums, uint32_t index,
                        float *out);

/* Set the level of a sine of full scale; SL_ERR_VALUE outside -200 ... 300. */
sl_status sl_bands_set_full_scale(sl_bands *self, float level);

#endif
