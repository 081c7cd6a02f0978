"""The step ``biquad``: every channel through a cascade of second-order sections (docs/dsp)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from senselet.runtime import filter_design
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FilterStep, Shape
from senselet.training.steps.window import check_window
from senselet.training.table import Table, WrongError

BUTTERWORTH = ("low_pass", "high_pass", "band_pass")
SHELVES = ("low_shelf", "high_shelf")
FILTERS = (*BUTTERWORTH, "peaking", *SHELVES, "sections")
BUTTERWORTH_Q = 0.70710678


@dataclass(frozen=True)
class Biquad(FilterStep):
    """A filter; each window starts it from rest.

    Attributes
    ----------
    filter
        ``low_pass``, ``high_pass``, ``band_pass`` (Butterworth), ``peaking``, ``low_shelf``,
        ``high_shelf`` (RBJ's cookbook), or ``sections``.
    order
        Of the Butterworth filters; the sections of a band-pass.
    frequency
        In Hz; two of a band-pass.
    gain, q
        In dB, and width: of peaks and shelves.
    sections
        Rows as `scipy.signal` has them in ``sos``: b0, b1, b2, a0 = 1, a1, a2.
    """

    kind: ClassVar[str] = "biquad"
    filter: str
    order: int = 2
    frequency: tuple[float, ...] = ()
    gain: float = 0.0
    q: float = BUTTERWORTH_Q
    sections: tuple[tuple[float, ...], ...] = ()

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:  # noqa: ARG003 - takes all
        """Read the keys of the attributes' names that the filter has."""
        name = table.choice("filter", FILTERS)
        if name == "sections":
            return cls(name, sections=table.take("sections", (), _sections))
        frequency: tuple[float, ...] = table.take("frequency", (), _frequencies)
        expected = 2 if name == "band_pass" else 1
        if len(frequency) != expected:
            raise RecipeError(
                f"{table.where('frequency')} has {len(frequency)} numbers; {name} takes {expected}"
            )
        if name in BUTTERWORTH:
            return cls(name, table.whole("order", 2, 1, 8), frequency)
        q = table.number("q", BUTTERWORTH_Q, above=0)
        return cls(name, 2, frequency, table.number("gain"), q)

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        try:
            words = self._cascade(shape.rate)
        except ValueError as error:
            raise RecipeError(f"{self.kind}: {error}") from None
        head = 1 | len(shape.channels) << 8 | shape.samples << 16
        return struct.pack("<I", head) + words[4:]

    def _cascade(self, rate: float) -> bytes:
        if self.filter == "sections":
            rows = np.array(self.sections, "<f4")[:, [0, 1, 2, 4, 5]]
            return struct.pack("<II", 0, len(rows)) + rows.tobytes()
        design: Callable[..., filter_design.Design] = getattr(filter_design, self.filter)
        if self.filter in BUTTERWORTH:
            return design(self.order, *self.frequency, rate).floats()
        if self.filter in SHELVES:
            return design(*self.frequency, self.gain, rate, self.q).floats()
        return design(*self.frequency, self.gain, self.q, rate).floats()


def _frequencies(value: Any) -> tuple[float, ...]:
    numbers = value if isinstance(value, list) else [value]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise WrongError("a frequency in Hz, or two")
    return tuple(float(one) for one in numbers)


def _sections(value: Any) -> tuple[tuple[float, ...], ...]:
    if not (
        isinstance(value, list)
        and value
        and all(isinstance(row, list) and len(row) == 6 for row in value)
        and all(isinstance(one, int | float) for row in value for one in row)
        and all(row[3] == 1 for row in value)
    ):
        raise WrongError("rows of six numbers b0, b1, b2, 1, a1, a2, as scipy has them")
    return tuple(tuple(float(one) for one in row) for row in value)
