"""Biquad filter cascades of streams, on a board and on the laptop: core/dsp/biquad*.h."""

from struct import pack

from .errors import describe, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Buffer

    from .filter_design import Design

ITEMS = "items in one piece, as many out as in; found "


class StreamFilter:
    """What filters have in common: whole blocks, a state that lasts from block to block."""

    _items = "float32 ('f') "

    def _open(self, opener: "Any", payload: bytes) -> None:
        self._payload = payload
        opened = opener(payload, 0, len(payload))
        if isinstance(opened, int):
            raise failure(opened, type(self).__name__, self._hint())
        self._filter: "Any" = opened

    def _hint(self) -> str:
        return ""

    def process(self, block: "Buffer", out: "Buffer | None" = None) -> "Buffer":
        """Filter the next block of a stream.

        Parameters
        ----------
        block : buffer
            Samples, channels interleaved; any number.
        out : buffer, optional
            Gets as many; by default the block itself.

        Returns
        -------
        buffer
            `out`.
        """
        if out is None:
            out = block
        status = self._filter.process(block, out)
        if status:
            hint = "expected " + self._items + ITEMS + describe(block) + ", " + describe(out)
            raise failure(status, "block or out", hint)
        return out

    def reset(self) -> None:
        """Start anew, from rest."""
        self._filter.reset()


class Biquad(StreamFilter):
    """Cascade of second-order sections, float32.

    Parameters
    ----------
    sections
        A `senselet.filter_design.Design`, or rows (b0, b1, b2, 1, a1, a2) as scipy's ``sos``.
    channels
        Values a sample.

    Examples
    --------
    >>> from array import array
    >>> halved = Biquad([(0.5, 0.5, 0.0, 1.0, 0.0, 0.0)])
    >>> halved.process(array("f", [1.0, 1.0, 3.0]))
    array('f', [0.5, 1.0, 2.0])
    """

    def __init__(self, sections: "Design | Sequence[Sequence[float]]", channels: int = 1) -> None:
        from . import _biquad

        if not 1 <= channels <= 255:
            raise ValueError(str(channels) + " channels; expected 1 ... 255")
        if hasattr(sections, "floats"):
            payload = sections.floats()
            payload = bytes([1, channels]) + payload[2:]
        else:
            rows = checked(sections)
            payload = pack("<II", 1 | channels << 8, len(rows))
            for row in rows:
                payload += pack("<5f", row[0], row[1], row[2], row[4], row[5])
        self._open(_biquad.open, payload)

    def _hint(self) -> str:
        from .filter_errors import unstable

        return unstable(self._payload, 8, "<5f", False)

    @property
    def missing(self) -> int:
        """Samples that were NaN, infinite or too large, and were taken as 0."""
        return self._filter.missing()  # type: ignore[no-any-return]


class BiquadQ15(StreamFilter):
    """Cascade of second-order sections for int16 samples: cut-offs from rate / 50 on.

    Parameters
    ----------
    sections
        A `senselet.filter_design.Design`, or rows (b0, b1, b2, 1, a1, a2) as scipy's ``sos``, each
        with a gain of about 1.

    Examples
    --------
    >>> from array import array
    >>> halved = BiquadQ15([(0.5, 0.5, 0.0, 1.0, 0.0, 0.0)])
    >>> halved.process(array("h", [100, 100, 300]))
    array('h', [50, 100, 200])
    """

    _items = "int16 ('h') "
    _short = True  # coefficients

    def __init__(self, sections: "Design | Sequence[Sequence[float]]") -> None:
        if hasattr(sections, "integers"):
            payload = sections.integers()
        else:
            rows = checked(sections)
            payload = pack("<I", 1 | len(rows) << 8)
            for row in rows:
                payload += pack("<6i", *integers(row))
        self._open(self._opener(), payload)

    def _opener(self) -> "Any":
        from . import _biquad_q15

        return _biquad_q15.open

    def _hint(self) -> str:
        from .filter_errors import unstable

        return unstable(self._payload, 4, "<6i", self._short)


class BiquadQ31(BiquadQ15):
    """Cascade of second-order sections for int32 or int16 samples, with 32-bit state.

    For low cut-offs, such as 20 Hz at 48 kHz. Parameters as those of `BiquadQ15`.
    """

    _items = "int32 ('i') or int16 ('h') "
    _short = False

    def _opener(self) -> "Any":
        from . import _biquad_q31

        return _biquad_q31.open


def checked(rows: "Sequence[Sequence[float]]") -> "Sequence[Sequence[float]]":
    """Rows of scipy's ``sos``, if that is what they are."""
    for row in rows:
        if len(row) != 6 or row[3] != 1:
            raise ValueError("a section is (b0, b1, b2, 1, a1, a2); found " + str(list(row)))
    if not 1 <= len(rows) <= 32:
        raise ValueError(str(len(rows)) + " sections; expected 1 ... 32")
    return rows


def integers(row: "Sequence[float]") -> "tuple[int, ...]":
    """Coefficients in units of 2^-fraction, and the fraction: core/dsp/biquad_fixed.h."""
    scaled = [round(row[i] * 1073741824) for i in (0, 1, 2, 4, 5)]  # exact: a power of two
    needed = max(sum([abs(c) for c in scaled]), 4 * max([abs(c) for c in scaled]))
    needed += needed >> 10
    fraction = 30
    while fraction > 28 and needed >> (63 - fraction):
        fraction -= 1
    if needed >> (63 - fraction):
        raise ValueError("a section's coefficients are too large: " + str(list(row)))
    shift = 30 - fraction
    half = 1 << shift >> 1
    return tuple([(c + half) >> shift for c in scaled] + [fraction])
