# What the Cortex-M boards have in common.

LINKER_SCRIPT = cortex_m/link.ld
SRC_BOARD = cortex_m/startup.c cortex_m/mps2.c
SRC_BOARD_O = shared/runtime/gchelper_native.o shared/runtime/gchelper_thumb2.o
INC += -Icortex_m
