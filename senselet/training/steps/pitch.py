"""The steps ``pitch`` and ``autocorrelation`` of one channel (core/dsp/pitch.h, docs/dsp)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar, Self

from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.steps.window import check_window
from senselet.training.table import Table


@dataclass(frozen=True)
class Pitch(FeatureStep):
    """Fundamental frequency and clarity of a window of one channel.

    Attributes
    ----------
    lowest, highest
        Frequencies between which to look, in Hz.
    threshold
        1 less the clarity from which the first candidate is taken.
    """

    kind: ClassVar[str] = "pitch"
    lowest: float
    highest: float
    threshold: float = 0.15

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the keys of the attributes' names."""
        one_channel(cls.kind, channels)
        return cls(
            table.number("lowest", above=0),
            table.number("highest", above=0),
            table.number("threshold", 0.15, least=0.01, most=1),
        )

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape, 4)
        longest, shortest = shape.rate / self.lowest, shape.rate / self.highest
        if not 2 <= shortest <= longest <= shape.samples / 2:
            raise RecipeError(
                f"pitch: {self.lowest:g} ... {self.highest:g} Hz are periods of {shortest:.3g} ... "
                f"{longest:.3g} samples in windows of {shape.samples}",
                "they must lie in 2 ... half a window",
            )
        numbers = (shape.rate, self.lowest, self.highest, self.threshold)
        return struct.pack("<BBH4f", 1, 0, shape.samples, *numbers)

    def names(self, shape: Shape) -> list[str]:
        """Return the features' names."""
        return [f"pitch({shape.channels[0]})", f"clarity({shape.channels[0]})"]


@dataclass(frozen=True)
class Autocorrelation(FeatureStep):
    """How a window of one channel resembles itself later, from one sample to ``lags``.

    Attributes
    ----------
    longest
        The longest lag, in seconds.
    centred
        Subtract the mean first.
    """

    kind: ClassVar[str] = "autocorrelation"
    longest: float
    centred: bool = True

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the keys of the attributes' names."""
        one_channel(cls.kind, channels)
        return cls(table.number("longest", above=0), table.yes_or_no("centred", True))

    def _lags(self, shape: Shape) -> int:
        return round(self.longest * shape.rate) + 1

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        if self._lags(shape) > shape.samples:
            raise RecipeError(
                f"autocorrelation: {self.longest:g} s are {self._lags(shape) - 1} samples, and a "
                f"window has {shape.samples}",
                "the longest lag must be shorter than a window",
            )
        return struct.pack("<BBHI", 1, self.centred, shape.samples, self._lags(shape))

    def names(self, shape: Shape) -> list[str]:
        """Return the features' names; the first, at lag 0, is 1."""
        channel = shape.channels[0]
        return [
            f"autocorrelation({channel}, {lag / shape.rate:g} s)"
            for lag in range(self._lags(shape))
        ]


def one_channel(kind: str, channels: tuple[str, ...]) -> None:
    """Refuse a window of several channels."""
    if len(channels) != 1:
        raise RecipeError(
            f"{kind} takes one channel; the window has {len(channels)}: {', '.join(channels)}"
        )
