#include "dsp/window.h"

#include "base/float32.h"

void sl_window_multiply(float *x, const float *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = sl_canonical(x[i] * w[i]);
    }
}

void sl_window_q15_multiply(int16_t *x, const int16_t *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        x[i] = (int16_t)((x[i] * w[i] + 0x4000) >> 15);
    }
}
