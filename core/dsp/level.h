/* Sound level meter: frequency and time weighting, equivalent level, extremes, peak, statistics.
 *
 * What IEC 61672-1:2013 calls a time-weighting and integrating-averaging sound level meter, after
 * the microphone: samples in, levels in decibels out. Two arithmetics share one payload and one
 * set of results:
 *
 *   sl_level_f32   (level_f32.h)  float32, for processors with an FPU
 *   sl_level_q31   (level_q31.h)  32-bit integers, 64-bit accumulators, no floating point at all
 *
 * Signal path. Both weightings share their high-pass pair and their high-frequency section, so the
 * C-weighted peak comes along with any weighting:
 *
 *   x -> high-pass f1 -> high-pass f1 -> shelf f4 -> C -> high-pass f2 -> high-pass f3 -> A
 *
 * with (f1, f2, f3, f4) = (20.6, 107.7, 737.9, 12194) Hz of IEC 61672-1, E.4. The high-passes are
 * first order, (1 - 1/z) / (1 - p/z) with p = exp(-2 pi f / rate): pole and zero where the analogue
 * ones are (matched z). The two poles at f4 lie near or above half the rate, where neither that nor
 * the bilinear transform fits; they are one second-order section, fitted for each rate by
 * tools/design_sound.py, which ends within 0.1 dB of the design goal up to half the rate. Z is x
 * itself without its constant part (two high-passes of 0.7 Hz, -0.04 dB at 10 Hz).
 *
 * The squared signal goes to exponential averages with 1 - exp(-1 / (rate tau)) in every sample:
 * F (125 ms), S (1 s) and, if asked for, I (35 ms, then falling no faster than with 1.5 s), and
 * into a sum. Every 20 ms, a tick, their values and extremes become decibels and go to the results:
 * of the whole measurement, and of intervals of a given number of ticks. Results therefore advance
 * in steps of 20 ms and do not depend on how the stream is cut into blocks; extremes and peak are
 * those of every sample. Minima and statistics begin when the averages have settled, 5 time
 * constants after the start (F 0.64 s, S 5 s).
 *
 * Unit. A level is 10 log10(2 p) + full scale, where p is the mean square of the weighted samples
 * with full scale 1, and "full scale" is the level of a sine that fills the samples: for a
 * microphone of -26 dBFS at 94 dB it is 120 dB. sl_level_calibrate sets it. Weighted levels are
 * equal at 1 kHz. The peak level is that of the greatest magnitude: 3 dB above a sine's.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address.
 *
 *   word 0   version = 1 (8 bits), weighting (8): 0 A, 1 C, 2 Z; bits of a sample (8): 16, 24, 32;
 *            flags (8): bit 0 asks for I
 *   word 1   rate in Hz, 8000 ... 48000, a multiple of 50
 *   word 2   ticks in an interval 1 ... 65535 (16), bins of the histogram 0 ... 1024 (16)
 *   word 3   full scale in dB, Q16, signed
 *   word 4   lower end of the range in dB below full scale, Q16, signed
 *   word 5   decibels (Q16) to add for weighting A: the gain of f2 and f3 at 1 kHz
 *   words 6 ... 9    1 - p (Q32) of the high-passes f1, f2, f3 and of those for Z
 *   words 10 ... 13  1 - exp(-1 / (rate tau)) (Q32) of F, S, I and of I's fall
 *   words 14 ... 18  b0, b1, b2, a1, a2 (Q29) of the section for f4: y = b0 x + b1 x1 + b2 x2 -
 *                    a1 y1 - a2 y2; stable
 */
#ifndef SL_DSP_LEVEL_H
#define SL_DSP_LEVEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_LEVEL_VERSION = 1,
    SL_LEVEL_WORDS = 19,
    SL_LEVEL_TICKS_A_SECOND = 50,
    SL_LEVEL_MAX_BINS = 1024,
};

typedef enum sl_level_weighting {
    SL_LEVEL_A = 0,
    SL_LEVEL_C = 1,
    SL_LEVEL_Z = 2,
} sl_level_weighting;

/* Results, in decibels, in this order. NaN where there is nothing yet. */
typedef enum sl_level_result {
    SL_LEVEL_F = 0, /* time-weighted level now, that is at the end of the last tick */
    SL_LEVEL_S = 1,
    SL_LEVEL_I = 2,
    SL_LEVEL_EQ = 3,       /* equivalent level of the measurement, since its start */
    SL_LEVEL_EXPOSURE = 4, /* sound exposure level of the measurement (re 1 s) */
    SL_LEVEL_F_MAX = 5,
    SL_LEVEL_F_MIN = 6,
    SL_LEVEL_S_MAX = 7,
    SL_LEVEL_S_MIN = 8,
    SL_LEVEL_I_MAX = 9,
    SL_LEVEL_C_PEAK = 10,
    SL_LEVEL_L10 = 11, /* F level exceeded 10 % of the time; 20 ms steps, bins of 0.19 dB */
    SL_LEVEL_L50 = 12,
    SL_LEVEL_L90 = 13,
    SL_LEVEL_INTERVAL_EQ = 14, /* of the last complete interval */
    SL_LEVEL_INTERVAL_F_MAX = 15,
    SL_LEVEL_INTERVAL_F_MIN = 16,
    SL_LEVEL_INTERVAL_C_PEAK = 17,
    SL_LEVEL_FULL_SCALE = 18, /* the calibration */
    SL_LEVEL_RESULTS
} sl_level_result;

