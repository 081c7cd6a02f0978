#include "dsp/envelope.h"

#include "base/float32.h"

void sl_envelope_process(const sl_envelope *self, const float *in, float *out, size_t count,
                         void *work)
{
    float *state = work;
    float envelope = *state;
    for (; count != 0; count--) {
        uint32_t magnitude = sl_float_magnitude(*in++);
        if (magnitude < SL_INFINITY_BITS) {
            /* Both are >= 0: their bits order them. */
            float difference = sl_float_from_bits(magnitude) - envelope;
            envelope += self->factor_f32[magnitude <= sl_float_bits(envelope)] * difference;
        }
        *out++ = envelope;
    }
    *state = envelope;
}
