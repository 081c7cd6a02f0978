#include "dsp/moving_average.h"

/* Start of the work memory. The last n samples follow, as int16. */
typedef struct state {
    uint32_t at; /* the oldest of them */
    int32_t sum;
} state;

sl_status sl_moving_average_open(sl_moving_average *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 8) {
        return SL_ERR_LENGTH;
    }
    if (word[0] != SL_MOVING_AVERAGE_VERSION) {
        return SL_ERR_VERSION;
    }
    self->n = word[1];
    return self->n - 1 < SL_MOVING_AVERAGE_MAX_LENGTH ? SL_OK : SL_ERR_RANGE;
}

size_t sl_moving_average_work_size(const sl_moving_average *self)
{
    return 8 + (size_t)4 * self->n;
}

void sl_moving_average_prepare(const sl_moving_average *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_moving_average_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

void sl_moving_average_process_i16(const sl_moving_average *self, const int16_t *in, int16_t *out,
                                   size_t count, void *work)
{
    state *s = work;
    int16_t *samples = (int16_t *)(s + 1);
    uint32_t n = self->n;
    for (; count != 0; count--) {
        int16_t x = *in++;
        s->sum += x - samples[s->at];
        samples[s->at] = x;
        s->at = s->at + 1 == self->n ? 0 : s->at + 1;
        /* Made positive, so that the division rounds down: (2 sum + n) / 2 n + 2^15 < 2^32. */
        uint32_t above = (uint32_t)s->sum * 2 + n * 65537;
        *out++ = (int16_t)((int32_t)(above / (2 * n)) - 32768);
    }
}
