"""The step ``stft``: a window to the spectra of its frames (core/dsp/stft.h, docs/dsp).

What comes out is a window again: its channels are the frequencies, its samples the frames.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar, Self

from senselet.runtime.fft import WINDOWS
from senselet.training.errors import RecipeError
from senselet.training.steps.pitch import one_channel
from senselet.training.steps.step import FilterStep, Shape
from senselet.training.steps.window import check_window
from senselet.training.table import Table

OUTPUTS = ("spectrum", "magnitude", "power")


@dataclass(frozen=True)
class STFT(FilterStep):
    """Magnitude or power of the frames of one channel.

    Attributes
    ----------
    frame, hop
        Seconds of a frame and from one to the next.
    window
        The window function.
    output
        ``magnitude`` or ``power``.
    """

    kind: ClassVar[str] = "stft"
    frame: float = 0.032
    hop: float = 0.016
    window: str = "hann"
    output: str = "power"

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the keys of the attributes' names."""
        one_channel(cls.kind, channels)
        windows = tuple(name for name in WINDOWS if name != "kaiser")
        return cls(
            table.number("frame", 0.032, above=0),
            table.number("hop", 0.016, above=0),
            table.choice("window", windows, "hann"),
            table.choice("output", OUTPUTS[1:], "power"),
        )

    def _lengths(self, shape: Shape) -> tuple[int, int, int]:
        """Samples of a frame and of a hop, length of the transform."""
        frame, hop = round(self.frame * shape.rate), round(self.hop * shape.rate)
        if not 1 <= hop <= frame <= min(shape.samples, 4096):
            raise RecipeError(
                f"stft: frames of {frame} samples every {hop}, in windows of {shape.samples}",
                "a hop must be at most a frame, and a frame at most a window and 4096 samples",
            )
        return frame, hop, max(16, 1 << (frame - 1).bit_length())

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        frame, hop, length = self._lengths(shape)
        return struct.pack(
            "<BBHIIHH",
            *(1, OUTPUTS.index(self.output), length),
            *(1 | WINDOWS.index(self.window) << 8 | frame << 16, 0),
            *(hop, shape.samples),
        )

    def shape(self, shape: Shape) -> Shape:
        """Return frames x frequencies."""
        frame, hop, length = self._lengths(shape)
        names = tuple(f"{k * shape.rate / length:g} Hz" for k in range(length // 2 + 1))
        return Shape(names, 1 + (shape.samples - frame) // hop, shape.rate / hop)
