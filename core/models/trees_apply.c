/* Apart from trees.c, so that native modules on a board, where bytes count, can do without. */
#include "models/trees_walk.h"

sl_status sl_trees_apply(const sl_trees *t, const float *features, uint32_t *leaves, void *work)
{
    int missing;
    sl_status status = sl_trees_convert_floats(t, features, work, &missing);
    if (status != SL_OK) {
        return status;
    }
    const uint16_t *narrow = t->roots;
    const wide_root *wide = t->roots;
    for (uint32_t i = 0; i < t->n_trees; i++) {
        const uint32_t *last;
        uint32_t right;
        uint32_t words;
        if (t->layout == SL_TREES_NARROW) {
            (void)walk_narrow(t->nodes + narrow[i], work, &last, &right);
            words = 1;
        } else {
            (void)walk_wide(t->nodes + 2 * (size_t)wide[i].node, work, missing, &last, &right);
            words = 2;
        }
        uint32_t node = (uint32_t)(last - t->nodes) / words - 1;
        leaves[i] = 2 * node + right;
    }
    return SL_OK;
}
