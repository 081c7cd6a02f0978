"""A sound level meter in double precision, by another way than the core's.

Frequency weighting is the analogue filters of IEC 61672-1, annex E, applied to the spectrum of the
whole recording; there is no digital filter. Time weighting is the exponential average of the
standard's definition. Levels are in dB; a sine of full scale (1) has the level ``full_scale``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

F1, F2, F3, F4 = 20.598997, 107.65265, 737.86223, 12194.217  # Hz
TICKS = 50  # a second; percentiles are of levels taken so often
SETTLED = 0.64  # seconds; minima and percentiles begin then

Signal = NDArray[np.float64]


def gain(frequencies: Signal, weighting: str) -> NDArray[np.complex128]:
    """The complex gain of weighting A, C or Z, one at 1 kHz."""
    if weighting == "Z":
        return np.ones(len(frequencies), dtype=np.complex128)

    def plain(f: Signal) -> NDArray[np.complex128]:
        s = 1j * f.astype(np.complex128)
        value = s**2 / ((s + F1) ** 2 * (s + F4) ** 2)
        return np.asarray(value * s**2 / ((s + F2) * (s + F3)) if weighting == "A" else value)

    return np.asarray(plain(frequencies) / np.abs(plain(np.array([1000.0]))))


def weighted(samples: Signal, rate: int, weighting: str) -> Signal:
    """The signal after the weighting, which is at rest before."""
    padded = len(samples) + rate  # what follows the end must not come round to the start
    spectrum = np.fft.rfft(samples, padded)
    spectrum *= gain(np.fft.rfftfreq(padded, 1 / rate).astype(np.float64), weighting)
    return np.fft.irfft(spectrum, padded)[: len(samples)]


def averaged(powers: Signal, rate: int, seconds: float) -> Signal:
    """The exponential average with a time constant."""
    share = 1 - np.exp(-1 / (rate * seconds))
    return np.asarray(lfilter([share], [1, share - 1], powers))


@dataclass(frozen=True)
class Second:
    """The levels of one second, those of F and S at its end."""

    fast: float
    slow: float
    leq: float
    fast_max: float
    fast_min: float
    peak: float


@dataclass(frozen=True)
class Levels:
    """What a meter would show.

    Attributes
    ----------
    seconds
        One for each whole second.
    fast_ticks
        F level every 20 ms.
    """

    seconds: list[Second]
    fast_ticks: Signal

    def exceeded(self, share: float, until: int) -> float:
        """The F level exceeded for a share of the time, up to the end of a second."""
        first = round(SETTLED * TICKS)
        return float(np.quantile(self.fast_ticks[first : until * TICKS], 1 - share))


def levels(samples: Signal, rate: int, weighting: str = "A", full_scale: float = 120) -> Levels:
    """Measure a recording.

    Parameters
    ----------
    samples
        Shares of full scale.
    """

    def decibels(power: Any) -> Any:
        return 10 * np.log10(np.maximum(2 * power, 1e-30)) + full_scale

    powers = weighted(samples, rate, weighting) ** 2
    fast = decibels(averaged(powers, rate, 0.125))
    slow = decibels(averaged(powers, rate, 1.0))
    peaks = np.abs(weighted(samples, rate, "C"))
    seconds = []
    for k in range(len(samples) // rate):
        part = slice(k * rate, (k + 1) * rate)
        settled = slice(max(k * rate, round(SETTLED * rate)), (k + 1) * rate)
        seconds.append(
            Second(
                float(fast[(k + 1) * rate - 1]),
                float(slow[(k + 1) * rate - 1]),
                float(decibels(np.mean(powers[part]))),
                float(np.max(fast[part])),
                float(np.min(fast[settled])),
                float(decibels(np.max(peaks[part]) ** 2 / 2)) + 10 * np.log10(2),
            )
        )
    return Levels(seconds, fast[rate // TICKS - 1 :: rate // TICKS])
