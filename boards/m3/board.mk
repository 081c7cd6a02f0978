# Cortex-M3: ARMv7-M, no floating-point unit.

CROSS_COMPILE ?= arm-none-eabi-
CPU_FLAGS = -mthumb -mcpu=cortex-m3 -mfloat-abi=soft
MCU_NAME = Cortex-M3
NATIVE_ARCH = armv7m

include cortex_m/cortex_m.mk
