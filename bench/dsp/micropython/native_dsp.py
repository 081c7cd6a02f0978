"""The functions of pure_dsp.py, compiled to machine code that still works on Python's objects."""

# ruff: noqa: B905, SIM113 - MicroPython's zip has no `strict`, and enumerate makes a tuple
import micropython


@micropython.native
def fft(re, im, swaps, cosines, sines):
    """Transform complex values in place, radix 2; `swaps` are the pairs of bit reversal."""
    n = len(re)
    for i, j in swaps:
        re[i], re[j] = re[j], re[i]
        im[i], im[j] = im[j], im[i]
    half = 1
    while half < n:
        step = n // (2 * half)
        turn = 0
        for k in range(half):
            c = cosines[turn]
            s = sines[turn]
            turn += step
            for i in range(k, n, 2 * half):
                j = i + half
                x = re[j]
                y = im[j]
                a = x * c + y * s
                b = y * c - x * s
                x = re[i]
                y = im[i]
                re[i] = x + a
                im[i] = y + b
                re[j] = x - a
                im[j] = y - b
        half *= 2


@micropython.native
def biquad(block, out, sections, states):
    """Filter a block through sections (b0, b1, b2, a1, a2); a state is a list of two."""
    source = block
    for (b0, b1, b2, a1, a2), state in zip(sections, states):
        s1, s2 = state
        i = 0
        for x in source:
            y = b0 * x + s1
            s1 = s2 + b1 * x - a1 * y
            s2 = b2 * x - a2 * y
            out[i] = y
            i += 1
        state[0] = s1
        state[1] = s2
        source = out
