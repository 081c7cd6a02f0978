#include "dsp/stft.h"

#include "base/float32.h"
#include "dsp/fft.h"

/* Work memory. */
typedef struct frame_f32 {
    uint32_t *filled; /* samples that wait */
    float *samples;   /* of the frame */
    float *window;
    float *spectrum;
    void *twiddles;
} frame_f32;

static frame_f32 frame_of(const sl_stft *stft, void *work)
{
    frame_f32 frame;
    frame.filled = work;
    frame.samples = (float *)work + 1;
    frame.window = frame.samples + stft->window.n;
    frame.spectrum = frame.window + stft->window.n;
    frame.twiddles = frame.spectrum + stft->n;
    return frame;
}

size_t sl_stft_work_size(const sl_stft *stft)
{
    sl_fft fft = {stft->n};
    return (1 + 2 * stft->window.n + stft->n) * sizeof(float) + sl_fft_work_size(&fft);
}

void sl_stft_prepare(const sl_stft *stft, void *work)
{
    sl_fft fft = {stft->n};
    frame_f32 frame = frame_of(stft, work);
    sl_window_fill(&stft->window, frame.window);
    sl_fft_prepare(&fft, frame.twiddles);
    sl_stft_clear(stft, work);
}

/* The row of the frame's samples. */
static void write_row(const sl_stft *stft, const frame_f32 *frame, float *row)
{
    sl_fft fft = {stft->n};
    uint32_t length = stft->window.n;
    uint32_t half = stft->n / 2;
    float *x = stft->output == SL_STFT_SPECTRUM ? row : frame->spectrum;
    for (uint32_t i = 0; i < stft->n; i++) {
        x[i] = i < length ? frame->samples[i] * frame->window[i] : 0.0f;
    }
    sl_fft_real(&fft, x, frame->twiddles);
    if (stft->output == SL_STFT_SPECTRUM) {
        return;
    }
    for (uint32_t k = 0; k <= half; k++) {
        float re = k == half ? x[1] : x[2 * k];
        float im = k == half || k == 0 ? 0.0f : x[2 * k + 1];
        float power = re * re + im * im;
        row[k] = sl_canonical(stft->output == SL_STFT_POWER ? power : sl_sqrtf(power));
    }
}

uint32_t sl_stft_process(const sl_stft *stft, const float *in, size_t count, float *out, void *work)
{
    frame_f32 frame = frame_of(stft, work);
    uint32_t length = stft->window.n;
    uint32_t filled = *frame.filled;
    uint32_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        frame.samples[filled++] = in[i];
        if (filled == length) {
            write_row(stft, &frame, out + rows++ * stft->row);
            filled -= stft->hop;
            for (uint32_t j = 0; j < filled; j++) {
                frame.samples[j] = frame.samples[j + stft->hop];
            }
        }
    }
    *frame.filled = filled;
    return rows;
}

sl_status sl_stft_run(const sl_stft *stft, const float *in, float *out, void *work)
{
    sl_stft_clear(stft, work);
    (void)sl_stft_process(stft, in, stft->inputs, out, work);
    return SL_OK;
}
