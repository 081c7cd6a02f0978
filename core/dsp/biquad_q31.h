/* Cascade of second-order filter sections (biquads), q31: for poles near the unit circle, such as a
 * cut-off of 20 Hz at a rate of 48 kHz, on processors without FPU. Samples int32 or int16.
 *
 * Coefficients, their payload and how sums and overflow are kept safe: core/dsp/biquad_fixed.h.
 *
 * Format ledger, for each section (direct form I, f = 30, 29 or 28):
 *   samples        int32: Q31; int16: Q15. Inside they are Q28: full scale is 2^28, four times that
 *                  the range (12 dB) in which sections feed forward and back
 *   input, state   Q28, int32; x[n-1], x[n-2], y[n-1], y[n-2]
 *   coefficients   Q(f), int32
 *   products       32 x 32 -> 64 bits, Q(28 + f), exact
 *   accumulator    int64, Q(28 + f): 35 - f guard bits over full scale, which always suffice
 *   rounding       down; what is cut off, e, comes back as 2 e[n-1] - e[n-2] (error feedback of
 * second order: two zeros at 0 Hz in the noise, where poles near the unit circle amplify it)
 *   saturation     y to -2^30 ... 2^30 - 1 (4 times full scale) before it is fed back; the
 *                  cascade's output to its samples' range, int16 rounded, halves up
 *
 * Signal-to-noise ratio against double precision with the same coefficients, white noise: see
 * docs/dsp/biquad.md and tests/host/test_biquad.py.
 *
 * Memory: sl_biquad_q31 (8 bytes on 32-bit processors), sl_biquad_q31_work_size() bytes: 24 a
 * section, and 128.
 */
#ifndef SL_DSP_BIQUAD_Q31_H
#define SL_DSP_BIQUAD_Q31_H

#include "dsp/biquad_fixed.h"

typedef sl_biquad_fixed sl_biquad_q31;

/* As sl_biquad_fixed_open. */
sl_status sl_biquad_q31_open(sl_biquad_q31 *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_biquad_q31_work_size(const sl_biquad_q31 *self);

/* State at rest: before the first block, and to start anew. */
void sl_biquad_q31_prepare(const sl_biquad_q31 *self, void *work);

/* Filter the next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result
 * does not depend on how a stream is cut into blocks. */
void sl_biquad_q31_process(const sl_biquad_q31 *self, const int32_t *in, int32_t *out, size_t count,
                           void *work);
void sl_biquad_q31_process_i16(const sl_biquad_q31 *self, const int16_t *in, int16_t *out,
                               size_t count, void *work);

/* State of a section; at rest all zero. */
typedef struct sl_biquad_q31_state {
    int32_t x1, x2, y1, y2;
    int32_t e1,
        e2; /* what rounding cut off, in units of 2^-fraction of a sample's; 0 ... 2^30 - 1 */
} sl_biquad_q31_state;

/* For algorithms with filters inside: `sections` sections over `count` samples in place,
 * of magnitude 2^30 or less, at which they saturate: leave headroom. The coefficients must have
 * passed sl_biquad_fixed_open, or be known to keep its rules. */
void sl_biquad_q31_cascade(const sl_biquad_section *coefficients, uint32_t sections,
                           sl_biquad_q31_state *states, int32_t *samples, size_t count);

#endif
