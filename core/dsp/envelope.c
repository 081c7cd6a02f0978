#include "dsp/envelope.h"

#include "base/power.h"
#include "dsp/smoothing.h"

sl_status sl_envelope_open(sl_envelope *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    const float *number = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 16) {
        return SL_ERR_LENGTH;
    }
    if (word[0] != SL_ENVELOPE_VERSION) {
        return SL_ERR_VERSION;
    }
    if (!sl_is_ordinary(number[1])) {
        return SL_ERR_RANGE;
    }
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t factor = 0xFFFFFFFFu;
        if (word[2 + i] != 0) {
            if (!sl_is_ordinary(number[2 + i])) {
                return SL_ERR_RANGE;
            }
            float samples =
                sl_packed(sl_product(sl_number_from(number[1]), sl_number_from(number[2 + i])), 0);
            uint32_t bits = sl_float_bits(samples);
            if (bits < 0x3DCCCCC0u || bits > 0x49742408u) { /* 0.1 ... 1000000.5 */
                return SL_ERR_RANGE;
            }
            factor = sl_smoothing_factor(samples);
        }
        self->factor[i] = factor;
        self->factor_f32[i] = sl_float_of(factor, -32);
    }
    return SL_OK;
}

size_t sl_envelope_work_size(const sl_envelope *self)
{
    (void)self;
    return 4;
}

void sl_envelope_prepare(const sl_envelope *self, void *work)
{
    (void)self;
    *(uint32_t *)work = 0;
}

void sl_envelope_process_i16(const sl_envelope *self, const int16_t *in, int16_t *out, size_t count,
                             void *work)
{
    int32_t *state = work;
    int32_t envelope = *state;
    for (; count != 0; count--) {
        int32_t x = *in++;
        int32_t difference = (x < 0 ? -x : x) * 32768 - envelope;
        int64_t product = (int64_t)difference * self->factor[difference <= 0];
        envelope += (int32_t)((product + 0x80000000) >> 32);
        int32_t rounded = ((envelope >> 14) + 1) >> 1;
        *out++ = (int16_t)(rounded > INT16_MAX ? INT16_MAX : rounded);
    }
    *state = envelope;
}
