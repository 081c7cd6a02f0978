/* Band levels in integers: dsp/bands.h for processors without an FPU.
 *
 * Format ledger, full scale 1:
 *   samples       Q15, Q23 or Q31 -> Q28, as in dsp/level_q31.h
 *   sections      coefficients Q30; high words of 64-bit products, so a result is rounded down to
 *                 a multiple of 2^-26 before its input, exact, is added. Shifts keep the gain after
 *                 each section at or below 1; the sum of the magnitudes of the impulse response is
 *                 below 4 (tests/conformance), the range 8: nothing can overflow
 *   all-passes    coefficients Q31, products 64 bits, rounded to Q28
 *   squares       of the band's samples in Q23, rounded; sums of a chunk 64 bits, in all 96
 */
#ifndef SL_DSP_BANDS_Q31_H
#define SL_DSP_BANDS_Q31_H

#include "dsp/bands.h"

size_t sl_bands_q31_work_size(const sl_bands *self);
void sl_bands_q31_prepare(const sl_bands *self, void *work);

/* `count` samples: int16_t if the payload says 16 bits, else int32_t, where 24 bits are the lower
 * ones. SL_OK or SL_ERR_TYPE. */
sl_status sl_bands_q31_process_i16(const sl_bands *self, const int16_t *in, uint32_t count,
                                   void *work);
sl_status sl_bands_q31_process_i32(const sl_bands *self, const int32_t *in, uint32_t count,
                                   void *work);

#endif
