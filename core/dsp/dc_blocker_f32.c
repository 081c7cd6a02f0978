#include "dsp/dc_blocker.h"

#include "base/float32.h"

void sl_dc_blocker_process(const sl_dc_blocker *self, const float *in, float *out, size_t count,
                           void *work)
{
    float *state = work;
    float mean = *state;
    for (; count != 0; count--) {
        float y = *in++ - mean;
        if (!sl_is_finite(y)) {
            y = 0.0f;
        }
        mean += self->factor_f32 * y;
        *out++ = y;
    }
    *state = mean;
}
