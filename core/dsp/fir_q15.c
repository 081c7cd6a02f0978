#include "dsp/fir_q15.h"

enum {
    CHUNK = 32, /* samples that are taken in at a time */
};

/* Start of the work memory; `history` samples follow, the oldest first, and room for a chunk. */
typedef struct state {
    uint32_t phase; /* of the next output: upsampled steps after the next sample */
    int16_t samples[];
} state;

sl_status sl_fir_q15_open(sl_fir_q15 *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 8) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_FIR_Q15_VERSION) {
        return SL_ERR_VERSION;
    }
    self->up = word[0] >> 8 & 0xFF;
    self->down = word[0] >> 16;
    self->n_taps = word[1] & 0xFFFF;
    self->fraction = word[1] >> 16;
    self->taps = (const int16_t *)payload + 4;
    if (self->up == 0 || self->down == 0 || self->n_taps < self->up ||
        self->n_taps > SL_FIR_Q15_MAX_TAPS || self->fraction < 12 || self->fraction > 15) {
        return SL_ERR_RANGE;
    }
    self->history = (self->n_taps - 1) / self->up;
    if (length != 8 + (size_t)4 * ((self->n_taps + 1) / 2)) {
        return SL_ERR_LENGTH;
    }
    for (uint32_t phase = 0; phase < self->up; phase++) {
        uint32_t sum = 0;
        for (uint32_t i = phase; i < self->n_taps; i += self->up) {
            int32_t tap = self->taps[i];
            sum += (uint32_t)(tap < 0 ? -tap : tap);
        }
        if (sum > 0xFFFF) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

size_t sl_fir_q15_work_size(const sl_fir_q15 *self)
{
    return sizeof(state) + (2 * ((size_t)self->history + CHUNK + 1) & ~(size_t)3);
}

void sl_fir_q15_prepare(const sl_fir_q15 *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_fir_q15_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

size_t sl_fir_q15_outputs(const sl_fir_q15 *self, size_t count, const void *work)
{
    const state *s = work;
    uint32_t steps = (uint32_t)count * self->up;
    return steps <= s->phase ? 0 : (steps - s->phase - 1) / self->down + 1;
}

/* Sum of every `stride`-th tap from `tap` on with samples that go back in time, rounded. */
static int16_t product(const int16_t *tap, uint32_t stride, const int16_t *end,
                       const int16_t *newest, uint32_t fraction)
{
    int32_t sum = 1 << (fraction - 1);
    for (; tap < end; tap += stride) {
        sum += *tap * *newest--;
    }
    sum >>= fraction;
    return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

size_t sl_fir_q15_process(const sl_fir_q15 *self, const int16_t *in, size_t count, int16_t *out,
                          void *work)
{
    state *s = work;
    const int16_t *end = self->taps + self->n_taps;
    int16_t *first = out;
    while (count != 0) {
        uint32_t part = count < CHUNK ? (uint32_t)count : CHUNK;
        int16_t *chunk = s->samples + self->history;
        for (uint32_t i = 0; i < part; i++) {
            chunk[i] = *in++;
        }
        uint32_t sample = s->phase / self->up;
        uint32_t phase = s->phase % self->up;
        while (sample < part) {
            *out++ = product(self->taps + phase, self->up, end, chunk + sample, self->fraction);
            phase += self->down;
            sample += phase / self->up;
            phase %= self->up;
        }
        s->phase = (sample - part) * self->up + phase;
        for (uint32_t i = 0; i < self->history; i++) {
            s->samples[i] = s->samples[i + part];
        }
        count -= part;
    }
    return (size_t)(out - first);
}
