# Cortex-M4 with a single-precision floating-point unit: ARMv7E-M, hard-float ABI.

CROSS_COMPILE ?= arm-none-eabi-
CPU_FLAGS = -mthumb -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
MCU_NAME = Cortex-M4F
NATIVE_ARCH = armv7emsp
HAS_FPU = 1

include cortex_m/cortex_m.mk
