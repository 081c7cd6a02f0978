/* Window functions for spectra, generated: Hann, Hamming, Blackman, flat-top, Kaiser; as float32 or
 * int16.
 *
 * With M = n (periodic, for spectra) or n - 1 (symmetric, for filter design), i = 0 ... n - 1:
 *
 *   cosine sums   w[i] = a0 - a1 cos(2 pi i / M) + a2 cos(4 pi i / M) - a3 cos(6 pi i / M) + ...
 *     Hann        1/2, 1/2
 *     Hamming     0.54, 0.46
 *     Blackman    0.42, 0.5, 0.08
 *     flat-top    0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368
 *   Kaiser        I0(beta sqrt(1 - (2 i / M - 1)^2)) / I0(beta), beta = 0 ... 20
 *
 * These are scipy.signal.get_window's (Harris, Proc. IEEE 66, 1978; flat-top: D'Antona and Ferrero,
 * "Digital Signal Processing for Measurement Systems", 2006; Kaiser and Schafer, IEEE Trans. ASSP
 * 28, 1980). Calculated in integers, error < 1.2e-8; then rounded to float32 (an error of 6e-8 of
 * the value at most) or to Q15 (half a unit, 1.0 being stored as 32767).
 *
 * Memory: sl_window (20 bytes), no work memory, less than 200 bytes of stack.
 *
 * Payload, 32-bit little-endian words at a 4-byte aligned address, fields from the lowest bit up:
 *
 *   word 0   version = 1 (8 bits), kind (7), symmetric (1), n = 1 ... 65535 (16)
 *   word 1   Kaiser's beta in units of 2^-12 (0 ... 81920); 0 for the others
 */
#ifndef SL_DSP_WINDOW_H
#define SL_DSP_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum {
    SL_WINDOW_VERSION = 1,
    SL_WINDOW_LARGEST_BETA = 20 * 4096,
};

typedef enum sl_window_kind {
    SL_WINDOW_RECTANGULAR = 0,
    SL_WINDOW_HANN = 1,
    SL_WINDOW_HAMMING = 2,
    SL_WINDOW_BLACKMAN = 3,
    SL_WINDOW_FLAT_TOP = 4,
    SL_WINDOW_KAISER = 5,
    SL_WINDOW_KINDS
} sl_window_kind;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_window {
    uint32_t kind;
    uint32_t n;
    uint32_t period; /* M above */
    uint32_t beta;   /* in units of 2^-12 */
} sl_window;

/* Check the payload, which is not needed afterwards. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION, SL_ERR_LAYOUT (unknown kind) or SL_ERR_RANGE (n or beta). */
sl_status sl_window_open(sl_window *window, const void *payload, size_t length);

/* Value i < n in units of 2^-30. Takes some 400 instructions; Kaiser's, some 10,000. */
int32_t sl_window_value(const sl_window *window, uint32_t i);

/* All n values, in window_fill.c as float32, in window_q15.c as int16. */
void sl_window_fill(const sl_window *window, float *out);
void sl_window_q15_fill(const sl_window *window, int16_t *out);

/* x[i] *= w[i]; a number of int16 is rounded to nearest. */
void sl_window_multiply(float *x, const float *w, size_t count);
void sl_window_q15_multiply(int16_t *x, const int16_t *w, size_t count);

#endif
