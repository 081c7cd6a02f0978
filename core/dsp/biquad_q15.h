/* Cascade of second-order filter sections (biquads), q15: int16 samples, for ordinary cut-offs
 * (rate / 50 and above; below that the 16-bit coefficients show) on processors without FPU.
 *
 * Coefficients, their payload and how sums and overflow are kept safe: core/dsp/biquad_fixed.h.
 * They are rounded to Q14, Q13 or Q12 here, each section's to what its sum has room for:
 * |b0| + |b1| + |b2| + 1.5 (|a1| + |a2|) less than 4, 8 or 16.
 *
 * Format ledger, for each section (direct form I, f = 14, 13 or 12):
 *   input, output  Q15, int16
 *   state          Q15; x[n-1], x[n-2] int16; y[n-1], y[n-2] up to 18 bits
 *   coefficients   Q(f), 17 bits or less
 *   products       Q(15 + f), exact
 *   accumulator    int32, Q(15 + f): 16 - f guard bits, which always suffice
 *   rounding       the low f bits stay for the next sum (error feedback of first order)
 *   saturation     of the output to -32768 ... 32767; of what is fed back to +-limit, the largest
 *                  number for which the accumulator suffices, at least 1.5 and at most 4 times full
 *                  scale: (2^31 - 2^15 (|b0| + |b1| + |b2|) - 2^f) / (|a1| + |a2|), b and a in Q(f)
 *
 * Give every section a gain of about 1 in the pass-band: what a section's output loses in its 16
 * bits is lost. (scipy puts the whole gain of a cascade into the first section.)
 *
 * Memory: sl_biquad_q15 (8 bytes on 32-bit processors), sl_biquad_q15_work_size() bytes: 48 a
 * section.
 */
#ifndef SL_DSP_BIQUAD_Q15_H
#define SL_DSP_BIQUAD_Q15_H

#include "dsp/biquad_fixed.h"

typedef sl_biquad_fixed sl_biquad_q15;

/* As sl_biquad_fixed_open, also of the rounded coefficients. */
sl_status sl_biquad_q15_open(sl_biquad_q15 *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_biquad_q15_work_size(const sl_biquad_q15 *self);

/* State at rest: before the first block, and to start anew. */
void sl_biquad_q15_prepare(const sl_biquad_q15 *self, void *work);

/* Filter the next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result
 * does not depend on how a stream is cut into blocks. */
void sl_biquad_q15_process(const sl_biquad_q15 *self, const int16_t *in, int16_t *out, size_t count,
                           void *work);

#endif
