/* emlearn: eml_iir_filter, value for value over a block of N; the model holds scipy's sos. */
#include "eml_iir.h"

#include <string.h>

#include "bench.h"

static float state[4 * STAGES];
static EmlIIR filter;

int bench_setup(void)
{
    memset(state, 0, sizeof state);
    filter = (EmlIIR){STAGES, state, 4 * STAGES, (const float *)bench_model, 6 * STAGES};
    return eml_iir_check(filter) != EmlOk;
}

int bench_run(const void *row)
{
    const float *in = row;
    float *out = (float *)bench_output;
    for (int i = 0; i < N; i++) {
        out[i] = eml_iir_filter(filter, in[i]);
    }
    return 0;
}
