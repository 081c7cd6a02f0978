/* Moving average: the mean of the last n samples of a stream that starts after zeros, float32 and
 * int16.
 *
 * Float32: no running sum that is added to and subtracted from for ever, whose rounding errors
 * would pile up. The samples are kept in blocks of n; a mean takes the sum of the current block so
 * far and the sum of the end of the block before, both sums of at most n samples (as van Herk's
 * running extrema, 1992). Error: n / 2^24 of the largest magnitude at most. Two additions and a
 * multiplication a sample. A sample that is NaN or infinite is taken as 0.
 *
 * Int16: exact running sum, int32; the mean rounded to nearest, halves up.
 *
 * Memory: 16 bytes and 4 n (float32) or 8 + 2 n (int16).
 *
 * Payload: two words: version = 1 (8 bits), 0 (24); n 1 ... 32768.
 */
#ifndef SL_DSP_MOVING_AVERAGE_H
#define SL_DSP_MOVING_AVERAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_MOVING_AVERAGE_VERSION = 1,
    SL_MOVING_AVERAGE_MAX_LENGTH = 32768,
};

typedef struct sl_moving_average {
    uint32_t n;
} sl_moving_average;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_moving_average_open(sl_moving_average *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for either type of samples. */
size_t sl_moving_average_work_size(const sl_moving_average *self);

/* State at rest: before the first block, to start anew, and to go on with the other type. */
void sl_moving_average_prepare(const sl_moving_average *self, void *work);

/* The next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result does
 * not depend on how a stream is cut into blocks. */
void sl_moving_average_process(const sl_moving_average *self, const float *in, float *out,
                               size_t count, void *work);
void sl_moving_average_process_i16(const sl_moving_average *self, const int16_t *in, int16_t *out,
                                   size_t count, void *work);

#endif
