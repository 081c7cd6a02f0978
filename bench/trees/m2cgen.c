/* m2cgen: `score` writes the class probabilities; the class is the most probable one. */
#include "model.h"

#include "bench.h"

int bench_setup(void)
{
    return 0;
}

int bench_run(const void *row)
{
    double scores[CLASSES];
    score((double *)row, scores);
    int best = 0;
    for (int i = 1; i < CLASSES; i++) {
        if (scores[i] > scores[best]) {
            best = i;
        }
    }
    return best;
}
