"""The step ``onset``: onsets of events in a window (core/features/onset.h)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import ClassVar

from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.steps.window import check_window, flag
from senselet.training.table import Table

OUTPUTS = ("onsets", "first_onset", "largest_rise")


@dataclass(frozen=True)
class Onset(FeatureStep):
    """Number of onsets, time of the first, and the largest rise, of one channel.

    Attributes
    ----------
    signal
        The channel's name.
    hop
        Frame in s.
    threshold, floor
        In dB, and in dB of full scale.
    distance
        Least time from one onset to the next, in s.
    memory, adaptation
        In frames, and as a power of 2 of frames.
    emphasis
        Whether differences of samples are taken.
    full_scale
        A power of two.
    """

    kind: ClassVar[str] = "onset"
    signal: str
    hop: float = 0.005
    threshold: float = 10.0
    floor: float = -60.0
    distance: float = 0.0
    memory: int = 3
    adaptation: int = 6
    emphasis: bool = True
    full_scale: float = 1.0

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Onset:
        """Read the keys of the attributes' names."""
        step = cls(
            signal=table.choice("signal", channels, channels[0]),
            hop=table.number("hop", 0.005, above=0),
            threshold=table.number("threshold", 10.0, least=0.01, most=100),
            floor=table.number("floor", -60.0, least=-120, most=0),
            distance=table.number("distance", 0.0, least=0, most=3600),
            memory=table.whole("memory", 3, 1, 8),
            adaptation=table.whole("adaptation", 6, 0, 15),
            emphasis=flag(table, "emphasis", True),
            full_scale=table.number("full_scale", 1.0, above=0),
        )
        mantissa, exponent = math.frexp(step.full_scale)
        if mantissa != 0.5 or not -100 <= exponent - 1 <= 100:
            raise RecipeError(
                f"{table.where('full_scale')} is {step.full_scale:g}; it must be a power of two",
                "for instance 1, or 32768 where samples are counts of 16 bits",
            )
        return step

    def names(self, shape: Shape) -> list[str]:  # noqa: ARG002 - of any shape
        """Return the features' names, in the order of the output."""
        return [f"{name}({self.signal})" for name in OUTPUTS]

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        hop = max(1, round(self.hop * shape.rate))
        distance = round(self.distance * shape.rate / hop)
        if hop > 32767 or distance > 65535:
            raise RecipeError(f"A hop of {hop} samples; {self.kind} takes 1 ... 32767")
        return struct.pack(
            "<BBHBBBBHHfffI", 1, len(shape.channels), shape.samples,
            shape.channels.index(self.signal), self.emphasis, self.memory, self.adaptation,
            hop, distance, shape.rate, self.threshold, 0.0 - self.floor,
            128 + math.frexp(self.full_scale)[1] - 1,
        )  # fmt: skip
