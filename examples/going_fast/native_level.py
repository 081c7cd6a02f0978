"""The level of a block of sound in plain Python, compiled to machine code."""

import micropython

SAMPLES = 256


@micropython.native
def level(block):
    """Level of 256 samples in hundredths of a decibel; 0 is a square wave of full scale."""
    total = 0
    for sample in block:
        total += sample * sample
    # Logarithm to base 2: its whole part, and the rest as a mantissa of 1 to 2, times 2**14 ...
    mantissa = total or 1
    exponent = 0
    while mantissa >> exponent > 1:
        exponent += 1
    mantissa = (mantissa << 14) >> exponent
    # ... whose square is 2 or more if the logarithm's next digit is 1.
    logarithm = exponent
    for _ in range(10):
        mantissa = mantissa * mantissa >> 14
        logarithm <<= 1
        if mantissa >> 15:
            mantissa >>= 1
            logarithm += 1
    # A full-scale sum is 2**38; 9633 / 2**15 is 1000 * log10(2) / 2**10.
    return (logarithm - (38 << 10)) * 9633 >> 15
