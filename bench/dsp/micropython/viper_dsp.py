"""FFT and biquads for the viper emitter: machine integers and pointers, no Python objects.

Values are words: samples in units of 2^-15, twiddle factors and coefficients of 2^-14, which leaves
products room in 32 bits. A viper function takes four arguments at most.
"""

# ruff: noqa: F821 - viper knows the names of its types
import micropython


@micropython.viper
def fft(re: ptr32, im: ptr32, tables: ptr32, n: int):
    """Transform n complex values in place, radix 2, scaled by 1 / n.

    `tables` holds n words of bit reversal, then n / 2 cosines and as many sines.
    """
    cosines = n
    sines = n + (n >> 1)
    i = 0
    while i < n:
        j = tables[i]
        if j > i:
            x = re[i]
            re[i] = re[j]
            re[j] = x
            x = im[i]
            im[i] = im[j]
            im[j] = x
        i += 1
    half = 1
    step = n >> 1
    while half < n:
        k = 0
        turn = 0
        while k < half:
            c = tables[cosines + turn]
            s = tables[sines + turn]
            turn += step
            i = k
            while i < n:
                j = i + half
                x = re[j]
                y = im[j]
                a = (x * c + y * s) >> 14
                b = (y * c - x * s) >> 14
                x = re[i]
                y = im[i]
                re[i] = (x + a + 1) >> 1
                im[i] = (y + b + 1) >> 1
                re[j] = (x - a + 1) >> 1
                im[j] = (y - b + 1) >> 1
                i += half << 1
            k += 1
        half <<= 1
        step >>= 1


@micropython.viper
def biquad(block: ptr32, out: ptr32, sections: ptr32, count: int):
    """Filter `count` samples, direct form I, with the rounding error fed back.

    `sections` starts with their number; then for each b0, b1, b2, -a1, -a2, x1, x2, y1, y2 and what
    rounding left over.
    """
    at = 1
    left = sections[0]
    source = block
    while left > 0:
        b0 = sections[at]
        b1 = sections[at + 1]
        b2 = sections[at + 2]
        a1 = sections[at + 3]
        a2 = sections[at + 4]
        x1 = sections[at + 5]
        x2 = sections[at + 6]
        y1 = sections[at + 7]
        y2 = sections[at + 8]
        rest = sections[at + 9]
        i = 0
        while i < count:
            x = source[i]
            total = b0 * x + b1 * x1 + b2 * x2 + a1 * y1 + a2 * y2 + rest
            x2 = x1
            x1 = x
            y2 = y1
            y1 = total >> 14
            rest = total - (y1 << 14)
            if y1 > 32767:
                y1 = 32767
            if y1 < -32768:
                y1 = -32768
            out[i] = y1
            i += 1
        sections[at + 5] = x1
        sections[at + 6] = x2
        sections[at + 7] = y1
        sections[at + 8] = y2
        sections[at + 9] = rest
        at += 10
        source = out
        left -= 1
