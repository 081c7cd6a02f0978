#include "dsp/moving_average.h"

#include "base/float32.h"

/* Start of the work memory. There follow the block before from `at` on (sums from there to its
 * end) and, below, the samples of this block. */
typedef struct float_state {
    uint32_t at;  /* the next sample's place in its block */
    float so_far; /* sum of the block's samples before it */
} float_state;

void sl_moving_average_process(const sl_moving_average *self, const float *in, float *out,
                               size_t count, void *work)
{
    float_state *s = work;
    float *samples = (float *)(s + 1);
    float share = 1.0f / (float)(int32_t)self->n;
    for (; count != 0; count--) {
        float x = *in++;
        x = sl_is_finite(x) ? x : 0.0f;
        s->so_far += x;
        samples[s->at++] = x;
        float before = 0.0f;
        if (s->at != self->n) {
            before = samples[s->at];
        }
        *out++ = sl_canonical((s->so_far + before) * share);
        if (s->at == self->n) { /* from samples to sums of the block's end */
            float sum = 0.0f;
            while (s->at != 0) {
                s->at--;
                sum += samples[s->at];
                samples[s->at] = sum;
            }
            s->so_far = 0.0f;
        }
    }
}
