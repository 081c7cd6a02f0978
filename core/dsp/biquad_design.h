/* Design of biquad cascades from frequency and rate, on the board as on the laptop: Butterworth
 * low-pass, high-pass and band-pass, and the peaking and shelving filters of Bristow-Johnson's
 * "Cookbook formulae for audio EQ biquad filter coefficients" (W3C, 2021).
 *
 * Bilinear transform with frequencies pre-warped by K = tan(pi f / rate), the same filters as
 * scipy.signal.butter(order, f, fs=rate, output="sos"). Band-passes are factored in real numbers
 * after Geffe ("Designers' guide to active bandpass filters", EDN, 1974). Sections come with the
 * lowest Q first. Unlike scipy's, every section has a pass-band gain of about 1 (Butterworth), as
 * the fixed-point cascades want it.
 *
 * Arithmetic: unpacked numbers with 32 bits of mantissa (core/base/number.h). The distances of the
 * poles from z = 1, 2 + a1 and 1 - a2, are computed as such, so that nothing is lost for low
 * frequencies: at 20 Hz and 48 kHz the response of the q31 coefficients agrees with the one in
 * double precision to 0.01 dB in the pass-band (docs/dsp/biquad_design.md).
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address, fields from the lowest bit up.
 *
 *   word 0   version = 1 (8 bits), kind (8), order (8), 0 (8)
 *   word 1   rate, float32, any unit
 *   word 2   frequency, float32, the same unit, rate / 10000 ... 0.499 rate: Butterworth: -3 dB
 *            (band-pass: the lower one); peaking: the middle; shelves: half of the gain in dB
 *   word 3   band-pass: the upper frequency, 1.0005 times the lower ... 0.499 rate; peaking and
 *            shelves: Q, 0.1 ... 100 (shelves: at most 10; 0 is 1 / sqrt(2)); else 0
 *   word 4   peaking and shelves: gain in dB, -60 ... 60; else 0
 * Order: 1 ... 8 (Butterworth; a band-pass of order n has n sections), else 0.
 */
#ifndef SL_DSP_BIQUAD_DESIGN_H
#define SL_DSP_BIQUAD_DESIGN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_BIQUAD_DESIGN_VERSION = 1,
    SL_BIQUAD_DESIGN_MAX_ORDER = 8,
    SL_BIQUAD_DESIGN_FRACTION = 46,
};

typedef enum sl_biquad_kind {
    SL_BIQUAD_LOW_PASS = 0,
    SL_BIQUAD_HIGH_PASS = 1,
    SL_BIQUAD_BAND_PASS = 2,
    SL_BIQUAD_PEAKING = 3,
    SL_BIQUAD_LOW_SHELF = 4,
    SL_BIQUAD_HIGH_SHELF = 5,
} sl_biquad_kind;

/* Coefficients of a section in units of 2^-46: b0, b1, b2, a1, a2. */
typedef struct sl_biquad_exact {
    int64_t value[5];
} sl_biquad_exact;

typedef struct sl_biquad_design {
    uint32_t sections; /* 1 ... 8 */
    sl_biquad_exact section[SL_BIQUAD_DESIGN_MAX_ORDER];
} sl_biquad_design;

/* Design the filter that the payload asks for. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION, SL_ERR_LAYOUT (unknown kind) or SL_ERR_RANGE. */
sl_status sl_biquad_design_open(sl_biquad_design *self, const void *payload, size_t length);

/* The payload of core/dsp/biquad.h, one channel and no window: 2 + 5 sections words. */
void sl_biquad_design_float(const sl_biquad_design *self, uint32_t *words);

/* The payload of core/dsp/biquad_fixed.h: 1 + 6 sections words. SL_ERR_RANGE if the filter's gain
 * leaves no room. */
sl_status sl_biquad_design_fixed(const sl_biquad_design *self, uint32_t *words);

#endif
