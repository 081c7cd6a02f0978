"""Autocorrelation and pitch of a window: core/dsp/autocorrelation.h, pitch.h."""

from struct import pack

from .window_step import WindowStep


class Autocorrelation(WindowStep):
    """How a window resembles itself 0, 1, 2, ... samples later; 1 at 0.

    Parameters
    ----------
    samples
        Samples of a window, 1 ... 65535; float32 or int16.
    lags
        Number of results, at most `samples`.
    centred
        Subtract the mean first.

    Examples
    --------
    >>> from array import array
    >>> Autocorrelation(4, 3).run(array("f", [1.0, -1.0, 1.0, -1.0]))
    array('f', [1.0, -0.75, 0.5])
    """

    def __init__(self, samples: int, lags: int, centred: bool = False) -> None:
        from . import _autocorrelation

        if not 1 <= lags <= samples <= 65535:
            raise ValueError(f"{lags} lags of {samples} samples; expected 1 ... samples ... 65535")
        payload = pack("<BBHI", 1, int(centred), samples, lags)
        super().__init__(_autocorrelation, payload, "the autocorrelation")


class Pitch(WindowStep):
    """Fundamental frequency of a window, and how clear it is, 0 ... 1 (YIN).

    Parameters
    ----------
    samples
        Samples of a window, float32 or int16: twice the longest period or more.
    rate
        Samples a second.
    lowest, highest
        Frequencies between which to look, in the rate's unit; the highest at most rate / 2.
    threshold
        1 less the clarity from which the first candidate is taken.

    Examples
    --------
    >>> from array import array
    >>> wave = [0, 38, 71, 92, 100, 92, 71, 38, 0, -38, -71, -92, -100, -92, -71, -38]
    >>> frequency, clarity = Pitch(64, 8000, 250, 2000).run(array("h", wave * 4))
    >>> round(frequency)
    501
    """

    def __init__(
        self, samples: int, rate: float, lowest: float, highest: float, threshold: float = 0.15
    ) -> None:
        from . import _pitch

        if not 4 <= samples <= 65535:
            raise ValueError(f"{samples} samples; expected 4 ... 65535")
        payload = pack("<BBH4f", 1, 0, samples, rate, lowest, highest, threshold)
        what = (
            f"the pitch of {samples} samples, {lowest} ... {highest} at {rate} "
            "(a period of 2 ... samples / 2)"
        )
        super().__init__(_pitch, payload, what)
