/* Sliding window: samples as they come to windows of a model's length, one every `hop` samples.
 *
 * The caller owns the window: window * channels floats. Samples are float32 or int16, channels
 * interleaved, and are multiplied by the model's scale on the way in, so a window holds values in
 * the sensor's unit. Results do not depend on how the stream is cut into blocks.
 *
 *     while the block has samples left:
 *         start += sl_sliding_window_push_f32(&w, block, start, count, window)
 *         if sl_sliding_window_is_full(&w): use window; sl_sliding_window_advance(&w, window)
 */
#ifndef SL_DSP_SLIDING_WINDOW_H
#define SL_DSP_SLIDING_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct sl_sliding_window {
    uint32_t window;     /* samples a window */
    uint32_t hop;        /* samples from one window to the next, 1 ... window */
    uint32_t channels;   /* values a sample */
    uint32_t filled;     /* samples in the window now */
    uint32_t scale_bits; /* binary32 */
} sl_sliding_window;

/* Window, hop, channels and scale from a .sense file (checked whole, see file/sense.h); empty. */
sl_status sl_sliding_window_open(sl_sliding_window *w, const void *file, size_t length);

/* Take samples start ... count-1 of a block until the window is full. `count` counts samples (of
 * `channels` values each). Returns the number of samples taken. */
uint32_t sl_sliding_window_push_f32(sl_sliding_window *w, const float *block, uint32_t start,
                                    uint32_t count, float *window);
uint32_t sl_sliding_window_push_i16(sl_sliding_window *w, const int16_t *block, uint32_t start,
                                    uint32_t count, float *window);

static inline int sl_sliding_window_is_full(const sl_sliding_window *w)
{
    return w->filled == w->window;
}

/* Drop the oldest `hop` samples of a full window; does nothing if it is not full. */
void sl_sliding_window_advance(sl_sliding_window *w, float *window);

/* Forget all samples, for instance after a gap in the stream. */
static inline void sl_sliding_window_clear(sl_sliding_window *w)
{
    w->filled = 0;
}

#endif
