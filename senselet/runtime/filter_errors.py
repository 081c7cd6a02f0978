"""What is wrong with a filter that was refused; imported only then."""

from struct import unpack_from


def unstable(payload: bytes, start: int, size: int, layout: str, short: bool) -> str:
    """Name the first section whose poles are on or outside the unit circle, and their radius.

    Parameters
    ----------
    payload
        What was refused.
    start, size
        Where its sections begin, and their bytes.
    layout
        Of a section: a1, a2, and the bits of fraction if they are integers.
    short
        Whether the coefficients are rounded to 16 bits less.
    """
    for index in range((len(payload) - start) // size):
        a1, a2, *fraction = unpack_from(layout, payload, start + index * size)
        if fraction:
            unit = fraction[0]
            if short:
                a1, a2, unit = (a1 + 32768) >> 16, (a2 + 32768) >> 16, unit - 16
            a1, a2 = a1 / (1 << unit), a2 / (1 << unit)
        if a1 == a1 and a2 == a2 and not (abs(a2) < 1 and abs(a1) < 1 + a2):
            root = a1 * a1 - 4 * a2
            radius = (abs(a1) + root**0.5) / 2 if root > 0 else a2**0.5
            text = f"section {index} has a pole of radius {radius:.6f}, which must be less than 1"
            if short:
                text += " after rounding to 16 bits; BiquadQ31 takes such poles"
            return text
    return "b0, b1, b2, a1 or a2 is too large or no number"
