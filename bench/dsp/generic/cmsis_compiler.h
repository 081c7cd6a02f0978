/* What CMSIS-DSP needs of a compiler on processors that are not Arm's: the functions that CMSIS'
 * own header of this name gives on Arm, made of what GCC has. (CMSIS-DSP's define __GNUC_PYTHON__
 * would do, too, but counts leading zeros by a loop.) */
#ifndef CMSIS_COMPILER_H
#define CMSIS_COMPILER_H

#include <stdint.h>

#define __ALIGNED(x)         __attribute__((aligned(x)))
#define __STATIC_INLINE      static inline
#define __STATIC_FORCEINLINE static inline __attribute__((always_inline))
#define __INLINE             inline
#define __RESTRICT           __restrict
#define __WEAK               __attribute__((weak))

static inline uint8_t __CLZ(uint32_t value)
{
    return value == 0 ? 32 : (uint8_t)__builtin_clz(value);
}

static inline int32_t __SSAT(int32_t value, uint32_t bits)
{
    const int32_t most = (int32_t)((1u << (bits - 1)) - 1), least = -1 - most;
    return value > most ? most : value < least ? least : value;
}

static inline uint32_t __USAT(int32_t value, uint32_t bits)
{
    const int32_t most = (int32_t)((1u << bits) - 1);
    return value > most ? (uint32_t)most : value < 0 ? 0 : (uint32_t)value;
}

static inline uint32_t __ROR(uint32_t value, uint32_t bits)
{
    return value >> (bits & 31) | value << (-bits & 31);
}

#endif
