"""The level of a block of sound in RISC-V's instructions (RV32IM)."""

# ruff: noqa: F821 - the assembler knows the names of instructions and registers
import micropython


@micropython.asm_rv32
def level(a0):
    """Level of 256 samples in hundredths of a decibel; 0 is a square wave of full scale."""
    li(a1, 0)  # sum, low word
    li(a2, 0)  # sum, high word
    addi(a3, a0, 512)
    label(PAIR)
    lh(a4, 0(a0))
    lh(a5, 2(a0))
    mul(a4, a4, a4)
    mul(a5, a5, a5)
    addi(a0, a0, 4)
    add(a4, a4, a5)  # 2**31 at most
    add(a1, a1, a4)
    sltu(a4, a1, a4)  # carry
    add(a2, a2, a4)
    bne(a0, a3, PAIR)
    # The sum's 32 highest bits in a1, its whole logarithm in a0.
    li(a0, 31)
    li(t0, 0)
    beq(a2, t0, SMALL)
    label(BIT)
    slli(a3, a2, 31)
    srli(a1, a1, 1)
    or_(a1, a1, a3)
    srli(a2, a2, 1)
    addi(a0, a0, 1)
    bne(a2, t0, BIT)
    label(SMALL)
    bne(a1, t0, NORMALISE)
    li(a1, 1)
    label(NORMALISE)
    blt(a1, t0, NORMAL)
    slli(a1, a1, 1)
    addi(a0, a0, -1)
    jal(zero, NORMALISE)
    label(NORMAL)
    srli(a1, a1, 17)
    li(a3, 10)
    label(DIGIT)
    mul(a1, a1, a1)
    srli(a1, a1, 14)
    slli(a0, a0, 1)
    srli(a4, a1, 15)
    srl(a1, a1, a4)
    add(a0, a0, a4)
    addi(a3, a3, -1)
    bne(a3, t0, DIGIT)
    li(a1, 38912)
    sub(a0, a0, a1)
    li(a1, 9633)
    mul(a0, a0, a1)
    srai(a0, a0, 15)
