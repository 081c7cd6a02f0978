"""The steps ``mel`` and ``mel_q15``: sound to frames of mel bands (docs/features/mel.md).

What comes out is a window again, its channels the bands and its samples the frames: further filter
steps (``pcen``, ``mfcc``) and the statistics of ``time_features`` apply to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from senselet.runtime.features import EDGES, NORMS, POWERS, RESULTS, SCALES, WINDOWS, mel_payload
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FilterStep, Shape
from senselet.training.table import Table


@dataclass(frozen=True)
class Mel(FilterStep):
    """What a step of kind ``mel`` computes; the parameters are those of `senselet.features.Mel`.

    Attributes
    ----------
    frame, hop
        Seconds of a frame and from one to the next.
    highest
        In Hz; None is half the rate.
    """

    kind: ClassVar[str] = "mel"
    channel: str
    bands: int = 32
    frame: float = 0.032
    hop: float = 0.016
    fft: int | None = None
    window: str = "hann"
    lowest: float = 0.0
    highest: float | None = None
    scale: str = "slaney"
    norm: str = "slaney"
    edges: str = "exact"
    power: str = "sum"
    result: str = "decibels"
    floor: float = 1e-10

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the keys, which have the attributes' names."""
        highest = table.number("highest", 0.0, least=0)
        return cls(
            channel=table.choice("channel", channels, channels[0]),
            bands=table.whole("bands", 32, 1, 256),
            frame=table.number("frame", 0.032, above=0),
            hop=table.number("hop", 0.016, above=0),
            fft=table.whole_or_none("fft", 16),
            window=table.choice("window", WINDOWS, "hann"),
            lowest=table.number("lowest", 0.0, least=0),
            highest=highest or None,
            scale=table.choice("scale", SCALES, "slaney"),
            norm=table.choice("norm", NORMS, "slaney"),
            edges=table.choice("edges", EDGES, "exact"),
            power=table.choice("power", POWERS, "sum"),
            result=table.choice("result", RESULTS, "decibels"),
            floor=table.number("floor", 1e-10, above=0),
        )

    def _lengths(self, shape: Shape) -> tuple[int, int, int]:
        """Samples of a frame, samples of a hop, frames a window."""
        frame = round(self.frame * shape.rate)
        hop = max(1, round(self.hop * shape.rate))
        if not 2 <= frame <= 4096:
            raise RecipeError(f"{self.kind}: a frame has {frame} samples; it must be 2 ... 4096")
        if frame > shape.samples:
            raise RecipeError(
                f"{self.kind}: a frame has {frame} samples, a window only {shape.samples}",
                "lengthen [window] seconds, or shorten the frame",
            )
        return frame, hop, 1 + (shape.samples - frame) // hop

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        frame, hop, _ = self._lengths(shape)
        how: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                *("fft", "window", "lowest", "highest", "scale", "norm", "edges", "power"),
                *("result", "floor"),
            )
        }
        try:
            return mel_payload(
                shape.samples,
                shape.rate,
                self.bands,
                frame=frame,
                hop=hop,
                channels=len(shape.channels),
                channel=shape.channels.index(self.channel),
                **how,
            )
        except ValueError as error:
            raise RecipeError(f"{self.kind}: {error}") from None

    def shape(self, shape: Shape) -> Shape:
        """Return frames x bands."""
        _, hop, frames = self._lengths(shape)
        names = tuple(f"mel{band}" for band in range(self.bands))
        return Shape(names, frames, shape.rate / hop)


@dataclass(frozen=True)
class MelQ15(Mel):
    """The same in integers, for processors without FPU."""

    kind: ClassVar[str] = "mel_q15"
