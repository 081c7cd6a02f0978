/* Features of vibration (machine condition monitoring), step kind "vibration_features": shape
 * factors, velocity, and amplitudes of the envelope spectrum at fault frequencies of a window of
 * samples. docs/features/vibration.md gives formulae, accuracy, cost and sources.
 *
 * For each signal, a channel with its mean subtracted (unless "raw"), of x[0] ... x[n - 1]:
 *
 *   peak              largest |x[i]|
 *   crest factor      peak / root mean square
 *   shape factor      root mean square / mean of |x[i]|
 *   impulse factor    peak / mean of |x[i]|
 *   clearance factor  peak / (mean of sqrt |x[i]|)^2
 *   velocity          root mean square of the integral of x over time by the trapezoidal rule, its
 *                     mean subtracted; in the signal's unit times seconds
 *
 * (a factor of a signal that is 0 throughout is 0), and the envelope spectrum of a band low ...
 * high: with the centre c = (low + high) / 2 and L = 0.524 rate / (high - low), rounded to nearest,
 * at least 2,
 *
 *   z[i]  x[i] exp(-2 pi j i c / rate), through three moving averages of L samples
 *   e[k]  2 |z[(k + 3) L - 1]|, k = 0 ... m - 1, m = n / L - 2 (rounded down): the envelope, at
 *         rate / L; moving averages that reach before the window's start are left out
 *   a(f)  4 / m |sum of w[k] (e[k] - mean of e) exp(-2 pi j k f L / rate)|, w[k] = 1/2 -
 *         1/2 cos(2 pi k / m): the amplitude of the envelope's modulation with f Hz, in the
 *         signal's unit
 *
 * A line, a fault frequency f with half-width h, gives for each harmonic i = 1, 2, ... the largest
 * of a(i f), and with h > 0 of a at points around it, up to i (f - h) and i (f + h), that lie half
 * of rate / (L m) apart or closer. So a line is a frequency, or a band.
 *
 * The three averages let the band through with -3 dB at its edges, -36 dB one and a half times its
 * width from the centre; what folds back into the band is at least 30 dB down. The band must not
 * reach down below half of its width (c >= high - low), so that the image at -c is suppressed.
 *
 * Integer arithmetic, as in time_features.h: samples become integers of 30 bits in units of 2^-28
 * or less of the largest magnitude, are scaled to 29 bits once their mean is subtracted, multiplied
 * by a Q30 oscillator (rotated step by step: its amplitude and phase are off by less than 2^-29 n),
 * and averaged in 64-bit integers without loss; envelope 30 bits, its windowed form 30 bits, sums
 * 64 bits, each rounded or cut off at the last bit. Any finite input is fine. A NaN or an infinity
 * in a signal makes its features NaN (0x7FC00000).
 *
 * Memory: sl_vibration_features, work memory of 4 bytes for each value of the envelope, less than
 * 500 bytes of stack.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address; fields from the lowest bit up.
 *
 *   header      word 0  version = 1 (8 bits), channels 1 ... 255 (8), samples 1 ... 65535 (16)
 *               word 1  number of signals (16), number of outputs 1 ... 4096 (16)
 *               word 2  rate in Hz: float32, more than 0, finite
 *   then for every signal
 *               word 0  channel (8), features: bit i asks for feature i (8), number of lines (8),
 *                       harmonics of each line (7; 0 if there is no line), raw (1)
 *   and if there are lines
 *               word 1  low: float32, Hz
 *               word 2  high: float32, Hz, more than low, at most rate / 2
 *     for every line
 *               word 0  frequency: float32, Hz, more than 0
 *               word 1  half-width: float32, Hz, 0 or more, at most the frequency
 *
 * harmonics * (frequency + half-width) must be less than rate / (2 L); L at most 2047, m at
 * least 4.
 *
 * Outputs: signal after signal, the features asked for by ascending number, then each line's
 * harmonics.
 */
#ifndef SL_FEATURES_VIBRATION_FEATURES_H
#define SL_FEATURES_VIBRATION_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_VIBRATION_FEATURES_VERSION = 1,
    SL_VIBRATION_FEATURES_MAX_OUTPUTS = 4096,
};

typedef enum sl_vibration_feature {
    SL_VIBRATION_PEAK = 0,
    SL_VIBRATION_CREST_FACTOR = 1,
    SL_VIBRATION_SHAPE_FACTOR = 2,
    SL_VIBRATION_IMPULSE_FACTOR = 3,
    SL_VIBRATION_CLEARANCE_FACTOR = 4,
    SL_VIBRATION_VELOCITY = 5,
    SL_VIBRATION_FEATURE_COUNT
} sl_vibration_feature;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_vibration_features {
    const uint32_t *payload;
    uint32_t inputs;  /* floats in a window: samples * channels */
    uint32_t outputs; /* floats it gives: 1 ... 4096 */
    uint32_t channels;
    uint32_t samples;
    uint32_t envelope; /* values of the longest envelope, 0 if there are no lines */
} sl_vibration_features;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION,
 * SL_ERR_LAYOUT (unknown feature), SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_vibration_features_open(sl_vibration_features *self, const void *payload,
                                     size_t length);

/* Bytes of work memory, 4-byte aligned, for sl_vibration_features_run. */
size_t sl_vibration_features_work_size(const sl_vibration_features *self);

/* Features of the window `in` (window[sample * channels + channel]) into `out`. Returns SL_OK. */
sl_status sl_vibration_features_run(const sl_vibration_features *self, const float *in, float *out,
                                    void *work);

#endif
