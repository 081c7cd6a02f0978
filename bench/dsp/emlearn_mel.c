/* emlearn: eml_audio_melspectrogram of N values with BANDS bands (window and filters are computed
 * anew for every frame), then the logarithm. Its power spectrum takes the real parts alone. */
#include "eml_audio.h"

#include <string.h>

#include "bench.h"

static float sines[N / 2], cosines[N / 2], scratch[N];
static EmlFFT fft = {N / 2, sines, cosines};
static const EmlAudioMel mel = {BANDS, LOWEST, HIGHEST, N, RATE};

int bench_setup(void)
{
    return eml_fft_fill(fft, N) != EmlOk;
}

void bench_load(const void *row)
{
    memcpy(bench_output, row, N * sizeof(float));
}

int bench_run(const void *row)
{
    (void)row;
    EmlVector samples = {(float *)bench_output, N}, temporary = {scratch, N};
    EmlError error = eml_audio_melspectrogram(mel, fft, samples, temporary);
    for (int i = 0; i < BANDS; i++) {
        samples.data[i] = logf(samples.data[i] + 1e-12f);
    }
    return error != EmlOk;
}
