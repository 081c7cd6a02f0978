/* Sound level meter in integers: dsp/level.h for processors without an FPU. No floating point but
 * the writing of results, in integers too.
 *
 * Format ledger, full scale 1:
 *   samples        Q15, Q23 or Q31 -> Q28: 8 times full scale of headroom, which no input uses up:
 *                  the sum of the magnitudes of the impulse response is below 8 at every point of
 *                  the path (tests/conformance). So nothing saturates and nothing can overflow.
 *                  24-bit samples lose no bit; 32-bit ones the lowest 3.
 *   high-passes    state Q28 with 32 more bits below, which keep what rounding would lose: no noise
 *                  builds up at poles near z = 1; 1 - p in Q32
 *   section        coefficients Q29, accumulator 64 bits Q57, rounded to Q28
 *   squares        of the weighted samples rounded to Q23, 46 bits and headroom: for 24-bit samples
 *                  as much noise as their own quantisation made
 *   averages       p / (1 - exp(...)) in Q46, 64 bits before the point and 32 after it; the
 *                  constant in Q32
 *   energy         64 bits a tick, 96 bits in all
 *   decibels       Q16 of log2 in Q24: error < 2e-5 dB
 */
#ifndef SL_DSP_LEVEL_Q31_H
#define SL_DSP_LEVEL_Q31_H

#include "dsp/level.h"

/* Bytes of work memory, at an address divisible by 8. */
size_t sl_level_q31_work_size(const sl_level *self);

/* Everything at rest. */
void sl_level_q31_prepare(const sl_level *self, void *work);

/* `count` samples: int16_t if the payload says 16 bits, else int32_t, where 24 bits are the lower
 * ones. Returns the number of intervals that they complete, or SL_ERR_TYPE. */
int32_t sl_level_q31_process_i16(const sl_level *self, const int16_t *in, uint32_t count,
                                 void *work);
int32_t sl_level_q31_process_i32(const sl_level *self, const int32_t *in, uint32_t count,
                                 void *work);

#endif
