"""The step ``pcen``: per-channel energy normalisation of mel frames (docs/features/pcen.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from senselet.runtime.features import pcen_payload
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FilterStep, Shape
from senselet.training.table import Table


@dataclass(frozen=True)
class Pcen(FilterStep):
    """What a step of kind ``pcen`` computes; the keys are as in `senselet.features.PCEN`."""

    kind: ClassVar[str] = "pcen"
    seconds: float = 0.4
    gain: float = 0.98
    bias: float = 2.0
    power: float = 0.5
    eps: float = 1e-6
    start: str = "one"

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Pcen:
        """Read the keys, which have the attributes' names."""
        if len(channels) > 256:
            raise RecipeError(
                f"pcen takes 256 bands at most; the step before gives {len(channels)}"
            )
        return cls(
            seconds=table.number("seconds", 0.4, least=0, most=1000),
            gain=table.number("gain", 0.98, least=0, most=4),
            bias=table.number("bias", 2.0, least=0, most=1e6),
            power=table.number("power", 0.5, least=1e-3, most=4),
            eps=table.number("eps", 1e-6, above=0),
            start=table.choice("start", ("one", "first"), "one"),
        )

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload: frames come at the shape's rate."""
        return pcen_payload(
            shape.samples,
            len(shape.channels),
            shape.rate,
            1,
            self.seconds,
            self.gain,
            self.bias,
            self.power,
            self.eps,
            self.start,
        )
