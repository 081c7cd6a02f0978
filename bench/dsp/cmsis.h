/* CMSIS-DSP without CMSIS' own header of the processor, where there is none (RV32, x86-64). */
#include <string.h>

#include "arm_math.h"

#include "bench.h"
