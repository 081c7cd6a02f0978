#include "features/mel.h"

#include "base/float32.h"
#include "dsp/fft.h"

/* Where the tables are in work memory. */
typedef struct mel_tables {
    void *twiddles;
    float *spectrum;  /* fft */
    float *window;    /* frame */
    float *weights;   /* at most fft / 2 */
    uint16_t *starts; /* bands + 2 */
} mel_tables;

static mel_tables mel_tables_of(const sl_mel *self, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    mel_tables tables;
    tables.twiddles = work;
    tables.spectrum = (float *)work + sl_fft_work_size(&self->fft) / sizeof(float);
    tables.window = tables.spectrum + bank->fft;
    tables.weights = tables.window + bank->frame;
    tables.starts = (uint16_t *)(void *)(tables.weights + bank->fft / 2);
    return tables;
}

sl_status sl_mel_open(sl_mel *self, const void *payload, size_t length)
{
    sl_status status = sl_mel_bank_open(&self->bank, payload, length);
    if (status != SL_OK) {
        return status;
    }
    self->payload = payload;
    self->inputs = self->bank.inputs;
    self->outputs = self->bank.outputs;
    uint32_t transform = SL_FFT_VERSION | self->bank.fft << 16;
    return sl_fft_open(&self->fft, &transform, sizeof transform);
}

size_t sl_mel_work_size(const sl_mel *self)
{
    const sl_mel_bank *bank = &self->bank;
    size_t words = bank->fft + bank->frame + bank->fft / 2;
    words += (bank->bands + 3) / 2;
    return sl_fft_work_size(&self->fft) + words * sizeof(float);
}

void sl_mel_prepare(const sl_mel *self, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    mel_tables tables = mel_tables_of(self, work);
    sl_fft_prepare(&self->fft, tables.twiddles);
    for (uint32_t i = 0; i < bank->frame; i++) {
        tables.window[i] = (float)sl_mel_bank_window(bank, i) * 0x1p-30f;
    }
    uint32_t bins = sl_mel_bank_weights(bank, (uint32_t *)(void *)tables.weights, tables.starts);
    for (uint32_t i = 0; i < bins; i++) { /* integers of 25 bits, exact in float32 */
        tables.weights[i] = (float)(int32_t)sl_float_bits(tables.weights[i]) * 0x1p-24f;
    }
}

/* Bands of the frame whose sample i is in[i * stride]. */
static void mel_frame(const sl_mel *self, const float *in, float *out, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    mel_tables tables = mel_tables_of(self, work);
    float *x = tables.spectrum;
    for (uint32_t i = 0; i < bank->frame; i++) {
        x[i] = *in * tables.window[i];
        in += bank->channels;
    }
    for (uint32_t i = bank->frame; i < bank->fft; i++) {
        x[i] = 0.0f;
    }
    sl_fft_real(&self->fft, x, tables.twiddles);
    x[1] = 0.0f; /* bin fft / 2, which no band has, shares its place with bin 0 */
    const float *bin = x + 2 * (size_t)tables.starts[0];
    const float *weight = tables.weights;
    float rising_before = 0.0f;
    for (uint32_t i = 0; i <= bank->bands; i++) {
        float rising = 0.0f;
        float falling = 0.0f;
        const float *end = x + 2 * (size_t)tables.starts[i + 1];
        while (bin != end) {
            float power = bin[0] * bin[0] + bin[1] * bin[1];
            float part = power * *weight++;
            rising += part;
            falling += power - part;
            bin += 2;
        }
        if (i != 0) {
            float gain = sl_float_from_bits(bank->gains[i - 1]);
            float power = (rising_before + falling) * gain;
            *out++ = sl_mel_bank_result(bank, sl_float_magnitude(power));
        }
        rising_before = rising;
    }
}

sl_status sl_mel_run(const sl_mel *self, const float *in, float *out, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    in += bank->channel;
    for (uint32_t i = 0; i < bank->frames; i++) {
        mel_frame(self, in + (size_t)i * bank->hop * bank->channels, out, work);
        out += bank->bands;
    }
    return SL_OK;
}
