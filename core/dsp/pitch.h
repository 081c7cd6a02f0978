/* Pitch of a window: the fundamental frequency of voice, music, an engine. Step kind "pitch", and
 * for int16 samples.
 *
 * YIN: de Cheveigne, Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA
 * 111 (2002), steps 2 to 5. The difference function
 *
 *   d[t] = sum over j = 0 ... n - longest - 1 of (x[j] - x[j + t])^2
 *
 * over its own mean so far, c[t] = t d[t] / (d[1] + ... + d[t]), has dips near 0 at multiples of
 * the period. The period is the first dip below `threshold` between the shortest and the longest,
 * or else the deepest; a parabola through three points of d gives its fraction.
 *
 * Outputs: the frequency in Hz, and the clarity 1 - c at the dip, at least 0: above 0.8 or so there
 * is a pitch. Both are 0 for a window of zeros or without a dip, NaN (0x7FC00000) for one with a
 * NaN or an infinity. A pure tone's frequency is right to 0.2 % (its period 10 samples or longer,
 * and the window 2 longest ones).
 *
 * Integer arithmetic: samples as 15-bit integers (float32: block floating point; int16: half), d in
 * 64 bits, exact; c in units of 2^-24.
 *
 * Memory: 32 bytes, and 2 n of work memory.
 *
 * Payload: five words: version = 1 (8 bits), 0 (8), n 4 ... 65535 (16); then float32: rate; lowest
 * and highest frequency in the same unit; threshold, 0.01 ... 1 (0.1 ... 0.15 are usual). The
 * longest period, rate / lowest, is at most n / 2 samples; the shortest, rate / highest, at
 * least 2.
 */
#ifndef SL_DSP_PITCH_H
#define SL_DSP_PITCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_PITCH_VERSION = 1,
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_pitch {
    uint32_t inputs;  /* n */
    uint32_t outputs; /* 2 */
    float rate;
    uint32_t shortest, longest; /* periods in samples */
    uint32_t threshold;         /* in units of 2^-24 */
} sl_pitch;

/* SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or SL_ERR_RANGE. */
sl_status sl_pitch_open(sl_pitch *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_pitch_work_size(const sl_pitch *self);

/* Frequency and clarity of the window `in`. Returns SL_OK. */
sl_status sl_pitch_run(const sl_pitch *self, const float *in, float *out, void *work);
sl_status sl_pitch_run_i16(const sl_pitch *self, const int16_t *in, float *out, void *work);

#endif
