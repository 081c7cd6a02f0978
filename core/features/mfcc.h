/* Cepstral coefficients of log-mel frames, liftered, with deltas: step kind "mfcc".
 *
 * The window is frames x bands, row after row, as "mel" or "mel_q15" give it (logarithms). Out come
 * frames x columns: coefficients first ... first + coefficients - 1 of
 *
 *     c[k] = lift[k] s[k] sum over n of x[n] cos(pi k (2 n + 1) / (2 bands)),
 *     s[0] = sqrt(1 / bands), s[k] = sqrt(2 / bands)            (DCT-II, orthonormal)
 *     lift[k] = 1 + L/2 sin(pi (k + 1) / L)   librosa's,  or   1 + L/2 sin(pi k / L)   HTK's
 *
 * (L = 0: 1), then as many deltas, then as many deltas of the second order, over h frames to either
 * side:
 *
 *   librosa   slope of the least-squares line through 2 h + 1 frames; second order: second
 *             derivative of the least-squares parabola. At the ends the first and the last 2 h + 1
 *             frames are taken (savgol_filter's mode "interp"). Needs 2 h + 1 frames.
 *   HTK       the same slope, sum of n (c[t + n] - c[t - n]) / (2 sum of n^2), the first and the
 * last frame repeated beyond the ends; second order: the same of the deltas
 *
 * Integers (base/number.h), no soft-float helper: formats are
 *   input     30 bits in units of the row's largest magnitude; cosines Q24, rounded; products and
 *             sums in 64 bits: at most 2^29 * 2^24 * 2^8; then one product with s lift, 32 bits of
 *             mantissa, rounded to float32
 *   deltas    the column's float32 as 30 bits in units of its largest magnitude; sums in 64 bits
 *             exact; one quotient, rounded to float32
 * Error: coefficients 2e-7 of the row's largest magnitude times sqrt(bands) and lift; deltas 1e-7
 * of the column's. A NaN or infinity in a row makes that row's coefficients NaN (0x7FC00000), and
 * the deltas of the frames that look at it.
 *
 * Methods: Davis and Mermelstein, IEEE Trans. ASSP 28, 1980; deltas: Furui, IEEE Trans. ASSP 34,
 * 1986.
 *
 * Payload, 32-bit little-endian words, fields from the lowest bit up:
 *   word 0   version = 1 (8), orders of deltas 0 ... 2 (4), deltas 0 librosa, 1 HTK (4), lifter 0
 *            librosa, 1 HTK (4), 0 (12)
 *   word 1   frames 1 ... 2048 (16), bands 2 ... 256 (16)
 *   word 2   coefficients 1 ... (16), first (8), h = 1 ... 16 (8); first + coefficients <= bands
 *   word 3   L, 0 ... 256 (16), 0 (16)
 */
#ifndef SL_FEATURES_MFCC_H
#define SL_FEATURES_MFCC_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_mfcc {
    const uint32_t *payload;
    uint32_t inputs;  /* frames * bands */
    uint32_t outputs; /* frames * coefficients * (1 + orders) */
    uint32_t frames, bands, coefficients, first;
    uint32_t orders, half, lifter;
    uint32_t htk_deltas, htk_lifter;
} sl_mfcc;

/* Check the payload. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT,
 * SL_ERR_RANGE, or SL_ERR_STRUCTURE (too few frames for librosa's deltas). */
sl_status sl_mfcc_open(sl_mfcc *self, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned: 20 a band and 4 a coefficient. */
size_t sl_mfcc_work_size(const sl_mfcc *self);

/* Fill `work` with tables; once. */
void sl_mfcc_prepare(const sl_mfcc *self, void *work);

/* A window `in` (frames x bands) to `out`. Returns SL_OK. */
sl_status sl_mfcc_run(const sl_mfcc *self, const float *in, float *out, void *work);

#endif
