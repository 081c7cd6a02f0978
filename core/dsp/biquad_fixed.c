#include "dsp/biquad_fixed.h"

#include "dsp/biquad_stability.h"

sl_status sl_biquad_fixed_open(sl_biquad_fixed *self, const void *payload, size_t length,
                               uint32_t drop)
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
    for (uint32_t i = 0; i < self->sections; i++) {
        const int32_t *c = (const int32_t *)(const void *)(word + 1 + 6 * i);
        uint32_t fraction = (uint32_t)c[5];
        if (fraction - 28 > 2) {
            return SL_ERR_RANGE;
        }
        uint32_t room = (0xFFFFFFFFu >> drop) - 4; /* less what halving cuts off */
        for (uint32_t k = 0; k < 5; k++) {
            int32_t rounded = sl_biquad_rounded(c[k], drop);
            uint64_t magnitude = rounded < 0 ? 0u - (uint32_t)rounded : (uint32_t)rounded;
            if (k >= 3) {
                magnitude += magnitude >> 1;
            }
            if (magnitude > room) {
                return SL_ERR_RANGE;
            }
            room -= (uint32_t)magnitude;
        }
        if (!sl_biquad_is_stable(sl_biquad_rounded(c[3], drop), sl_biquad_rounded(c[4], drop),
                                 (int32_t)(1u << (fraction - drop)))) {
            return SL_ERR_UNSTABLE;
        }
    }
    return SL_OK;
}
