"""The level of a block of sound in viper: integers are the machine's, and pointers are bare."""

# ruff: noqa: F821 - viper knows the names of its types
import micropython

SAMPLES = 256


@micropython.viper
def level(block: ptr16) -> int:
    """Level of 256 samples in hundredths of a decibel; 0 is a square wave of full scale."""
    # The sum has 38 bits, and an integer 32: it is kept in two parts. And 16 bits are read without
    # sign.
    low = 0
    high = 0
    i = 0
    while i < 256:
        sample = block[i]
        sample -= (sample & 0x8000) << 1
        sample *= sample
        low += sample & 0xFFFF
        high += sample >> 16
        i += 1
    high += low >> 16
    low &= 0xFFFF
    if high == 0 and low == 0:
        low = 1
    exponent = 0
    if high:
        while high >> exponent > 1:
            exponent += 1
        # (high << 16 | low) << 14 >> exponent + 16
        if exponent > 14:
            mantissa = high >> exponent - 14
        else:
            mantissa = high << 14 - exponent | low >> exponent + 2
        exponent += 16
    else:
        while low >> exponent > 1:
            exponent += 1
        mantissa = low << 14 >> exponent
    logarithm = exponent
    i = 0
    while i < 10:
        mantissa = mantissa * mantissa >> 14
        logarithm <<= 1
        if mantissa >> 15:
            mantissa >>= 1
            logarithm += 1
        i += 1
    return (logarithm - 38912) * 9633 >> 15
