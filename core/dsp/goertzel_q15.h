/* Goertzel of int16: core/dsp/goertzel.h in integers; the same payload.
 *
 * Results are int32: X[f] / n in units of 2^-30, that is 2^15 times the int16 samples' unit.
 *
 * Formats, samples taken as integers: k Q30, rounded; s and d integers, |s| < 2^30 within a run of
 * 256 samples, so that nothing can overflow; k s is a 64-bit product, rounded to nearest. Runs are
 * added in units of n / 2^15 or finer, each rounded to nearest: |X| < 2^30. The division by n is a
 * product with 1/n of 31 bits.
 * Error: below one unit of int16 (measured 0.56: tests/host/test_goertzel.py).
 *
 * Memory: sl_goertzel, sl_goertzel_q15_work_size() = 20 bytes a frequency and 12, 150 bytes of
 * stack.
 */
#ifndef SL_DSP_GOERTZEL_Q15_H
#define SL_DSP_GOERTZEL_Q15_H

#include "dsp/goertzel.h"

/* Opened by sl_goertzel_open; rows counted by sl_goertzel_rows. */
size_t sl_goertzel_q15_work_size(const sl_goertzel *self);
void sl_goertzel_q15_prepare(const sl_goertzel *self, void *work);

/* Take the next `count` samples and write the rows that they complete, 2 * self->count numbers
 * each; returns their number. The result does not depend on how a stream is cut into blocks. */
uint32_t sl_goertzel_q15_process(const sl_goertzel *self, const int16_t *in, size_t count,
                                 int32_t *out, void *work);

#endif
