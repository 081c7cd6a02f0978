/* Short-time Fourier transform: the spectrum of each windowed frame of a stream; float32. Step kind
 * "stft" and a stream function; core/dsp/stft_q15.h is the same of int16.
 *
 *   X[r][k] = sum over m = 0 ... length - 1 of w[m] x[r hop + m] exp(-2 pi i k m / n)
 *
 * The frame's `length` samples are followed by zeros up to n, that of the transform. Nothing is put
 * before the first or after the last sample, and nothing is scaled: scipy.signal.stft without
 * boundary and padding, times the sum of the window's values. Windows: core/dsp/window.h;
 * transform, packing and accuracy: core/dsp/fft.h.
 *
 * A row is what is asked for: the packed spectrum (n numbers), or |X[k]|, or |X[k]|^2 for
 * k = 0 ... n/2.
 *
 * A NaN or infinite sample spoils the rows of the frames it lies in, no others.
 *
 * Memory: sl_stft, sl_stft_work_size() = 10 n + 8 length + 4 bytes, and 300 bytes of stack.
 *
 * Payload, 32-bit little-endian words at a 4-byte aligned address, fields from the lowest bit up:
 *
 *   word 0     version = 1 (8 bits), output: 0 spectrum, 1 magnitude, 2 power (8), n (16)
 *   word 1, 2  the window as in core/dsp/window.h; its length is 1 ... n
 *   word 3     hop 1 ... length (16), samples of a step's window (16; 0: no step, for streams
 * alone)
 */
#ifndef SL_DSP_STFT_H
#define SL_DSP_STFT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "dsp/window.h"

enum {
    SL_STFT_VERSION = 1,
};

typedef enum sl_stft_output {
    SL_STFT_SPECTRUM = 0,
    SL_STFT_MAGNITUDE = 1,
    SL_STFT_POWER = 2,
    SL_STFT_OUTPUTS
} sl_stft_output;

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_stft {
    sl_window window;
    uint32_t n;
    uint32_t hop;
    uint32_t output;
    uint32_t row;     /* numbers in a row */
    uint32_t inputs;  /* as a step: samples */
    uint32_t outputs; /* as a step: numbers in all rows of a window */
} sl_stft;

/* Check the whole payload, which is not needed afterwards. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH,
 * SL_ERR_VERSION, SL_ERR_LAYOUT (unknown output or window) or SL_ERR_RANGE (n, beta, a window
 * longer than n, a hop longer than that, a step's window shorter than a frame). */
sl_status sl_stft_open(sl_stft *stft, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned. */
size_t sl_stft_work_size(const sl_stft *stft);

/* Fill `work`: tables, and no samples yet. */
void sl_stft_prepare(const sl_stft *stft, void *work);

/* Forget the samples so far. */
void sl_stft_clear(const sl_stft *stft, void *work);

/* Rows that the next `count` samples complete. */
uint32_t sl_stft_rows(const sl_stft *stft, size_t count, const void *work);

/* Take the next `count` samples and write the rows that they complete, one after the other; returns
 * their number. The result does not depend on how a stream is cut into blocks. */
uint32_t sl_stft_process(const sl_stft *stft, const float *in, size_t count, float *out,
                         void *work);

/* As a step: the rows of one window, which starts a new stream. Returns SL_OK. */
sl_status sl_stft_run(const sl_stft *stft, const float *in, float *out, void *work);

#endif
