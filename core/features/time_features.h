/* Time-domain features of a window of samples: step kind "time_features".
 *
 * Signals (a channel; the magnitude of three channels; the tilt of an axis; the first difference of
 * any of these) are formed one after the other, and statistics of each go to the output.
 * Definitions as in numpy and scipy.stats; docs/time_features.md gives every formula, error and the
 * cost.
 *
 * Everything is integer arithmetic: a signal's samples become 30-bit integers in units of 2^-28 or
 * less of its largest magnitude (block floating point), sums are 64-bit integers, and each result
 * is rounded to float32 once. So the bits are the same on every processor and with every compiler
 * option, no soft-float helper is linked, offsets cost no accuracy, and any finite input is fine:
 * nothing can overflow on the way (a variance above 3.4e38 becomes infinity, as it must).
 *
 * A NaN (missing sample) or an infinity anywhere in a signal makes all features of that signal NaN
 * (0x7FC00000), as well as the correlations it takes part in. Other signals are not touched.
 *
 * Memory: sl_time_features (24 bytes on 32-bit processors), work memory of one window of one signal
 * (4 bytes a sample), or two if there is any correlation; less than 600 bytes of stack.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address.
 *
 *   header      word 0  version = 1 (8 bits), channels 1 ... 255 (8), samples 1 ... 65535 (16)
 *               word 1  number of signals (16), number of features 1 ... 4096 (16)
 *   then for every signal
 *     signal    word 0  kind (7), difference (1), channels a (8), b (8), c (8)
 *               word 1  statistics: bit i asks for statistic i (16), number of correlations (8),
 *                       number of quantiles (8)
 *     then for every correlation
 *               word 0  the other signal, coded as word 0 of a signal
 *               word 1  lag in samples, 0 ... n - 2 (31 bits), lead (1 bit; its lag is 1 or more)
 *     then for every quantile
 *               word 0  q in units of 2^-30, rounded (31), range (1)
 *
 * Fields are given from the lowest bit up. Kind 0 is channel a (b = c = 0); 1 the magnitude
 * sqrt(a^2 + b^2 + c^2); 2 the tilt, the angle in radians, 0 ... pi, between axis a and the vector
 * (a, b, c), that is atan2(sqrt(b^2 + c^2), a). With difference = 1 the signal is x[i + 1] - x[i],
 * one sample shorter. A correlation is Pearson's, of x[lag], ... x[n - 1] with the other signal's
 * y[0], ... y[n - lag - 1] (means and variances of these n - lag samples), and 0 if either of them
 * is constant; both signals have the same difference bit. The other signal may be the signal
 * itself: autocorrelation. With lead = 1 the same of y with x is subtracted: which signal runs
 * ahead, hence the sense of a rotation in the plane of x and y. A quantile with range = 0 is
 * numpy.quantile(x, q) with its default, linear interpolation, 0 <= q <= 1; with range = 1 it is
 * quantile(1 - q) - quantile(q), 0 <= q <= 1/2 (interquartile range: q = 1/4).
 *
 * Outputs, signal after signal: the statistics asked for in ascending order of their number, then
 * the correlations, then the quantiles.
 */
#ifndef SL_FEATURES_TIME_FEATURES_H
#define SL_FEATURES_TIME_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_TIME_FEATURES_VERSION = 1,
    SL_TIME_FEATURES_MAX_OUTPUTS = 4096,
};

typedef enum sl_signal_kind {
    SL_SIGNAL_CHANNEL = 0,
    SL_SIGNAL_MAGNITUDE = 1,
    SL_SIGNAL_TILT = 2,
} sl_signal_kind;

/* Statistics of x[0] ... x[n - 1]; m is the mean, "mean of" divides by n unless told. */
typedef enum sl_statistic {
    SL_STATISTIC_MEAN = 0,
    SL_STATISTIC_VARIANCE = 1,           /* mean of (x - m)^2 */
    SL_STATISTIC_STANDARD_DEVIATION = 2, /* square root of the variance */
    SL_STATISTIC_ROOT_MEAN_SQUARE = 3,
    SL_STATISTIC_ENERGY = 4, /* mean of x^2 */
    SL_STATISTIC_MINIMUM = 5,
    SL_STATISTIC_MAXIMUM = 6,
    SL_STATISTIC_RANGE = 7,    /* maximum - minimum */
    SL_STATISTIC_SKEWNESS = 8, /* scipy.stats.skew; 0 for a constant signal */
    SL_STATISTIC_KURTOSIS = 9, /* scipy.stats.kurtosis (normal: 0); 0 for a constant signal */
    SL_STATISTIC_ZERO_CROSSINGS = 10, /* number of i > 0 where (x[i] >= 0) != (x[i - 1] >= 0) */
    SL_STATISTIC_MEAN_CROSSINGS = 11, /* the same of x - m, m unrounded */
    SL_STATISTIC_MEAN_ABSOLUTE_DIFFERENCE = 12, /* of |x[i] - x[i - 1]|, n - 1 of them; n = 1: 0 */
    SL_STATISTIC_MEAN_ABSOLUTE_DEVIATION = 13,  /* mean of |x - m| */
    SL_STATISTIC_COUNT
} sl_statistic;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_time_features {
    const uint32_t *payload;
    uint32_t inputs;  /* floats in a window: samples * channels */
    uint32_t outputs; /* floats it gives: 1 ... 4096 */
    uint32_t channels;
    uint32_t samples;
    uint32_t signals_in_work; /* 1, or 2 if there are correlations */
} sl_time_features;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. Afterwards sl_time_features_run cannot read or write outside its
 * buffers, whatever the samples are. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION,
 * SL_ERR_LAYOUT (unknown kind or statistic), SL_ERR_RANGE or SL_ERR_STRUCTURE. */
sl_status sl_time_features_open(sl_time_features *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for sl_time_features_run. */
size_t sl_time_features_work_size(const sl_time_features *self);

/* Features of the window `in` (window[sample * channels + channel]) into `out`. Returns SL_OK. */
sl_status sl_time_features_run(const sl_time_features *self, const float *in, float *out,
                               void *work);

#endif
