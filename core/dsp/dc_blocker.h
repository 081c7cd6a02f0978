/* DC blocker: a high-pass of first order that takes a sensor's offset away, float32 and int16.
 *
 *   y[n] = x[n] - m[n-1];  m[n] = m[n-1] + factor y[n]
 *
 * that is scipy.signal.lfilter([1, -1], [1, -(1 - factor)], x), factor = 1 - exp(-2 pi cutoff /
 * rate), -3 dB at the cut-off (if well below the rate). The mean m starts at 0.
 *
 * Float32: a sample that is NaN or infinite, or whose difference from the mean is, is taken as the
 * mean: the output is 0 and the mean stays.
 *
 * Int16, format ledger:
 *   input          Q15, int16
 *   mean           Q30, int32
 *   factor         Q32, uint32
 *   difference     Q30, int32: exact, it can't overflow
 *   product        Q62 -> Q30, rounded to nearest: the mean's resolution is 2^-15 of a sample's
 * unit output         rounded to nearest, halves up, saturated to -32768 ... 32767
 *
 * Memory: 8 bytes, and 4 of work memory.
 *
 * Payload: three words: version = 1 (8 bits), 0 (24); rate, float32; cut-off, float32, the same
 * unit, rate / 1000000 ... rate / 4.
 */
#ifndef SL_DSP_DC_BLOCKER_H
#define SL_DSP_DC_BLOCKER_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_DC_BLOCKER_VERSION = 1,
};

typedef struct sl_dc_blocker {
    uint32_t factor; /* Q32 */
    float factor_f32;
} sl_dc_blocker;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_dc_blocker_open(sl_dc_blocker *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for either type of samples. */
size_t sl_dc_blocker_work_size(const sl_dc_blocker *self);

/* State at rest: before the first block, to start anew, and to go on with the other type. */
void sl_dc_blocker_prepare(const sl_dc_blocker *self, void *work);

/* The next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result does
 * not depend on how a stream is cut into blocks. */
void sl_dc_blocker_process(const sl_dc_blocker *self, const float *in, float *out, size_t count,
                           void *work);
void sl_dc_blocker_process_i16(const sl_dc_blocker *self, const int16_t *in, int16_t *out,
                               size_t count, void *work);

#endif
