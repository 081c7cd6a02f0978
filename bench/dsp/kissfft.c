/* Kiss FFT: kiss_fftr of N values (float, or FIXED_POINT bits); N / 2 + 1 complex ones come out. */
#include "kiss_fftr.h"

#include "bench.h"

#define MEMORY bench_work
static kiss_fftr_cfg fft;

_Noreturn void bench_exit(int code) /* mentioned where a forward transform is used for an inverse */
{
    (void)code;
    __builtin_trap();
}

int bench_setup(void)
{
    size_t length = bench_work_bytes;
    fft = kiss_fftr_alloc(N, 0, MEMORY, &length);
    bench_work_used = (uint32_t)length;
    return fft == 0;
}

int bench_run(const void *row)
{
    kiss_fftr(fft, row, (kiss_fft_cpx *)bench_output);
    return 0;
}
