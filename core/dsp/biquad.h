/* Cascade of second-order filter sections (biquads), float32: step kind "biquad" and a stream
 * filter.
 *
 *   y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
 *
 * for each section, the output of one being the input of the next: scipy.signal.sosfilt, whose
 * `sos` rows are (b0, b1, b2, 1, a1, a2). Mind the sign: a1 and a2 are subtracted.
 *
 * Transposed direct form II, in this order: y = b0 x + s1; s1 = (s2 + b1 x) - a1 y;
 * s2 = b2 x - a2 y. Each product is rounded before it is added.
 *
 * A sample that is NaN or infinite is taken as 0. If finite samples carry a section beyond 3.4e38,
 * it starts anew from rest, with the output 0. Both are counted (sl_biquad_missing). So nothing
 * silences a filter for good.
 *
 * Poles: where they lie nearer to the unit circle than about 1e-3 (cut-off below rate / 2000),
 * rounding of coefficients and states shows; core/dsp/biquad_q31.h has room for them.
 *
 * Memory: sl_biquad (24 bytes on 32-bit processors) and sl_biquad_work_size() bytes: 4, and 8 for
 * each section of each channel; 650 bytes of stack.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address, fields from the lowest bit up.
 *
 *   word 0   version = 1 (8 bits), channels 1 ... 255 (8), samples in a window 0 ... 65535 (16);
 *            0 samples: no step, for streams alone
 *   word 1   number of sections 1 ... 32
 *   then for every section five float32: b0, b1, b2, a1, a2
 */
#ifndef SL_DSP_BIQUAD_H
#define SL_DSP_BIQUAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_BIQUAD_VERSION = 1,
    SL_BIQUAD_MAX_SECTIONS = 32,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_biquad {
    const float *coefficients; /* b0, b1, b2, a1, a2 of every section */
    uint32_t sections;
    uint32_t channels;
    uint32_t inputs; /* values in a window: samples * channels; 0: no step */
    uint32_t outputs;
} sl_biquad;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_RANGE
 * (numbers of channels or sections; a coefficient b that is not finite or 2^32 or more), or
 * SL_ERR_UNSTABLE: poles of a section on or outside the unit circle. */
sl_status sl_biquad_open(sl_biquad *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_biquad_work_size(const sl_biquad *self);

/* State at rest: before the first block, and to start anew. */
void sl_biquad_prepare(const sl_biquad *self, void *work);

/* Filter the next `count` values, channels interleaved (a multiple of the number of channels; 0 is
 * fine), from `in` to `out`, which may be the same. The result does not depend on how a stream is
 * cut into blocks. */
void sl_biquad_process(const sl_biquad *self, const float *in, float *out, size_t count,
                       void *work);

/* Number of samples since sl_biquad_prepare that were taken as 0. */
uint32_t sl_biquad_missing(const void *work);

/* As a step: one window, filtered from rest. Returns SL_OK. */
sl_status sl_biquad_run(const sl_biquad *self, const float *in, float *out, void *work);

/* For algorithms with filters inside: every `stride`-th of the values, `count` of them, through
 * `sections` sections; in == out is allowed. `states` holds two floats a section, at rest 0.
 * Returns how many samples were taken as 0. */
uint32_t sl_biquad_cascade(const float *coefficients, uint32_t sections, float *states,
                           const float *in, float *out, size_t stride, size_t count);

#endif
