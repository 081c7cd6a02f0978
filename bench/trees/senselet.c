/* Senselet: the payload of a model file's step, opened in place and never copied. */
#include "models/trees.h"

#include "bench.h"

static sl_trees trees;
static uint32_t work[FEATURES + CLASSES];

int bench_setup(void)
{
    sl_status status = sl_trees_open(&trees, bench_model, bench_model_length);
    return status != SL_OK || sl_trees_work_size(&trees) > sizeof work;
}

int bench_run(const void *row)
{
#ifdef INPUT_INT16
    return (int)sl_trees_predict_i16(&trees, row, work);
#else
    return (int)sl_trees_predict(&trees, row, work);
#endif
}
