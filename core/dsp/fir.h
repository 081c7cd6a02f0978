/* FIR filter, decimating FIR and rational resampler, float32: one polyphase filter for streams.
 *
 *   y[m] = sum over k of h[k] u[m down - k],  u[n up] = x[n], 0 between
 *
 * that is scipy.signal.upfirdn(h, x, up, down), of an endless x that starts after zeros; up = down
 * = 1 is scipy.signal.lfilter(h, 1, x). Zeros of u are not multiplied: each output takes
 * taps / up products, summed from the newest sample to the oldest. (Crochiere, Rabiner,
 * "Multirate Digital Signal Processing", 1983.)
 *
 * The output's delay is (taps - 1) / (2 up) input samples if h is symmetrical. When resampling
 * give h a gain of `up`.
 *
 * A sample that is NaN or infinite is taken as 0 and counted (sl_fir_missing). An output beyond
 * 3.4e38 is infinite or NaN (0x7FC00000), and leaves no trace in the state.
 *
 * Memory: sl_fir (24 bytes on 32-bit processors) and sl_fir_work_size() bytes: 4 for each of
 * taps / up samples, and 140.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address, fields from the lowest bit up.
 *
 *   word 0   version = 1 (8 bits), up 1 ... 255 (8), down 1 ... 65535 (16)
 *   word 1   taps 1 ... 8192, at least up
 *   then h[0] ... h[taps - 1], float32, finite
 */
#ifndef SL_DSP_FIR_H
#define SL_DSP_FIR_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_FIR_VERSION = 1,
    SL_FIR_MAX_TAPS = 8192,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_fir {
    const float *taps;
    uint32_t n_taps;
    uint32_t up, down;
    uint32_t history; /* samples before the newest that an output may need */
} sl_fir;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or
 * SL_ERR_RANGE. */
sl_status sl_fir_open(sl_fir *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_fir_work_size(const sl_fir *self);

/* State at rest: before the first block, and to start anew. */
void sl_fir_prepare(const sl_fir *self, void *work);

/* Number of outputs that the next `count` samples will give; count * up < 2^32. */
size_t sl_fir_outputs(const sl_fir *self, size_t count, const void *work);

/* Filter the next `count` samples (0 is fine) into `out`, which may be `in` if up <= down. Returns
 * the number of outputs. The result does not depend on how a stream is cut into blocks. */
size_t sl_fir_process(const sl_fir *self, const float *in, size_t count, float *out, void *work);

/* Number of samples since sl_fir_prepare that were taken as 0. */
uint32_t sl_fir_missing(const void *work);

#endif
