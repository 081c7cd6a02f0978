"""FIR filters, decimators and rational resamplers of streams: core/dsp/fir.h, fir_q15.h."""

from array import array
from struct import pack

from .errors import describe, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Buffer


class Fir:
    """``scipy.signal.upfirdn(taps, x, up, down)`` of a stream, float32.

    Parameters
    ----------
    taps
        h[0], h[1], ...: 1 ... 8192 numbers. When resampling their sum is `up`, for a gain of 1.
    up, down
        The rate is multiplied by up / down, 1 ... 255 / 1 ... 65535. 1 and 1: a FIR filter; 1 and
        more: a decimator.

    Examples
    --------
    >>> from array import array
    >>> mean_of_two = Fir([0.5, 0.5], down=2)
    >>> block = array("f", [1.0, 1.0, 2.0, 4.0])
    >>> count = mean_of_two.process(block, block)
    >>> block[:count]
    array('f', [0.5, 1.5])
    """

    _items = "float32 ('f')"

    def __init__(self, taps: "Sequence[float]", up: int = 1, down: int = 1) -> None:
        if not (1 <= up <= 255 and 1 <= down <= 65535 and up <= len(taps) <= 8192):
            raise ValueError(
                str(len(taps)) + " taps, up " + str(up) + ", down " + str(down) + "; expected "
                "up 1 ... 255, down 1 ... 65535, taps up ... 8192"
            )
        self._open(taps, 1 | up << 8 | down << 16)

    def _open(self, taps: "Sequence[float]", header: int) -> None:
        from . import _fir

        self._keep(_fir.open, pack("<II", header, len(taps)) + bytes(array("f", taps)))

    def _keep(self, opener: "Any", payload: bytes) -> None:
        opened = opener(payload, 0, len(payload))
        if isinstance(opened, int):
            raise failure(opened, "taps", "too large, or no numbers")
        self._filter: "Any" = opened

    def outputs(self, count: int) -> int:
        """Number of outputs that the next `count` samples will give."""
        return self._filter.outputs(count)  # type: ignore[no-any-return]

    def process(self, block: "Buffer", out: "Buffer") -> int:
        """Filter the next block of a stream.

        Parameters
        ----------
        block : buffer
            Any number of samples.
        out : buffer
            At least ``outputs(len(block))`` items; it may be `block` if up <= down.

        Returns
        -------
        int
            Number of outputs.
        """
        count: int = self._filter.process(block, out)
        if count < 0:
            hint = "expected " + self._items + " items in one piece, enough of them out; found "
            raise failure(count, "block or out", hint + describe(block) + ", " + describe(out))
        return count

    def reset(self) -> None:
        """Start anew, from rest."""
        self._filter.reset()


class FirQ15(Fir):
    """The same for int16 samples, with taps rounded to 16 bits.

    The magnitudes of an output's taps (every `up`-th) may add up to 16.
    """

    _items = "int16 ('h')"

    def _open(self, taps: "Sequence[float]", header: int) -> None:
        from . import _fir_q15

        scaled = [round(tap * 32768) for tap in taps]
        up = header >> 8 & 255
        largest = max([sum([abs(tap) + 1 for tap in scaled[i::up]]) for i in range(up)])
        largest = max(largest, 2 * max([abs(tap) for tap in scaled]) + 2)
        fraction = 15
        while fraction > 12 and largest > 65535:
            largest = (largest + 1) >> 1
            fraction -= 1
        if largest > 65535:
            raise ValueError("taps are too large: an output's add up to 16 or more")
        items = array("h", [round(tap * (1 << fraction)) for tap in taps] + [0] * (len(taps) & 1))
        payload = pack("<IHH", header, len(taps), fraction) + bytes(items)
        self._keep(_fir_q15.open, payload)
