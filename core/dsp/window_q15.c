/* Windows of int16. */
#include "dsp/window.h"

void sl_window_q15_fill(const sl_window *window, int16_t *out)
{
    for (uint32_t i = 0; i < window->n; i++) {
        int32_t value = (sl_window_value(window, i) + 0x4000) >> 15;
        out[i] = (int16_t)(value > INT16_MAX ? INT16_MAX : value);
    }
}
