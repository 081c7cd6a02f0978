# RISC-V, 32 bits with multiplication, atomics and compressed instructions, no floating-point unit.

CROSS_COMPILE ?= riscv64-unknown-elf-
# The older ISA specification includes the CSR instructions, and it is what the libraries are for.
CPU_FLAGS = -march=rv32imac -mabi=ilp32 -misa-spec=2.2
MCU_NAME = RV32IMAC
NATIVE_ARCH = rv32imc
LINKER_SCRIPT = rv32/link.ld
SRC_BOARD = rv32/virt.c
SRC_BOARD_O = rv32/startup.o shared/runtime/gchelper_native.o shared/runtime/gchelper_rv32i.o
INC += -Irv32
