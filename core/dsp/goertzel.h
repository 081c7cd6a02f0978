/* Goertzel: the discrete Fourier transform at a few frequencies, of block after block of a stream;
 * float32. core/dsp/goertzel_q15.h is the same of int16.
 *
 *   X[f] = sum over m = 0 ... n - 1 of x[m] exp(-2 pi i f m),  f in turns a sample, 0 ... 1/2
 *
 * n need not be a power of two, and f no multiple of 1/n: it is the frequency over the sampling
 * rate. A row holds real and imaginary part for each frequency. Each block of n samples starts
 * afresh (a rectangular window), so a NaN or infinite sample spoils one row.
 *
 * Method: G. Goertzel, Am. Math. Monthly 65, 1958, in Reinsch's form, which keeps its accuracy near
 * 0 and 1/2 (Stoer and Bulirsch, Introduction to Numerical Analysis, 2.3.4); by runs of 256
 * samples, which are added with their exact phase, so that errors don't grow with n.
 *
 *   k = 4 sin^2(pi f);  d += x[m] - k s;  s += d   (f > 1/4: with 1/2 - f and x[m] (-1)^m)
 *
 * Error: below 2e-5 of n max |x|, the largest |X| that samples of that size can give (measured
 * 9e-6: tests/host/test_goertzel.py).
 *
 * Memory: sl_goertzel, sl_goertzel_work_size() = 20 bytes a frequency and 4, 150 bytes of stack.
 *
 * Payload, 32-bit little-endian words at a 4-byte aligned address, fields from the lowest bit up:
 *
 *   word 0   version = 1 (8 bits), number of frequencies 1 ... 64 (8), n = 1 ... 65535 (16)
 *   then for each frequency f in units of 2^-32, 0 ... 2^31, even
 */
#ifndef SL_DSP_GOERTZEL_H
#define SL_DSP_GOERTZEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_GOERTZEL_VERSION = 1,
    SL_GOERTZEL_MOST = 64, /* frequencies */
    SL_GOERTZEL_RUN = 256, /* samples */
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_goertzel {
    const uint32_t *frequencies; /* in units of 2^-32 turns a sample */
    uint32_t count;              /* of them */
    uint32_t n;
} sl_goertzel;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE
 * (number of frequencies, n, a frequency). */
sl_status sl_goertzel_open(sl_goertzel *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_goertzel_work_size(const sl_goertzel *self);

/* State at rest: before the first block, and to start anew. */
void sl_goertzel_prepare(const sl_goertzel *self, void *work);

/* Rows that the next `count` samples complete. */
uint32_t sl_goertzel_rows(const sl_goertzel *self, size_t count, const void *work);

/* Take the next `count` samples and write the rows that they complete, 2 * self->count floats each;
 * returns their number. The result does not depend on how a stream is cut into blocks. */
uint32_t sl_goertzel_process(const sl_goertzel *self, const float *in, size_t count, float *out,
                             void *work);

#endif
