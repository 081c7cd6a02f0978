#include "dsp/dc_blocker.h"

#include "base/power.h"
#include "dsp/smoothing.h"

#define INVERSE_TWO_PI 0xA2F9836Eu /* Q34 */

sl_status sl_dc_blocker_open(sl_dc_blocker *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    const float *number = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 12) {
        return SL_ERR_LENGTH;
    }
    if (word[0] != SL_DC_BLOCKER_VERSION) {
        return SL_ERR_VERSION;
    }
    if (!sl_is_ordinary(number[1]) || !sl_is_ordinary(number[2])) {
        return SL_ERR_RANGE;
    }
    sl_number ratio = sl_quotient(sl_number_from(number[1]), sl_number_from(number[2]));
    uint32_t bits = sl_float_bits(sl_packed(ratio, 0));
    if (bits < 0x40800000u || bits > 0x49742408u) { /* 4 ... 1000000.5 */
        return SL_ERR_RANGE;
    }
    sl_number time = sl_product(ratio, sl_number_of(INVERSE_TWO_PI, -34));
    self->factor = sl_smoothing_factor(sl_packed(time, 0));
    self->factor_f32 = sl_float_of(self->factor, -32);
    return SL_OK;
}

size_t sl_dc_blocker_work_size(const sl_dc_blocker *self)
{
    (void)self;
    return 4;
}

void sl_dc_blocker_prepare(const sl_dc_blocker *self, void *work)
{
    (void)self;
    *(uint32_t *)work = 0;
}

void sl_dc_blocker_process_i16(const sl_dc_blocker *self, const int16_t *in, int16_t *out,
                               size_t count, void *work)
{
    int32_t *state = work;
    int32_t mean = *state;
    for (; count != 0; count--) {
        int32_t difference = *in++ * 32768 - mean;
        mean += (int32_t)(((int64_t)difference * self->factor + 0x80000000) >> 32);
        int32_t y = ((difference >> 14) + 1) >> 1;
        *out++ = (int16_t)(y > INT16_MAX ? INT16_MAX : y < INT16_MIN ? INT16_MIN : y);
    }
    *state = mean;
}
