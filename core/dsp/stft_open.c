/* What the float32 and the int16 transform share. Their work memory starts with the number of
 * samples that wait for their frame. */
#include "dsp/fft.h"
#include "dsp/stft.h"

sl_status sl_stft_open(sl_stft *stft, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 16) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFFu) != SL_STFT_VERSION) {
        return SL_ERR_VERSION;
    }
    sl_status status = sl_window_open(&stft->window, words + 1, 8);
    if (status != SL_OK) {
        return status;
    }
    uint32_t n = words[0] >> 16;
    uint32_t frame = stft->window.n;
    stft->output = words[0] >> 8 & 0xFF;
    stft->n = n;
    stft->hop = words[3] & 0xFFFF;
    stft->inputs = words[3] >> 16;
    stft->row = stft->output == SL_STFT_SPECTRUM ? n : n / 2 + 1;
    if (stft->output >= SL_STFT_OUTPUTS) {
        return SL_ERR_LAYOUT;
    }
    if (n < SL_FFT_SHORTEST || n > SL_FFT_LONGEST || (n & (n - 1)) != 0 || frame > n ||
        stft->hop == 0 || stft->hop > frame || (stft->inputs != 0 && stft->inputs < frame)) {
        return SL_ERR_RANGE;
    }
    stft->outputs = 0;
    if (stft->inputs != 0) {
        stft->outputs = ((stft->inputs - frame) / stft->hop + 1) * stft->row;
    }
    return SL_OK;
}

void sl_stft_clear(const sl_stft *stft, void *work)
{
    (void)stft;
    *(uint32_t *)work = 0;
}

uint32_t sl_stft_rows(const sl_stft *stft, size_t count, const void *work)
{
    size_t samples = *(const uint32_t *)work + count;
    uint32_t frame = stft->window.n;
    return samples < frame ? 0 : (uint32_t)(samples - frame) / stft->hop + 1;
}
