/* Float arithmetic in integers, for processors without FPU: smaller than the compiler's library.
 *
 * The compiler calls helpers for float +, -, * and int-to-float there. Its library's take 2.9 kB on
 * rv32imc and 2.5 kB on armv6m, in every native module; those of soft_float.c take 0.6 kB, and less
 * time. A module that lists base/soft_float.c among its sources gets these instead. Elsewhere
 * (processors with FPU, and Cortex-M3, whose library is hand-written and short) the file is empty.
 *
 * IEEE-754 single precision, rounded to nearest, ties to even; denormals and infinities as they
 * must be; every NaN that comes out is 0x7FC00000.
 */
#ifndef SL_BASE_SOFT_FLOAT_H
#define SL_BASE_SOFT_FLOAT_H

#include <stdint.h>

/* Whether soft_float.c stands in for the library here; tests/core/test_soft_float.c tests it
 * everywhere. */
#if defined(__ARM_ARCH_6M__) || (defined(__riscv) && !defined(__riscv_flen))
#define SL_SOFT_FLOAT 1
#endif

/* Bits of the sum and of the product of two floats, given by their bits; of an integer's float. */
uint32_t sl_soft_add(uint32_t a, uint32_t b);
uint32_t sl_soft_multiply(uint32_t a, uint32_t b);
uint32_t sl_soft_from_int(int32_t value);

#endif
