/* The transforms that core/dsp/fft and fft_q15 do, by number. */
#ifndef SL_DSP_FFT_KIND_H
#define SL_DSP_FFT_KIND_H

typedef enum sl_fft_kind {
    SL_FFT_REAL = 0,
    SL_FFT_REAL_INVERSE = 1,
    SL_FFT_COMPLEX = 2,
    SL_FFT_COMPLEX_INVERSE = 3,
    SL_FFT_KINDS
} sl_fft_kind;

#endif
