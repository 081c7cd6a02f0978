/* Scaling of features, step kind "scaling": out[i] = (in[i] - offset[i]) * scale[i].
 *
 * Offsets and scales are what training found: mean and 1 / standard deviation (scikit-learn's
 * StandardScaler), minimum and 1 / range (MinMaxScaler), median and 1 / interquartile range
 * (RobustScaler), stored as float32. docs/features/scaling.md.
 *
 * Integer arithmetic: the difference is formed without loss, and rounding happens once, at the end.
 * The result is within 0.51 units in the last place of the exact (in - offset) * scale, so it is
 * closer than float32 arithmetic would come, the same on every processor, and no soft-float helper
 * is linked. NaN stays NaN (0x7FC00000), an infinity stays one, with the sign of its product with
 * the scale; results above 3.4e38 become infinity; -0 becomes 0. in == out is allowed.
 *
 * Payload: 32-bit little-endian words, at a 4-byte aligned address.
 *
 *   word 0          version = 1 (8 bits), 0 (8), count 1 ... 65535 (16)
 *   count words     offset of each feature, float32, finite
 *   count words     scale of each feature, float32, finite, not 0
 */
#ifndef SL_FEATURES_SCALING_H
#define SL_FEATURES_SCALING_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { SL_SCALING_VERSION = 1 };

/* Opened payload. Fields are read-only for callers. */
typedef struct sl_scaling {
    const uint32_t *payload;
    uint32_t inputs;  /* number of features */
    uint32_t outputs; /* the same */
} sl_scaling;

/* Check the whole payload and prepare `self` to read it in place; it must neither move nor change
 * as long as `self` is used. SL_OK, SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION or
 * SL_ERR_RANGE. */
sl_status sl_scaling_open(sl_scaling *self, const void *payload, size_t length);

/* Bytes of work memory: 0. */
size_t sl_scaling_work_size(const sl_scaling *self);

/* Scale `inputs` values; `work` is not used. Returns SL_OK. */
sl_status sl_scaling_run(const sl_scaling *self, const float *in, float *out, void *work);

#endif
