/* emlearn: the class from `model_predict`, which emlearn generates (loadable: it calls
 * eml_trees.h). Regression and predict_proba are left out, as emlearn's own size example does. */
#define EML_TREES_REGRESSION_ENABLE 0
#include "model.h"

#include "bench.h"

int bench_setup(void)
{
    return 0;
}

int bench_run(const void *row)
{
    return (int)model_predict((const FEATURE_TYPE *)row, FEATURES);
}
