#include "features/mel_q15.h"

#include "base/number.h"
#include "dsp/fft_q15.h"

/* A frame's samples, int16 each * 2^unit. */
typedef struct mel_q15_block {
    const int16_t *samples;
    uint32_t stride;
    int32_t unit;
    uint32_t peak; /* has the highest bit of the largest magnitude */
} mel_q15_block;

sl_status sl_mel_q15_open(sl_mel_q15 *self, const void *payload, size_t length)
{
    sl_status status = sl_mel_bank_open(&self->bank, payload, length);
    if (status != SL_OK) {
        return status;
    }
    self->payload = payload;
    self->inputs = self->bank.inputs;
    self->outputs = self->bank.outputs;
    uint32_t transform = SL_FFT_Q15_VERSION | self->bank.fft << 16;
    status = sl_fft_q15_open(&self->fft, &transform, sizeof transform);
    self->spectrum = (uint32_t)(sl_fft_q15_work_size(&self->fft) / sizeof(int16_t));
    self->window = self->spectrum + self->bank.fft;
    self->weights = self->window + self->bank.frame;
    self->starts = self->weights + self->bank.fft / 2;
    return status;
}

size_t sl_mel_q15_work_size(const sl_mel_q15 *self)
{
    return (self->starts + self->bank.bands + 2 + 1) / 2 * sizeof(uint32_t);
}

void sl_mel_q15_prepare(const sl_mel_q15 *self, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    sl_fft_q15_prepare(&self->fft, work);
    uint16_t *tables = work;
    for (uint32_t i = 0; i < bank->frame; i++) {
        tables[self->window + i] = (uint16_t)((sl_mel_bank_window(bank, i) + (1 << 14)) >> 15);
    }
    uint32_t *weights = (uint32_t *)(void *)(tables + self->spectrum); /* not needed yet */
    uint32_t bins = sl_mel_bank_weights(bank, weights, tables + self->starts);
    for (uint32_t i = 0; i < bins; i++) {
        tables[self->weights + i] = (uint16_t)(weights[i] >> 8);
    }
}

/* ---- Samples to spectrum ----------------------------------------------------------------------
 */

/* Bits of a magnitude, all below the highest set one counting as well. */
static inline uint32_t bits_of(int32_t value)
{
    return (uint32_t)(value ^ (value >> 31));
}

/* in[0], in[stride] ... as int16 in units of the largest; peak 0 if all are 0, UINT32_MAX if one
 * is NaN or infinite. */
static mel_q15_block block_of(const float *in, uint32_t stride, uint32_t count, int16_t *to)
{
    mel_q15_block block = {to, 1, 0, 0};
    uint32_t peak = 0;
    uint32_t end = count * stride;
    for (uint32_t i = 0; i < end; i += stride) {
        uint32_t magnitude = sl_float_magnitude(in[i]);
        peak = magnitude > peak ? magnitude : peak;
    }
    if (peak >= SL_INFINITY_BITS) {
        block.peak = UINT32_MAX;
        return block;
    }
    uint32_t top = sl_top_of(peak);
    block.unit = (int32_t)top - 155 + 14;
    for (uint32_t i = 0; i < end; i += stride) {
        int32_t value = (sl_integer_of(in[i], top) + (1 << 13)) >> 14;
        value = value > INT16_MAX ? INT16_MAX : value;
        block.peak |= bits_of(value);
        *to++ = (int16_t)value;
    }
    return block;
}

/* Samples of int16 as they are. */
static mel_q15_block block_of_i16(const int16_t *in, uint32_t stride, uint32_t count)
{
    mel_q15_block block = {in, stride, -15, 0};
    for (uint32_t i = count; i != 0; i--) {
        block.peak |= bits_of(*in);
        in += stride;
    }
    return block;
}

/* Window and transform. Returns the spectrum's unit. */
static int32_t transform(const sl_mel_q15 *self, void *work, const mel_q15_block *block)
{
    const sl_mel_bank *bank = &self->bank;
    uint32_t up = sl_leading_zeros(block->peak | 1) - 17;
    uint32_t shift = 15 - up;
    int32_t half = 1 << (shift - 1);
    const int16_t *in = block->samples;
    const uint16_t *window = (const uint16_t *)work + self->window;
    int16_t *spectrum = (int16_t *)work + self->spectrum;
    int16_t *x = spectrum;
    uint32_t stride = block->stride;
    for (uint32_t i = bank->frame; i != 0; i--) {
        *x++ = (int16_t)((*in * *window++ + half) >> shift);
        in += stride;
    }
    for (uint32_t i = bank->frame; i < bank->fft; i++) {
        *x++ = 0;
    }
    sl_fft_q15_real(&self->fft, spectrum, work);
    spectrum[1] = 0; /* bin fft / 2, which no band has, shares its place with bin 0 */
    return block->unit - (int32_t)up + 31 - (int32_t)sl_leading_zeros(bank->fft);
}

/* ---- Spectrum to bands ------------------------------------------------------------------------
 */

static void bands_of(const sl_mel_q15 *self, const void *work, int32_t unit, float *out)
{
    const sl_mel_bank *bank = &self->bank;
    const uint16_t *starts = (const uint16_t *)work + self->starts;
    const int16_t *bin = (const int16_t *)work + self->spectrum + 2 * (size_t)starts[0];
    const uint16_t *weight = (const uint16_t *)work + self->weights;
    uint64_t rising_before = 0;
    for (uint32_t i = 0; i <= bank->bands; i++) {
        uint64_t rising = 0;
        uint64_t total = 0;
        for (uint32_t k = (uint32_t)(starts[i + 1] - starts[i]); k != 0; k--) {
            int32_t re = bin[0];
            int32_t im = bin[1];
            uint32_t power = (uint32_t)(re * re) + (uint32_t)(im * im);
            rising += (uint64_t)power * *weight++;
            total += power;
            bin += 2;
        }
        if (i != 0) {
            sl_number sum = sl_normal(rising_before + ((total << 16) - rising), 2 * unit - 16);
            sl_number power = sl_product(sum, sl_number_of_bits(bank->gains[i - 1]));
            *out++ = sl_mel_bank_result(bank, sl_float_bits(sl_packed(power, 0)));
        }
        rising_before = rising;
    }
}

/* ---- Frames -----------------------------------------------------------------------------------
 */

/* A window of floats, or of integers. */
static sl_status run(const sl_mel_q15 *self, const void *in, int integers, float *out, void *work)
{
    const sl_mel_bank *bank = &self->bank;
    uint32_t stride = bank->channels;
    uint32_t at = bank->channel;
    for (uint32_t i = 0; i < bank->frames; i++) {
        mel_q15_block block = integers ? block_of_i16((const int16_t *)in + at, stride, bank->frame)
                                       : block_of((const float *)in + at, stride, bank->frame,
                                                  (int16_t *)work + self->spectrum);
        if (block.peak == UINT32_MAX) {
            for (uint32_t k = 0; k < bank->bands; k++) {
                out[k] = sl_nan();
            }
        } else {
            bands_of(self, work, transform(self, work, &block), out);
        }
        out += bank->bands;
        at += bank->hop * stride;
    }
    return SL_OK;
}

sl_status sl_mel_q15_run(const sl_mel_q15 *self, const float *in, float *out, void *work)
{
    return run(self, in, 0, out, work);
}

sl_status sl_mel_q15_run_i16(const sl_mel_q15 *self, const int16_t *in, float *out, void *work)
{
    return run(self, in, 1, out, work);
}
