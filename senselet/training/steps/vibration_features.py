"""The step ``vibration_features``: machines' vibration (core/features/vibration_features.h)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from senselet.runtime.vibration import FEATURES
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.steps.window import MAX_FEATURES, check_window, chosen, flag
from senselet.training.table import Table

MAX_LINES = 255
MAX_HARMONICS = 127


@dataclass(frozen=True)
class VibrationFeatures(FeatureStep):
    """What a step of kind ``vibration_features`` computes: signal after signal.

    Attributes
    ----------
    signals
        Channels' names.
    features
        Names out of `FEATURES`, in its order.
    band
        Edges in Hz of the band whose envelope is analysed.
    frequencies
        Of the envelope's spectrum, in Hz.
    tolerance
        Half-width around each frequency, as a share of it.
    harmonics
        Multiples of each frequency.
    raw
        Whether the mean is left in.
    """

    kind: ClassVar[str] = "vibration_features"
    signals: tuple[str, ...]
    features: tuple[str, ...] = FEATURES
    band: tuple[float, ...] = ()
    frequencies: tuple[float, ...] = ()
    tolerance: float = 0.0
    harmonics: int = 1
    raw: bool = False

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> VibrationFeatures:
        """Read the keys of the attributes' names."""
        frequencies = table.numbers("frequencies", ())
        asked = chosen(table, "features", FEATURES)
        step = cls(
            signals=chosen(table, "signals", channels),
            features=tuple(name for name in FEATURES if name in asked),
            band=table.numbers("band", ()),
            frequencies=frequencies,
            tolerance=table.number("tolerance", 0.0, least=0, most=1),
            harmonics=table.whole("harmonics", 1, 1, MAX_HARMONICS),
            raw=flag(table, "raw", False),
        )
        if len(step.band) != (2 if frequencies else 0):
            raise RecipeError(
                f"{table.where('band')} has {len(step.band)} numbers for {len(frequencies)} "
                "frequencies",
                "for instance band = [2000, 4000] with frequencies = [87.3]",
            )
        if len(frequencies) > MAX_LINES:
            raise RecipeError(f"{len(frequencies)} frequencies; limit {MAX_LINES}")
        for frequency in frequencies:
            if frequency <= 0:
                raise RecipeError(
                    f"{table.where('frequencies')}: {frequency:g} Hz; it must be more than 0"
                )
        return step

    def names(self, shape: Shape) -> list[str]:  # noqa: ARG002 - of any shape
        """Return the features' names, in the order of the output."""
        names = []
        for signal in self.signals:
            names += [f"{name}({signal})" for name in self.features]
            for frequency in self.frequencies:
                for i in range(1, self.harmonics + 1):
                    times = f"{i} x " if i > 1 else ""
                    names.append(f"envelope({signal}, {times}{frequency:g} Hz)")
        return names

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        outputs = len(self.names(shape))
        if not 1 <= outputs <= MAX_FEATURES:
            raise RecipeError(f"{outputs} features; {self.kind} gives 1 ... {MAX_FEATURES}")
        self._check_spectrum(shape)
        channels = shape.channels
        data = struct.pack(
            "<BBHHHf", 1, len(channels), shape.samples, len(self.signals), outputs, shape.rate
        )
        wanted = sum(1 << FEATURES.index(name) for name in self.features)
        lines = len(self.frequencies)
        for signal in self.signals:
            word = channels.index(signal) | wanted << 8 | lines << 16 | self.raw << 31
            data += struct.pack("<I", word | (self.harmonics << 24 if lines else 0))
            if lines:
                data += struct.pack("<2f", *self.band)
                for frequency in self.frequencies:
                    data += struct.pack("<2f", frequency, frequency * self.tolerance)
        return data

    def _check_spectrum(self, shape: Shape) -> None:
        """Say what the core would refuse without a word on the cause."""
        if not self.frequencies:
            return
        low, high = self.band
        width = high - low
        if not 0 < width <= (low + high) / 2 or high > shape.rate / 2:
            raise RecipeError(
                f"The band {low:g} ... {high:g} Hz does not lie between half of its width and "
                f"half the rate, {shape.rate / 2:g} Hz"
            )
        length = max(2, round(0.524 * shape.rate / width))
        if shape.samples // length - 2 < 4:
            raise RecipeError(
                f"A window of {shape.samples} samples is too short for a band of {width:g} Hz",
                "take a wider band or a longer window",
            )
        highest = max(self.frequencies) * (1 + self.tolerance) * self.harmonics
        limit = shape.rate / (2 * length)
        if highest >= limit:
            raise RecipeError(
                f"The highest frequency of the envelope, {highest:g} Hz with its harmonics, is not "
                f"below {limit:g} Hz",
                "take a wider band, or fewer harmonics",
            )
