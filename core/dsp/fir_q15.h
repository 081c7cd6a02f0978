/* FIR filter, decimating FIR and rational resampler, int16: core/dsp/fir.h for processors without
 * FPU. Same definition; `up`, `down`, delay and gain as there.
 *
 * Format ledger:
 *   input          Q15, int16
 *   taps           Q(f), int16; f = 15, 14, 13 or 12
 *   products       Q(15 + f), exact
 *   accumulator    int32, Q(15 + f). An output's taps (every `up`-th) have magnitudes that sum up
 * to 65535 units or less, that is 2 ... 16: no sum can overflow rounding       once, to nearest,
 * halves up saturation     to -32768 ... 32767 Signal-to-noise ratio: that of the rounding to 16
 * bits alone, 98 dB for a full-scale sine.
 *
 * Memory: sl_fir_q15 (28 bytes on 32-bit processors) and sl_fir_q15_work_size() bytes: 2 for each
 * of taps / up samples, and 70.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address, fields from the lowest bit up.
 *
 *   word 0   version = 1 (8 bits), up 1 ... 255 (8), down 1 ... 65535 (16)
 *   word 1   taps 1 ... 8192 (16), at least up; f (16)
 *   then h[0] ... h[taps - 1], int16; if their number is odd, an int16 0
 */
#ifndef SL_DSP_FIR_Q15_H
#define SL_DSP_FIR_Q15_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_FIR_Q15_VERSION = 1,
    SL_FIR_Q15_MAX_TAPS = 8192,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_fir_q15 {
    const int16_t *taps;
    uint32_t n_taps;
    uint32_t fraction;
    uint32_t up, down;
    uint32_t history; /* samples before the newest that an output may need */
} sl_fir_q15;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE
 * (also: taps whose magnitudes sum up to too much). */
sl_status sl_fir_q15_open(sl_fir_q15 *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_fir_q15_work_size(const sl_fir_q15 *self);

/* State at rest: before the first block, and to start anew. */
void sl_fir_q15_prepare(const sl_fir_q15 *self, void *work);

/* Number of outputs that the next `count` samples will give; count * up < 2^32. */
size_t sl_fir_q15_outputs(const sl_fir_q15 *self, size_t count, const void *work);

/* Filter the next `count` samples (0 is fine) into `out`, which may be `in` if up <= down. Returns
 * the number of outputs. The result does not depend on how a stream is cut into blocks. */
size_t sl_fir_q15_process(const sl_fir_q15 *self, const int16_t *in, size_t count, int16_t *out,
                          void *work);

#endif
