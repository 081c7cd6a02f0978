#include "dsp/biquad_fixed.h"

#include "dsp/biquad_stability.h"

sl_status sl_biquad_fixed_open(sl_biquad_fixed *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 4) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_BIQUAD_FIXED_VERSION) {
        return SL_ERR_VERSION;
    }
    self->sections = word[0] >> 8;
    if (self->sections - 1 >= SL_BIQUAD_FIXED_MAX_SECTIONS) {
        return SL_ERR_RANGE;
    }
    if (length != 4 + sizeof(sl_biquad_section) * self->sections) {
        return SL_ERR_LENGTH;
    }
    self->coefficients = (const sl_biquad_section *)(const void *)(word + 1);
    const sl_biquad_section *c = self->coefficients;
    for (uint32_t i = self->sections; i != 0; i--, c++) {
        if (c->fraction - 28 > 2) {
            return SL_ERR_RANGE;
        }
        uint64_t sum = (uint64_t)sl_biquad_magnitude(c->b0) + sl_biquad_magnitude(c->b1) +
                       sl_biquad_magnitude(c->b2) + sl_biquad_magnitude(c->a1) +
                       sl_biquad_magnitude(c->a2);
        if (sum >> 33 != 0) {
            return SL_ERR_RANGE;
        }
        if (!sl_biquad_is_stable(c->a1, c->a2, 1 << c->fraction)) {
            return SL_ERR_UNSTABLE;
        }
    }
    return SL_OK;
}
