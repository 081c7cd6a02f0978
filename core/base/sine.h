/* Sine and cosine of a phase in 2^-32 turns, in integers: for twiddle factors, windows, filter
 * design and oscillators.
 *
 * A phase is an uint32_t that wraps as an angle does: 2^32 is a whole turn, 2^30 a right angle;
 * `phase += step` is an oscillator of step * rate / 2^32 Hz.
 *
 * Format: result Q30 (2^30 = 1.0), -2^30 ... 2^30. Odd polynomial of degree 11 in Q30 with
 * coefficients in Q31, 64-bit products, each rounded to nearest; nothing can overflow.
 * Error < 2 units of 2^-30, that is 1.9e-9 (measured 1.82: tests/core/test_sine.c). Multiples of a
 * right angle are exact, and sine(-phase) = -sine(phase), sine(half a turn - phase) = sine(phase)
 * exactly.
 */
#ifndef SL_BASE_SINE_H
#define SL_BASE_SINE_H

#include <stdint.h>

#define SL_RIGHT_ANGLE 0x40000000u /* phases */
#define SL_HALF_TURN   0x80000000u

/* sin(2 pi phase / 2^32) in Q30. */
int32_t sl_sine(uint32_t phase);

/* cos(2 pi phase / 2^32) in Q30. */
static inline int32_t sl_cosine(uint32_t phase)
{
    return sl_sine(phase + SL_RIGHT_ANGLE);
}

#endif
