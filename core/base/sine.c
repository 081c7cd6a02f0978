#include "base/sine.h"

/* a * b / 2^30, rounded. Six calls of it: for size. */
static __attribute__((noinline)) int32_t multiply(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (1 << 29)) >> 30);
}

int32_t sl_sine(uint32_t phase)
{
    /* The angle as a part of a right angle, Q30, in the first quarter. */
    uint32_t angle = phase & 0x7FFFFFFFu;
    if (angle > SL_RIGHT_ANGLE) {
        angle = SL_HALF_TURN - angle;
    }
    int32_t square = multiply((int32_t)angle, (int32_t)angle);
    /* Coefficients in Q31 of sin(pi/2 a) / a - pi/2: tests/golden/fit_sine.py, error 1.5e-11. */
    int32_t tail = -7335;
    tail = multiply(tail, square) + 344050;
    tail = multiply(tail, square) - 10053690;
    tail = multiply(tail, square) + 171138523;
    tail = multiply(tail, square) - 1387197326;
    /* pi/2 and the rest: 1.0 ... pi/2 in Q31. */
    uint32_t factor = 3373259426u + (uint32_t)multiply(tail, square);
    int32_t sine = (int32_t)(((uint64_t)angle * factor + (1u << 30)) >> 31);
    return phase >= SL_HALF_TURN ? -sine : sine;
}
