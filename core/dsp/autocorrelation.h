/* Autocorrelation of a window: how a signal resembles itself some samples later. Step kind
 * "autocorrelation", and for int16 samples.
 *
 *   r[k] = sum over i of x[i] x[i + k] / sum over i of x[i]^2,  i = 0 ... n - 1 - k for the former
 *
 * that is numpy.correlate(x, x, "full")[n - 1:] over its first item; optionally of x less its mean.
 * r[0] is 1. A window that is zero (or, without its mean, constant) gives 0 throughout; one with a
 * NaN or an infinity NaN (0x7FC00000) throughout.
 *
 * Integer arithmetic: float32 samples become 23-bit integers in units of 2^-22 or less of the
 * largest magnitude (block floating point), int16 ones are taken as they are; products 46 bits,
 * sums of n <= 65535 of them 62 bits, exact; one division, rounded to float32. Error < 1e-6
 * (float32), 2^-24 (int16).
 *
 * Memory: 24 bytes, and 4 n of work memory.
 *
 * Payload: two words: version = 1 (8 bits), less the mean 0 or 1 (8), n 1 ... 65535 (16); number
 * of outputs 1 ... n: lags 0, 1, 2, ...
 */
#ifndef SL_DSP_AUTOCORRELATION_H
#define SL_DSP_AUTOCORRELATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_AUTOCORRELATION_VERSION = 1,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_autocorrelation {
    uint32_t inputs; /* n */
    uint32_t outputs;
    uint32_t centred;
} sl_autocorrelation;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_autocorrelation_open(sl_autocorrelation *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_autocorrelation_work_size(const sl_autocorrelation *self);

/* r of the window `in`. Returns SL_OK. */
sl_status sl_autocorrelation_run(const sl_autocorrelation *self, const float *in, float *out,
                                 void *work);
sl_status sl_autocorrelation_run_i16(const sl_autocorrelation *self, const int16_t *in, float *out,
                                     void *work);

#endif
