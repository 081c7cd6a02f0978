#include "dsp/fir.h"

#include "base/float32.h"

enum {
    CHUNK = 32, /* samples that are taken in at a time */
};

/* Start of the work memory; `history` samples follow, the oldest first, and room for a chunk. */
typedef struct state {
    uint32_t missing;
    uint32_t phase; /* of the next output: upsampled steps after the next sample */
    float samples[];
} state;

sl_status sl_fir_open(sl_fir *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 8) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_FIR_VERSION) {
        return SL_ERR_VERSION;
    }
    self->up = word[0] >> 8 & 0xFF;
    self->down = word[0] >> 16;
    self->n_taps = word[1];
    self->taps = (const float *)payload + 2;
    if (self->up == 0 || self->down == 0 || self->n_taps < self->up ||
        self->n_taps > SL_FIR_MAX_TAPS) {
        return SL_ERR_RANGE;
    }
    self->history = (self->n_taps - 1) / self->up;
    if (length != 8 + (size_t)4 * self->n_taps) {
        return SL_ERR_LENGTH;
    }
    for (uint32_t i = 0; i < self->n_taps; i++) {
        if (!sl_is_finite(self->taps[i])) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

size_t sl_fir_work_size(const sl_fir *self)
{
    return sizeof(state) + 4 * ((size_t)self->history + CHUNK);
}

void sl_fir_prepare(const sl_fir *self, void *work)
{
    uint32_t *word = work;
    for (size_t i = sl_fir_work_size(self) / 4; i != 0; i--) {
        *word++ = 0;
    }
}

size_t sl_fir_outputs(const sl_fir *self, size_t count, const void *work)
{
    const state *s = work;
    uint32_t steps = (uint32_t)count * self->up;
    return steps <= s->phase ? 0 : (steps - s->phase - 1) / self->down + 1;
}

/* Sum of every `stride`-th tap from `tap` on with samples that go back in time. */
static float product(const float *tap, uint32_t stride, const float *end, const float *newest)
{
    float sum = 0.0f;
    for (; tap < end; tap += stride) {
        sum += *tap * *newest--;
    }
    return sl_canonical(sum);
}

size_t sl_fir_process(const sl_fir *self, const float *in, size_t count, float *out, void *work)
{
    state *s = work;
    const float *end = self->taps + self->n_taps;
    float *first = out;
    while (count != 0) {
        uint32_t part = count < CHUNK ? (uint32_t)count : CHUNK;
        float *chunk = s->samples + self->history;
        for (uint32_t i = 0; i < part; i++) {
            float x = *in++;
            if (!sl_is_finite(x)) {
                x = 0.0f;
                s->missing++;
            }
            chunk[i] = x;
        }
        uint32_t sample = s->phase / self->up;
        uint32_t phase = s->phase % self->up;
        while (sample < part) {
            *out++ = product(self->taps + phase, self->up, end, chunk + sample);
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

uint32_t sl_fir_missing(const void *work)
{
    return ((const state *)work)->missing;
}
