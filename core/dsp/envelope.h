/* Envelope follower: |x| through a low-pass of first order that rises with one time constant and
 * falls with another, float32 and int16.
 *
 *   e[n] = e[n-1] + factor (|x[n]| - e[n-1])
 *
 * with factor = 1 - exp(-1 / (attack rate)) where |x[n]| > e[n-1], otherwise with `release` in its
 * place (Zoelzer, "DAFX", 2002, 5.2.1). A time constant of 0 follows at once: a peak hold with
 * decay is attack = 0. e starts at 0.
 *
 * Float32: a sample that is NaN or infinite leaves the envelope as it is.
 *
 * Int16, format ledger: |x| Q15 -> Q30 int32 (|-32768| is 2^30: exact); envelope Q30, int32;
 * factors Q32, uint32; product Q62 -> Q30, rounded to nearest; output rounded to nearest, halves
 * up, at most 32767.
 *
 * Memory: 16 bytes, and 4 of work memory.
 *
 * Payload: four words: version = 1 (8 bits), 0 (24); then float32: rate in Hz; attack and release
 * in seconds, 0 or 0.1 ... 1000000 samples.
 */
#ifndef SL_DSP_ENVELOPE_H
#define SL_DSP_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_ENVELOPE_VERSION = 1,
};

typedef struct sl_envelope {
    uint32_t factor[2]; /* attack, release: Q32; all ones: 1 */
    float factor_f32[2];
} sl_envelope;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_envelope_open(sl_envelope *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for either type of samples. */
size_t sl_envelope_work_size(const sl_envelope *self);

/* State at rest: before the first block, to start anew, and to go on with the other type. */
void sl_envelope_prepare(const sl_envelope *self, void *work);

/* The next `count` samples (0 is fine) from `in` to `out`, which may be the same. The result does
 * not depend on how a stream is cut into blocks. */
void sl_envelope_process(const sl_envelope *self, const float *in, float *out, size_t count,
                         void *work);
void sl_envelope_process_i16(const sl_envelope *self, const int16_t *in, int16_t *out, size_t count,
                             void *work);

#endif
