/* Windows of float32. */
#include "dsp/window.h"

void sl_window_fill(const sl_window *window, float *out)
{
    for (uint32_t i = 0; i < window->n; i++) {
        out[i] = (float)sl_window_value(window, i) * 0x1p-30f;
    }
}
