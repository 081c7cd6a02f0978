"""What is wrong with a filter that was refused; imported only then."""

from struct import calcsize, unpack_from


def unstable(payload: bytes, start: int, layout: str, short: bool) -> str:
    """Name the first section whose poles are on or outside the unit circle, and their radius.

    Parameters
    ----------
    payload
        What was refused.
    start
        Where its sections begin.
    layout
        Of a section: b0, b1, b2, a1, a2, and the bits of fraction if they are integers.
    short
        Whether the coefficients are rounded to 16 bits: core/dsp/biquad_q15.c.
    """
    size = calcsize(layout)
    for index in range((len(payload) - start) // size):
        b0, b1, b2, a1, a2, *fraction = unpack_from(layout, payload, start + index * size)
        hint = ""
        if fraction:
            unit = fraction[0]
            needed = (2 * (abs(b0) + abs(b1) + abs(b2)) + 3 * (abs(a1) + abs(a2))) // 2
            a1, a2 = a1 / (1 << unit), a2 / (1 << unit)
            if short and abs(a2) < 1 and abs(a1) < 1 + a2:
                left = 14
                while (needed + (needed >> 10)) >> (16 + unit - left):
                    left -= 1
                a1, a2 = (round(a * (1 << left)) for a in (a1, a2))
                a1, a2 = a1 / (1 << left), a2 / (1 << left)
                hint = " after rounding to 16 bits; BiquadQ31 takes such poles"
        if a1 == a1 and a2 == a2 and not (abs(a2) < 1 and abs(a1) < 1 + a2):
            root = a1 * a1 - 4 * a2
            radius = (abs(a1) + root**0.5) / 2 if root > 0 else a2**0.5
            text = f"section {index} has a pole of radius {radius:.6f}, which must be less than 1"
            return text + hint
    return "b0, b1, b2, a1 or a2 is too large or no number"
