/* Features of muscle signals (surface electromyography, sEMG), step kind "emg_features": Hudgins'
 * set, integrated EMG and the Willison amplitude of a window of samples. docs/features/emg.md gives
 * formulae, accuracy, cost and sources.
 *
 * For each signal, a channel with a threshold t >= 0 of its own, of the samples x[0] ... x[n - 1]:
 *
 *   integrated EMG       sum of |x[i]|
 *   mean absolute value  integrated EMG / n
 *   waveform length      sum of |x[i] - x[i - 1]|
 *   zero crossings       number of i with x[i - 1] and x[i] of opposite sign, neither of them 0,
 * and |x[i] - x[i - 1]| >= t slope sign changes   number of 0 < i < n - 1 where x[i] lies above
 * both its neighbours, or below both, and differs from at least one of them by t or more Willison
 * amplitude   number of i with |x[i] - x[i - 1]| >= t
 *
 * "Centred" signals have their mean subtracted first (a sensor with an offset).
 *
 * Integer arithmetic, as in time_features.h: samples become integers of 30 bits, in units of 2^-28
 * or less of the window's largest magnitude S, rounded down; sums are exact and rounded to float32
 * once. Samples of more than S / 32, and all int16 samples, are exact, hence so are the counts;
 * a smaller sample, and the mean of a centred signal, is at most one unit too low. Any finite input
 * is fine. A NaN or an infinity in a signal makes its features NaN (0x7FC00000).
 *
 * Memory: sl_emg_features, no work memory, less than 200 bytes of stack.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address; fields from the lowest bit up.
 *
 *   header      word 0  version = 1 (8 bits), channels 1 ... 255 (8), samples 1 ... 65535 (16)
 *               word 1  number of signals (16), number of features 1 ... 4096 (16)
 *   then for every signal
 *               word 0  channel (8), features: bit i asks for feature i (16), centred (1), 0 (7)
 *               word 1  threshold: float32, 0 or more, finite, in the signal's unit
 *
 * Outputs: signal after signal, the features asked for by ascending number.
 */
#ifndef SL_FEATURES_EMG_FEATURES_H
#define SL_FEATURES_EMG_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_EMG_FEATURES_VERSION = 1,
    SL_EMG_FEATURES_MAX_OUTPUTS = 4096,
};

typedef enum sl_emg_feature {
    SL_EMG_INTEGRATED = 0,
    SL_EMG_MEAN_ABSOLUTE_VALUE = 1,
    SL_EMG_WAVEFORM_LENGTH = 2,
    SL_EMG_ZERO_CROSSINGS = 3,
    SL_EMG_SLOPE_SIGN_CHANGES = 4,
    SL_EMG_WILLISON_AMPLITUDE = 5,
    SL_EMG_FEATURE_COUNT
} sl_emg_feature;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_emg_features {
    const uint32_t *payload;
    uint32_t inputs;  /* floats in a window: samples * channels */
    uint32_t outputs; /* floats it gives: 1 ... 4096 */
    uint32_t channels;
    uint32_t samples;
} sl_emg_features;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION,
 * SL_ERR_LAYOUT (unknown feature), SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_emg_features_open(sl_emg_features *self, const void *payload, size_t length);

/* Bytes of work memory: 0. */
size_t sl_emg_features_work_size(const sl_emg_features *self);

/* Features of the window `in` (window[sample * channels + channel]) into `out`; `work` is not used.
 * Returns SL_OK. */
sl_status sl_emg_features_run(const sl_emg_features *self, const float *in, float *out, void *work);

#endif
