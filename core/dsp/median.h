/* Running median of the last n samples of a stream that starts after zeros, n odd, float32 and
 * int16: takes spikes away and keeps edges (Tukey, "Exploratory Data Analysis", 1977).
 *
 * scipy.signal.medfilt(x, n), (n - 1) / 2 samples later. Exact: the result is one of the samples.
 * A sample that is NaN or infinite is taken as 0.
 *
 * The last n samples are kept in order of time and in order of size; a new one is moved to its
 * place: n / 2 steps a sample on average. Floats are compared as integers (core/base/float32.h).
 *
 * Memory: 4 bytes, and 4 + 8 n of work memory.
 *
 * Payload: two words: version = 1 (8 bits), 0 (24); n 1 ... 1023, odd.
 */
#ifndef SL_DSP_MEDIAN_H
#define SL_DSP_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_MEDIAN_VERSION = 1,
    SL_MEDIAN_MAX_LENGTH = 1023,
};

typedef struct sl_median {
    uint32_t n;
} sl_median;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_median_open(sl_median *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for either type of samples. */
size_t sl_median_work_size(const sl_median *self);

/* State at rest: before the first block, to start anew, and to go on with the other type. */
void sl_median_prepare(const sl_median *self, void *work);

/* The next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result does
 * not depend on how a stream is cut into blocks. */
void sl_median_process(const sl_median *self, const float *in, float *out, size_t count,
                       void *work);
void sl_median_process_i16(const sl_median *self, const int16_t *in, int16_t *out, size_t count,
                           void *work);

#endif
