"""The level of a block of sound in ARM's instructions (Cortex-M3 and larger)."""

# ruff: noqa: F821 - the assembler knows the names of instructions and registers
import micropython


@micropython.asm_thumb
def level(r0):
    """Level of 256 samples in hundredths of a decibel; 0 is a square wave of full scale."""
    mov(r1, 0)  # sum, low word
    mov(r2, 0)  # sum, high word
    mov(r3, 0)
    mov(r4, 128)
    label(PAIR)
    ldr(r5, [r0, 0])  # two samples
    add(r0, r0, 4)
    asr(r6, r5, 16)
    lsl(r5, r5, 16)
    asr(r5, r5, 16)
    mul(r5, r5)
    mul(r6, r6)
    add(r5, r5, r6)  # 2**31 at most
    add(r1, r1, r5)
    adc(r2, r3)
    sub(r4, r4, 1)
    bne(PAIR)
    # The sum's 32 highest bits in r1, its whole logarithm in r3.
    cmp(r2, 0)
    beq(SMALL)
    clz(r4, r2)
    lsl(r2, r4)
    mov(r5, 32)
    sub(r5, r5, r4)
    lsr(r1, r5)
    orr(r1, r2)
    mov(r3, 63)
    b(NORMAL)
    label(SMALL)
    cmp(r1, 0)
    bne(NOT_ZERO)
    mov(r1, 1)
    label(NOT_ZERO)
    clz(r4, r1)
    lsl(r1, r4)
    mov(r3, 31)
    label(NORMAL)
    sub(r3, r3, r4)
    lsr(r1, r1, 17)
    mov(r4, 10)
    label(DIGIT)
    mul(r1, r1)
    lsr(r1, r1, 14)
    add(r3, r3, r3)
    lsr(r5, r1, 15)
    lsr(r1, r5)
    add(r3, r3, r5)
    sub(r4, r4, 1)
    bne(DIGIT)
    movwt(r4, 38912)
    sub(r3, r3, r4)
    movwt(r4, 9633)
    mul(r3, r4)
    asr(r0, r3, 15)
