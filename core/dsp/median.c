#include "dsp/median.h"

#include "base/float32.h"

/* Start of the work memory. */
typedef struct state {
    uint32_t oldest;   /* index into the first half of `samples` */
    int32_t samples[]; /* n in order of time, round and round; then n in order of size */
} state;

sl_status sl_median_open(sl_median *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 8) {
        return SL_ERR_LENGTH;
    }
    if (word[0] != SL_MEDIAN_VERSION) {
        return SL_ERR_VERSION;
    }
    self->n = word[1];
    return self->n <= SL_MEDIAN_MAX_LENGTH && (self->n & 1) != 0 ? SL_OK : SL_ERR_RANGE;
}

size_t sl_median_work_size(const sl_median *self)
{
    return sizeof(state) + (size_t)8 * self->n;
}

void sl_median_prepare(const sl_median *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_median_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

/* Put `key` in place of the oldest; the median. */
static int32_t next(uint32_t n, state *s, int32_t key)
{
    int32_t *in_time = &s->samples[s->oldest];
    int32_t *least = s->samples + n;
    int32_t *largest = least + n - 1;
    int32_t *at = least;
    s->oldest = s->oldest + 1 == n ? 0 : s->oldest + 1;
    while (*at != *in_time) {
        at++;
    }
    *in_time = key;
    for (; at != largest && at[1] < key; at++) {
        at[0] = at[1];
    }
    for (; at != least && at[-1] > key; at--) {
        at[0] = at[-1];
    }
    *at = key;
    return least[n / 2];
}

void sl_median_process(const sl_median *self, const float *in, float *out, size_t count, void *work)
{
    for (; count != 0; count--) {
        float x = *in++;
        int32_t key = sl_is_finite(x) ? sl_float_key(x) : 0;
        *out++ = sl_float_from_key(next(self->n, work, key));
    }
}

void sl_median_process_i16(const sl_median *self, const int16_t *in, int16_t *out, size_t count,
                           void *work)
{
    for (; count != 0; count--) {
        *out++ = (int16_t)next(self->n, work, *in++);
    }
}
