/* Whether both poles of z^2 + a1 z + a2 lie inside the unit circle; coefficients are integers in
 * units of 1 / `one`, which is 2^30 or less. */
#ifndef SL_DSP_BIQUAD_STABILITY_H
#define SL_DSP_BIQUAD_STABILITY_H

#include <stdbool.h>
#include <stdint.h>

/* The stability triangle (Jury): |a2| < 1 and |a1| < 1 + a2. */
static inline bool sl_biquad_is_stable(int32_t a1, int32_t a2, int32_t one)
{
    uint32_t magnitude = a1 < 0 ? 0u - (uint32_t)a1 : (uint32_t)a1;
    return a2 > -one && a2 < one && magnitude < (uint32_t)one + (uint32_t)a2;
}

#endif
