/* How far a first-order low-pass goes towards a new sample: m += factor (x - m). */
#ifndef SL_DSP_SMOOTHING_H
#define SL_DSP_SMOOTHING_H

#include <stdint.h>

/* factor = 1 - exp(-1 / samples) for a time constant of 0.1 samples or more, in units of 2^-32;
 * 2^32 - 1 if it rounds to 1. Relative error < 1e-6, absolute error < 2 units. */
uint32_t sl_smoothing_factor(float samples);

#endif
