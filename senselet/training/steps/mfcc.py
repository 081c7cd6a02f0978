"""The step ``mfcc``: cepstral coefficients with deltas of log-mel frames (features/mfcc.h)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from senselet.runtime.features import mfcc_payload
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FilterStep, Shape
from senselet.training.table import Table


@dataclass(frozen=True)
class Mfcc(FilterStep):
    """What a step of kind ``mfcc`` computes; the keys are as in `senselet.features.MFCC`."""

    kind: ClassVar[str] = "mfcc"
    coefficients: int = 13
    first: int = 0
    orders: int = 0
    half: int = 4
    lifter: int = 0
    convention: str = "librosa"

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Mfcc:
        """Read the keys, which have the attributes' names."""
        bands = len(channels)
        if not 2 <= bands <= 256:
            raise RecipeError(f"mfcc takes 2 ... 256 bands; the step before it gives {bands}")
        first = table.whole("first", 0, 0, min(bands - 1, 255))
        most = bands - first
        return cls(
            coefficients=table.whole("coefficients", min(13, most), 1, most),
            first=first,
            orders=table.whole("orders", 0, 0, 2),
            half=table.whole("half", 4, 1, 16),
            lifter=table.whole("lifter", 0, 0, 256),
            convention=table.choice("convention", ("librosa", "htk"), "librosa"),
        )

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        least = 2 * self.half + 1
        if self.orders and self.convention == "librosa" and shape.samples < least:
            raise RecipeError(
                f"mfcc: deltas look at {least} frames, a window has {shape.samples}",
                "lower half, or lengthen [window] seconds",
            )
        return mfcc_payload(
            shape.samples,
            len(shape.channels),
            self.coefficients,
            self.first,
            self.orders,
            self.half,
            self.lifter,
            self.convention,
        )

    def shape(self, shape: Shape) -> Shape:
        """Return frames x coefficients and deltas."""
        numbers = range(self.first, self.first + self.coefficients)
        kinds = ("mfcc", "delta", "delta_delta")[: self.orders + 1]
        names = tuple(f"{kind}{number}" for kind in kinds for number in numbers)
        return Shape(names, shape.samples, shape.rate)
