"""The meter under test, and signals for it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from senselet.sound import LevelMeter

RATES = (16000, 32000, 44100, 48000)
ARITHMETICS = ("fixed", "float")
Floats = npt.NDArray[np.float64]


def meter(rate: int, weighting: str = "A", arithmetic: str = "fixed", **options: Any) -> LevelMeter:
    """A meter on which a sine of full scale is 0 dB; fixed: 24-bit samples."""
    return LevelMeter(rate, weighting, 24, arithmetic, full_scale=0.0, **options)


def samples(signal: Floats, arithmetic: str, bits: int = 24) -> Any:
    """A signal of full scale 1 as the meter takes it: integers, or float32."""
    if arithmetic == "float":
        return signal.astype(np.float32)
    largest = 2 ** (bits - 1) - 1
    integers = np.clip(np.round(signal * 2 ** (bits - 1)), -largest - 1, largest)
    return integers.astype(np.int16 if bits == 16 else np.int32)


def tone(
    rate: int, frequency: float, seconds: float, amplitude: float = 1.0, start: float = 0.0
) -> Floats:
    """A sine, which begins `start` seconds after its phase 0."""
    t = np.arange(round(seconds * rate)) / rate + start
    return amplitude * np.sin(2 * math.pi * frequency * t)
