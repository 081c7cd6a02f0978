"""Features of vibration in double precision, by numpy and scipy: what the core must come close to.

Written from the definitions in docs/features/vibration.md, independently of the core.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.integrate
import scipy.signal
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

NAMES = (
    "peak",
    "crest_factor",
    "shape_factor",
    "impulse_factor",
    "clearance_factor",
    "velocity",
)


def shape_features(x: Doubles, rate: float) -> Doubles:
    """Return the six features of a signal, any mean already subtracted."""
    size = np.abs(x)
    peak, mean, rms = size.max(), size.mean(), math.sqrt(np.mean(size**2))
    velocity = scipy.integrate.cumulative_trapezoid(x, dx=1 / rate, initial=0)
    if peak == 0:
        return np.zeros(6)
    clearance = peak / np.mean(np.sqrt(size)) ** 2
    return np.array([peak, peak / rms, rms / mean, peak / mean, clearance, velocity.std()])


def envelope(x: Doubles, rate: float, low: float, high: float) -> tuple[Doubles, float]:
    """Return the envelope of a band, and its rate: shift it to 0 Hz, average three times, |.|."""
    length = max(2, round(0.524 * rate / (high - low)))
    average = np.ones(length) / length
    taps = np.convolve(np.convolve(average, average), average)
    shifted = x * np.exp(-2j * np.pi * np.arange(len(x)) * (low + high) / 2 / rate)
    averaged = scipy.signal.lfilter(taps, 1.0, shifted)
    return 2 * np.abs(averaged[length - 1 :: length][2:]), rate / length


def amplitude(e: Doubles, rate: float, frequency: float, half_width: float) -> float:
    """Return the largest amplitude of the envelope's modulation around a frequency."""
    m = len(e)
    windowed = (e - e.mean()) * scipy.signal.windows.hann(m, sym=False)
    steps = math.ceil(half_width / rate * 2 * m - 1e-6)
    points = [frequency + half_width * i / max(steps, 1) for i in range(-steps, steps + 1)]
    turns = np.outer(points, np.arange(m)) / rate
    return float(np.max(4 / m * np.abs(np.exp(-2j * np.pi * turns) @ windowed)))
