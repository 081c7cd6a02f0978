#include "features/scaling.h"

#include "base/float32.h"
#include "base/number.h"

sl_status sl_scaling_open(sl_scaling *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 4 || (length & 3) != 0) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_SCALING_VERSION) {
        return SL_ERR_VERSION;
    }
    uint32_t count = word[0] >> 16;
    if (count == 0 || (word[0] >> 8 & 0xFF) != 0) {
        return SL_ERR_RANGE;
    }
    if (length != 4 + 8 * (size_t)count) {
        return SL_ERR_LENGTH;
    }
    self->payload = word;
    self->inputs = self->outputs = count;
    for (uint32_t i = 1; i <= 2 * count; i++) {
        uint32_t magnitude = word[i] & 0x7FFFFFFFu;
        if (magnitude >= SL_INFINITY_BITS || (i > count && magnitude == 0)) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

size_t sl_scaling_work_size(const sl_scaling *self)
{
    (void)self;
    return 0;
}

/* Mantissa of a finite float, without sign: value = mantissa * 2^(sl_top_of(magnitude) - 150). */
static uint32_t mantissa_of_bits(uint32_t bits)
{
    uint32_t mantissa = bits & 0x7FFFFFu;
    return (bits & 0x7F800000u) == 0 ? mantissa : mantissa | 0x800000u;
}

/* The same in units of 2^(top - 182), with its sign; bits below are cut off. */
static int64_t aligned(uint32_t bits, uint32_t top)
{
    uint32_t shift = top - sl_top_of(bits & 0x7FFFFFFFu);
    uint64_t value = shift > 63 ? 0 : (uint64_t)mantissa_of_bits(bits) << 32 >> shift;
    return bits >> 31 != 0 ? -(int64_t)value : (int64_t)value;
}

static float scaled_value(uint32_t bits, uint32_t offset, uint32_t scale)
{
    uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude >= SL_INFINITY_BITS) {
        bits ^= scale & 0x80000000u;
        return sl_canonical(sl_float_from_bits(bits));
    }
    uint32_t top = sl_top_of(magnitude);
    uint32_t top_of_offset = sl_top_of(offset & 0x7FFFFFFFu);
    if (top < top_of_offset) {
        top = top_of_offset;
    }
    int64_t difference = aligned(bits, top) - aligned(offset, top);
    sl_number factor =
        sl_normal(mantissa_of_bits(scale), (int32_t)sl_top_of(scale & 0x7FFFFFFFu) - 150);
    sl_number result = sl_product(sl_normal(sl_absolute(difference), (int32_t)top - 182), factor);
    return sl_packed(result, sl_sign_of(difference) ^ (scale & 0x80000000u));
}

sl_status sl_scaling_run(const sl_scaling *self, const float *in, float *out, void *work)
{
    const uint32_t *offset = self->payload + 1;
    (void)work;
    for (uint32_t i = self->inputs; i != 0; i--) {
        *out++ = scaled_value(sl_float_bits(*in++), offset[0], offset[self->inputs]);
        offset++;
    }
    return SL_OK;
}
