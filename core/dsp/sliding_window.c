#include "dsp/sliding_window.h"

#include "base/float32.h"
#include "file/sense.h"

#define ONE_BITS 0x3F800000u /* 1.0f */

sl_status sl_sliding_window_open(sl_sliding_window *w, const void *file, size_t length)
{
    sl_sense sense;
    sl_status status = sl_sense_open(&sense, file, length);
    if (status != SL_OK) {
        return status;
    }
    w->window = sense.header->window;
    w->hop = sense.header->hop;
    w->channels = sense.header->channels;
    w->scale_bits = sense.header->scale_bits;
    w->filled = 0;
    return SL_OK;
}

static uint32_t room(const sl_sliding_window *w, uint32_t start, uint32_t count)
{
    uint32_t left = start < count ? count - start : 0;
    uint32_t free = w->window - w->filled;
    return left < free ? left : free;
}

uint32_t sl_sliding_window_push_f32(sl_sliding_window *w, const float *block, uint32_t start,
                                    uint32_t count, float *window)
{
    uint32_t taken = room(w, start, count);
    uint32_t values = taken * w->channels;
    /* As bits: unscaled samples cost no arithmetic. */
    const uint32_t *from = (const void *)(block + (size_t)start * w->channels);
    uint32_t *to = (void *)(window + (size_t)w->filled * w->channels);
    if (w->scale_bits == ONE_BITS) {
        for (uint32_t i = 0; i < values; i++) {
            to[i] = from[i];
        }
    } else {
        float scale = sl_float_from_bits(w->scale_bits);
        for (uint32_t i = 0; i < values; i++) {
            if ((from[i] & 0x7FFFFFFFu) > SL_INFINITY_BITS) { /* one NaN everywhere */
                to[i] = SL_NAN_BITS;
            } else {
                ((float *)to)[i] = ((const float *)from)[i] * scale;
            }
        }
    }
    w->filled += taken;
    return taken;
}

uint32_t sl_sliding_window_push_i16(sl_sliding_window *w, const int16_t *block, uint32_t start,
                                    uint32_t count, float *window)
{
    uint32_t taken = room(w, start, count);
    uint32_t values = taken * w->channels;
    const int16_t *from = block + (size_t)start * w->channels;
    float *to = window + (size_t)w->filled * w->channels;
    float scale = sl_float_from_bits(w->scale_bits);
    for (uint32_t i = 0; i < values; i++) {
        to[i] = (float)from[i] * scale;
    }
    w->filled += taken;
    return taken;
}

void sl_sliding_window_advance(sl_sliding_window *w, float *window)
{
    if (w->filled != w->window) {
        return;
    }
    uint32_t kept = w->window - w->hop;
    uint32_t *to = (void *)window;
    const uint32_t *from = to + (size_t)w->hop * w->channels;
    for (uint32_t i = 0; i < kept * w->channels; i++) {
        to[i] = from[i];
    }
    w->filled = kept;
}
