"""The step ``emg_features``: features of muscle signals (core/features/emg_features.h)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import ClassVar

from senselet.runtime.muscle import FEATURES
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.steps.window import MAX_FEATURES, check_window, chosen, flag, number_each
from senselet.training.table import Table


@dataclass(frozen=True)
class EmgFeatures(FeatureStep):
    """What a step of kind ``emg_features`` computes: signal after signal.

    Attributes
    ----------
    signals
        Channels' names.
    features
        Names out of `FEATURES`, in its order.
    thresholds
        One for each signal, in its unit.
    centred
        Whether the mean is subtracted first.
    """

    kind: ClassVar[str] = "emg_features"
    signals: tuple[str, ...]
    features: tuple[str, ...] = FEATURES
    thresholds: tuple[float, ...] = ()
    centred: bool = False

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> EmgFeatures:
        """Read the keys ``signals``, ``features``, ``threshold`` and ``centred``."""
        signals = chosen(table, "signals", channels)
        asked = chosen(table, "features", FEATURES)
        features = tuple(name for name in FEATURES if name in asked)
        thresholds = number_each(table, "threshold", len(signals), 0.0)
        for threshold in thresholds:
            if not 0 <= threshold < math.inf:
                raise RecipeError(
                    f"{table.where('threshold')} is {threshold:g}; it must be 0 or more"
                )
        return cls(signals, features, thresholds, flag(table, "centred", False))

    def names(self, shape: Shape) -> list[str]:  # noqa: ARG002 - of any shape
        """Return the features' names, in the order of the output."""
        return [f"{name}({signal})" for signal in self.signals for name in self.features]

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        check_window(self.kind, shape)
        outputs = len(self.names(shape))
        if not 1 <= outputs <= MAX_FEATURES:
            raise RecipeError(f"{outputs} features; {self.kind} gives 1 ... {MAX_FEATURES}")
        wanted = sum(1 << FEATURES.index(name) for name in self.features)
        data = struct.pack(
            "<BBHHH", 1, len(shape.channels), shape.samples, len(self.signals), outputs
        )
        thresholds = self.thresholds or (0.0,) * len(self.signals)
        for signal, threshold in zip(self.signals, thresholds, strict=True):
            word = shape.channels.index(signal) | wanted << 8 | self.centred << 24
            data += struct.pack("<If", word, threshold)
        return data
