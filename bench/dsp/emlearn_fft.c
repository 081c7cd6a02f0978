/* emlearn: its FFT is complex, of N real and N imaginary parts, in place. */
#include "eml_fft.h"

#include <string.h>

#include "bench.h"

#define REAL      ((float *)bench_output)
#define IMAGINARY (REAL + N)

static float sines[N / 2], cosines[N / 2];
static EmlFFT fft = {N / 2, sines, cosines};

int bench_setup(void)
{
    return eml_fft_fill(fft, N) != EmlOk;
}

void bench_load(const void *row)
{
    memcpy(REAL, row, N * sizeof(float));
    memset(IMAGINARY, 0, N * sizeof(float));
}

int bench_run(const void *row)
{
    (void)row;
    return eml_fft_forward(fft, REAL, IMAGINARY, N) != EmlOk;
}
