"""Moving average, median, DC blocker and envelope follower of streams: core/dsp."""

from struct import pack

from .filters import StreamFilter


class Smoother(StreamFilter):
    """A filter of float32 samples, or of int16 ones with ``items="h"``."""

    def _start(self, name: str, payload: bytes, items: str) -> None:
        if items == "h":
            from . import _smoothing_i16 as module

            self._items = "int16 ('h') "
        elif items != "f":
            raise ValueError('items is "f" (float32) or "h" (int16), not ' + repr(items))
        elif name == "open_moving_average":
            from . import _moving_average as module  # type: ignore[no-redef]
        else:
            from . import _smoothing as module  # type: ignore[no-redef]
        self._open(getattr(module, name), payload)


class MovingAverage(Smoother):
    """Mean of the last `length` samples, 1 ... 32768.

    Examples
    --------
    >>> from array import array
    >>> MovingAverage(2).process(array("f", [1.0, 2.0, 4.0]))
    array('f', [0.5, 1.5, 3.0])
    """

    def __init__(self, length: int, items: str = "f") -> None:
        if not 1 <= length <= 32768:
            raise ValueError("length " + str(length) + "; expected 1 ... 32768")
        self._start("open_moving_average", pack("<II", 1, length), items)


class DcBlocker(Smoother):
    """Take the offset away: a high-pass of first order, -3 dB at `cutoff`.

    Parameters
    ----------
    cutoff
        rate / 1000000 ... rate / 4, in the rate's unit.
    rate
        Samples a second.
    items
        "f" (float32) or "h" (int16).
    """

    def __init__(self, cutoff: float, rate: float, items: str = "f") -> None:
        self._given = "cut-off " + str(cutoff) + " at a rate of " + str(rate)
        self._start("open_dc_blocker", pack("<Iff", 1, rate, cutoff), items)

    def _hint(self) -> str:
        return "expected a cut-off of rate / 1000000 ... rate / 4; found " + self._given


class Envelope(Smoother):
    """Follow the magnitude: up with one time constant, down with another.

    Parameters
    ----------
    attack, release
        Seconds: 0, or 0.1 ... 1000000 samples.
    rate
        Samples a second.
    items
        "f" (float32) or "h" (int16).
    """

    def __init__(self, attack: float, release: float, rate: float, items: str = "f") -> None:
        self._given = str(attack) + " and " + str(release) + " s at " + str(rate) + " Hz"
        payload = pack("<I3f", 1, rate, attack, release)
        self._start("open_envelope", payload, items)

    def _hint(self) -> str:
        return "expected times of 0, or 0.1 ... 1000000 samples; found " + self._given


class Median(StreamFilter):
    """Median of the last `length` samples, an odd number 1 ... 1023; float32 or int16.

    Examples
    --------
    >>> from array import array
    >>> Median(3).process(array("h", [1, 90, 2, 3, 4]))
    array('h', [0, 1, 2, 3, 3])
    """

    _items = "float32 ('f') or int16 ('h') "

    def __init__(self, length: int) -> None:
        from . import _median

        if not (1 <= length <= 1023 and length & 1):
            raise ValueError("length " + str(length) + "; expected an odd number, 1 ... 1023")
        self._open(_median.open, pack("<II", 1, length))
