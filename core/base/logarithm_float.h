/* Logarithms, powers of two and powers of float32, computed in integers: the same bits everywhere,
 * and no soft-float helper is linked on processors without FPU.
 *
 * Errors in ulp (units in the last place of the true result; tests/core/test_logarithm_float.c):
 *   sl_log2f, sl_logf, sl_log10f  < 0.52, also where the result is near 0
 *   sl_exp2f                      < 0.52
 *   sl_powf                       < 0.52 + |y| / 32, and 0.02 |y log2 x| where x is near 1
 * NaN comes out as SL_NAN_BITS. Denormals are taken and given.
 */
#ifndef SL_BASE_LOGARITHM_FLOAT_H
#define SL_BASE_LOGARITHM_FLOAT_H

/* log2, natural and decadic logarithm: +-0 gives -infinity, a negative value NaN. */
float sl_log2f(float value);
float sl_logf(float value);
float sl_log10f(float value);

/* 2^value: 0 below -150, infinity from 128 on. */
float sl_exp2f(float value);

/* x^y for x >= 0 (-0 counts as 0) as in C: y = 0 gives 1, 0^y is 0 or (y < 0) infinity. A negative
 * x, which C takes if y is an integer, gives NaN. */
float sl_powf(float x, float y);

#endif
