/* Coefficients of the fixed-point biquad cascades, core/dsp/biquad_q15.h and biquad_q31.h: one
 * payload for both, so that a filter is designed once and runs in either.
 *
 *   y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]     (scipy's `sos`)
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address, fields from the lowest bit up.
 *
 *   word 0   version = 1 (8 bits), sections 1 ... 32 (8), 0 (16)
 *   then for every section six words
 *     b0, b1, b2, a1, a2   signed, in units of 2^-fraction
 *     fraction             30, 29 or 28
 *
 * The fraction leaves room for the sum of a section's products, whatever the samples are:
 * |b0| + |b1| + |b2| + |a1| + |a2| must be less than 8 with fraction 30 (and each less than 2, to
 * fit), 16 with 29, 32 with 28.
 * Hence no accumulator can overflow, and saturation is right for every signal. (The 16-bit cascade
 * chooses fractions of its own.)
 *
 * Outputs saturate at full scale, but what a section feeds back goes on to 1.5 times full scale or
 * more, and saturates there: the output is then that of the ideal filter, cut off, and not that of
 * a filter upset for the length of its memory (a high-pass of 20 Hz at 48 kHz turns one sample's
 * cut of 1 % into a wave of full scale). Saturation, unlike overflow, lets no section of second
 * order oscillate: Ebert, Mazo, Taylor, "Overflow oscillations in digital filters", Bell System
 * Technical Journal 48 (1969).
 *
 * What rounding leaves over is added to the next sum (error feedback of first order), which keeps
 * its noise away from low frequencies and a constant input exact: Jackson, "Digital Filters and
 * Signal Processing" (1986), chapter 11.
 */
#ifndef SL_DSP_BIQUAD_FIXED_H
#define SL_DSP_BIQUAD_FIXED_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_BIQUAD_FIXED_VERSION = 1,
    SL_BIQUAD_FIXED_MAX_SECTIONS = 32,
};

/* A section of the payload. */
typedef struct sl_biquad_section {
    int32_t b0, b1, b2, a1, a2;
    uint32_t fraction;
} sl_biquad_section;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_biquad_fixed {
    const sl_biquad_section *coefficients;
    uint32_t sections;
} sl_biquad_fixed;

/* Check the whole payload. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_RANGE
 * (number of sections, fraction, the sum of magnitudes), or SL_ERR_UNSTABLE: poles of a section on
 * or outside the unit circle. */
sl_status sl_biquad_fixed_open(sl_biquad_fixed *self, const void *payload, size_t length);

static inline uint32_t sl_biquad_magnitude(int32_t coefficient)
{
    return coefficient < 0 ? 0u - (uint32_t)coefficient : (uint32_t)coefficient;
}

/* A coefficient rounded by `drop` >= 1 bits: to nearest, halves up. */
static inline int32_t sl_biquad_rounded(int32_t coefficient, uint32_t drop)
{
    return ((coefficient >> (drop - 1)) + 1) >> 1;
}

#endif
