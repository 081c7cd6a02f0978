/* What the float32 and the int16 version share. Their work memory starts with the number of samples
 * of the row so far. */
#include "dsp/goertzel.h"

sl_status sl_goertzel_open(sl_goertzel *self, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 4) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFFu) != SL_GOERTZEL_VERSION) {
        return SL_ERR_VERSION;
    }
    self->count = words[0] >> 8 & 0xFF;
    self->n = words[0] >> 16;
    self->frequencies = words + 1;
    if (self->count == 0 || self->count > SL_GOERTZEL_MOST || self->n == 0) {
        return SL_ERR_RANGE;
    }
    if (length != 4 * (size_t)(1 + self->count)) {
        return SL_ERR_LENGTH;
    }
    for (uint32_t i = 0; i < self->count; i++) {
        if (self->frequencies[i] > 0x80000000u || (self->frequencies[i] & 1) != 0) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

uint32_t sl_goertzel_rows(const sl_goertzel *self, size_t count, const void *work)
{
    return (uint32_t)(*(const uint32_t *)work + count) / self->n;
}
