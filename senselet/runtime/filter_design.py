"""Design of biquad cascades from frequency and rate: core/dsp/biquad_design.h."""

from array import array
from struct import pack

from . import _biquad_design
from .errors import failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LOW_PASS, HIGH_PASS, BAND_PASS, PEAKING, LOW_SHELF, HIGH_SHELF = range(6)


class Design:
    """A designed cascade, for `Biquad`, `BiquadQ15` or `BiquadQ31`.

    Made by the functions of this module, not by hand.
    """

    def __init__(
        self, kind: int, order: int, rate: float, frequency: float, third: float, gain: float
    ) -> None:
        if not 0 <= order <= 255:
            raise ValueError("order " + str(order) + "; expected 1 ... 8")
        payload = pack("<I4f", 1 | kind << 8 | order << 16, rate, frequency, third, gain)
        design = _biquad_design.open(payload, 0, len(payload))
        if isinstance(design, int):
            if kind < PEAKING:
                hint = "expected an order of 1 ... 8; found order " + str(order)
            else:
                hint = "expected a Q of 0.1 ... 100 (shelves: 10), -60 ... 60 dB; found Q "
                hint += str(third) + ", " + str(gain) + " dB"
            hint += "; and frequencies of rate / 10000 ... 0.499 rate; found " + str(frequency)
            if kind == BAND_PASS:
                hint += " ... " + str(third)
            raise failure(design, "the design", hint + " at a rate of " + str(rate))
        self._design: "Any" = design

    def floats(self) -> bytes:
        """Payload of the float32 cascade: core/dsp/biquad.h."""
        words = array("I", bytes(4 * (2 + 5 * self._design.sections())))
        self._design.floats(words)
        return bytes(words)

    def integers(self) -> bytes:
        """Payload of the q15 and q31 cascades: core/dsp/biquad_fixed.h."""
        words = array("I", bytes(4 * (1 + 6 * self._design.sections())))
        status = self._design.integers(words)
        if status:
            raise failure(status, "the design", "its gain leaves integers no room")
        return bytes(words)


def low_pass(order: int, frequency: float, rate: float) -> Design:
    """Butterworth low-pass, -3 dB at `frequency`; as ``scipy.signal.butter``.

    Parameters
    ----------
    order
        1 ... 8.
    frequency
        rate / 10000 ... 0.499 rate, in the rate's unit.
    rate
        Samples a second.

    Examples
    --------
    >>> from senselet.filters import Biquad
    >>> smooth = Biquad(low_pass(4, 10, 100))
    """
    return Design(LOW_PASS, order, rate, frequency, 0, 0)


def high_pass(order: int, frequency: float, rate: float) -> Design:
    """Butterworth high-pass; parameters as those of `low_pass`."""
    return Design(HIGH_PASS, order, rate, frequency, 0, 0)


def band_pass(order: int, low: float, high: float, rate: float) -> Design:
    """Butterworth band-pass with `order` sections, -3 dB at `low` and `high`."""
    return Design(BAND_PASS, order, rate, low, high, 0)


def peaking(frequency: float, gain: float, q: float, rate: float) -> Design:
    """Raise or lower the surroundings of `frequency` by `gain` decibels (RBJ's cookbook)."""
    return Design(PEAKING, 0, rate, frequency, q, gain)


def low_shelf(frequency: float, gain: float, rate: float, q: float = 0) -> Design:
    """Raise or lower what is below `frequency` by `gain` decibels (RBJ's cookbook).

    `q` of 0 is 1 / sqrt(2), the steepest without overshoot.
    """
    return Design(LOW_SHELF, 0, rate, frequency, q, gain)


def high_shelf(frequency: float, gain: float, rate: float, q: float = 0) -> Design:
    """Raise or lower what is above `frequency` by `gain` decibels (RBJ's cookbook).

    `q` of 0 is 1 / sqrt(2), the steepest without overshoot.
    """
    return Design(HIGH_SHELF, 0, rate, frequency, q, gain)