/* Bits of sl_level_flags. */
enum {
    SL_LEVEL_OVERLOAD = 1,          /* a sample reached full scale since the start */
    SL_LEVEL_INTERVAL_OVERLOAD = 2, /* in the last complete interval */
    SL_LEVEL_UNDER_RANGE = 4,       /* the F level is below the range now */
    SL_LEVEL_INVALID = 8, /* NaN, infinity or |x| >= 8 came since the start, and counted as 0 */
};

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_level {
    const uint32_t *payload;
    uint32_t rate;
    uint32_t tick;     /* samples in a tick */
    uint32_t interval; /* ticks in an interval */
    uint32_t bins;
    uint32_t bits; /* of a sample */
    uint32_t weighting;
    uint32_t impulse;
    int32_t full_scale; /* dB, Q16; with the gain of the weighting */
    int32_t gain;       /* dB, Q16, contained in full_scale */
    int32_t lower;      /* dB, Q16, below full scale */
} sl_level;

/* Powers below are log2 of a mean square, full scale 1, in Q24: SL_LEVEL_SILENCE for 0. */
#define SL_LEVEL_SILENCE (-64 * (1 << 24))
#define SL_LEVEL_NONE    INT32_MIN /* nothing measured */

/* Extremes of a stretch of time, in the order of the results. */
enum {
    SL_LEVEL_EXTREME_F_MAX = 0,
    SL_LEVEL_EXTREME_F_MIN = 1,
    SL_LEVEL_EXTREME_S_MAX = 2,
    SL_LEVEL_EXTREME_S_MIN = 3,
    SL_LEVEL_EXTREME_I_MAX = 4,
    SL_LEVEL_EXTREME_PEAK = 5, /* the greatest square */
    SL_LEVEL_EXTREMES = 6
};

/* What a tick, or any stretch of time, found. */
typedef struct sl_level_span {
    uint64_t energy; /* sum of squares, unit 2^-46; 96 bits in all */
    uint32_t energy_high;
    uint32_t ticks;
    int32_t extremes[SL_LEVEL_EXTREMES];
    uint32_t flags; /* SL_LEVEL_OVERLOAD, SL_LEVEL_INVALID */
} sl_level_span;

/* Results so far; the first part of the work memory of both arithmetics. */
typedef struct sl_level_statistics {
    sl_level_span whole;    /* since the start */
    sl_level_span interval; /* since the end of the last complete one */
    sl_level_span last;     /* the last complete one */
    int32_t now[3];         /* F, S, I */
    uint32_t age;           /* ticks since power-up, at most 250 */
    uint32_t counted;       /* in the histogram */
    uint32_t *histogram;
} sl_level_statistics;

/* Check the payload, which `self` keeps pointing to. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION, SL_ERR_LAYOUT or SL_ERR_RANGE. */
sl_status sl_level_open(sl_level *self, const void *payload, size_t length);

/* Everything forgotten, averages and filters excepted: a new measurement starts. */
void sl_level_restart(const sl_level *self, sl_level_statistics *statistics);

/* Start, and take the averages for unsettled. */
void sl_level_power_up(const sl_level *self, sl_level_statistics *statistics, uint32_t *histogram);

/* Take a tick, and the levels at its end, into the results; 1 if it completes an interval, else 0.
 * Of the tick, energy, extremes and flags count. */
uint32_t sl_level_take(const sl_level *self, sl_level_statistics *statistics,
                       const sl_level_span *tick, const int32_t *now);

/* The SL_LEVEL_RESULTS results into `out`. Returns SL_OK. */
sl_status sl_level_read(const sl_level *self, const sl_level_statistics *statistics, float *out);

/* SL_LEVEL_OVERLOAD and so on. */
uint32_t sl_level_flags(const sl_level *self, const sl_level_statistics *statistics);

/* Make the equivalent level of the last complete interval `level` dB, by moving full scale.
 * SL_ERR_VALUE if there is no such interval, if it was overloaded or below the range, or if `level`
 * is not within -200 ... 300. */
sl_status sl_level_calibrate(sl_level *self, const sl_level_statistics *statistics, float level);

/* Level of a sine of full scale; SL_ERR_VALUE outside -200 ... 300. */
sl_status sl_level_set_full_scale(sl_level *self, float level);

#endif
