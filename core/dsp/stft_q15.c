#include "dsp/stft_q15.h"

#include "dsp/fft_q15.h"

/* Work memory. */
typedef struct frame_q15 {
    uint32_t *filled; /* samples that wait */
    void *twiddles;
    int16_t *spectrum;
    int16_t *window;
    int16_t *samples; /* of the frame */
} frame_q15;

static frame_q15 frame_q15_of(const sl_stft *stft, void *work)
{
    sl_fft_q15 fft = {stft->n};
    frame_q15 frame;
    frame.filled = work;
    frame.twiddles = (uint32_t *)work + 1;
    frame.spectrum = (int16_t *)frame.twiddles + sl_fft_q15_work_size(&fft) / sizeof(int16_t);
    frame.window = frame.spectrum + stft->n;
    frame.samples = frame.window + stft->window.n;
    return frame;
}

size_t sl_stft_q15_work_size(const sl_stft *stft)
{
    sl_fft_q15 fft = {stft->n};
    return sizeof(uint32_t) + sl_fft_q15_work_size(&fft) +
           (2 * stft->window.n + stft->n) * sizeof(int16_t);
}

void sl_stft_q15_prepare(const sl_stft *stft, void *work)
{
    sl_fft_q15 fft = {stft->n};
    frame_q15 frame = frame_q15_of(stft, work);
    sl_window_q15_fill(&stft->window, frame.window);
    sl_fft_q15_prepare(&fft, frame.twiddles);
    sl_stft_clear(stft, work);
}

/* Square root of value <= 2^31, rounded to nearest. */
static uint32_t root_of(uint32_t value)
{
    uint32_t root = 0;
    for (uint32_t bit = 0x8000; bit != 0; bit >>= 1) {
        uint32_t trial = root + bit;
        root = trial * trial <= value ? trial : root;
    }
    return root + (value - root * root > root);
}

/* The row number `index` of the frame's samples. */
static void write_row_q15(const sl_stft *stft, const frame_q15 *frame, void *out, uint32_t index)
{
    sl_fft_q15 fft = {stft->n};
    uint32_t length = stft->window.n;
    uint32_t half = stft->n / 2;
    int16_t *small = (int16_t *)out + index * stft->row;
    uint32_t *large = (uint32_t *)out + index * stft->row;
    int16_t *x = stft->output == SL_STFT_SPECTRUM ? small : frame->spectrum;
    for (uint32_t i = 0; i < stft->n; i++) {
        int32_t product = i < length ? frame->samples[i] * frame->window[i] : 0;
        x[i] = (int16_t)((product + 0x4000) >> 15);
    }
    sl_fft_q15_real(&fft, x, frame->twiddles);
    if (stft->output == SL_STFT_SPECTRUM) {
        return;
    }
    for (uint32_t k = 0; k <= half; k++) {
        int32_t re = k == half ? x[1] : x[2 * k];
        int32_t im = k == half || k == 0 ? 0 : x[2 * k + 1];
        uint32_t power = (uint32_t)(re * re) + (uint32_t)(im * im);
        if (stft->output == SL_STFT_POWER) {
            large[k] = power;
        } else {
            uint32_t magnitude = root_of(power);
            small[k] = (int16_t)(magnitude > INT16_MAX ? INT16_MAX : magnitude);
        }
    }
}

uint32_t sl_stft_q15_process(const sl_stft *stft, const int16_t *in, size_t count, void *out,
                             void *work)
{
    frame_q15 frame = frame_q15_of(stft, work);
    uint32_t length = stft->window.n;
    uint32_t filled = *frame.filled;
    uint32_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        frame.samples[filled++] = in[i];
        if (filled == length) {
            write_row_q15(stft, &frame, out, rows++);
            filled -= stft->hop;
            for (uint32_t j = 0; j < filled; j++) {
                frame.samples[j] = frame.samples[j + stft->hop];
            }
        }
    }
    *frame.filled = filled;
    return rows;
}
