"""What the panels show of a recording: outline, spectrogram, level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.signal.windows import hann

from senselet.runtime.sound import LevelMeter
from senselet.runtime.sound_tables import WEIGHTINGS

Doubles = NDArray[np.float64]

COLUMNS = 1600  # of a picture: more would not be seen
FAST = 0.125  # seconds; time constant of the weighting F of IEC 61672-1
FLOOR = 1e-12  # -120 dB


def outline(values: Doubles, rate: float) -> tuple[Doubles, Doubles, Doubles]:
    """Return times, and the lowest and highest value of each column of the picture."""
    block = max(1, -(-len(values) // COLUMNS))
    padded = np.pad(values, (0, -len(values) % block), mode="edge").reshape(-1, block)
    times = np.arange(len(padded)) * block / rate
    return times, padded.min(axis=1), padded.max(axis=1)


def spectrogram(values: Doubles, rate: float) -> tuple[Doubles, Doubles, Doubles]:
    """Return times, frequencies and power in dB, a sine of amplitude 1 being 0 dB.

    Hann windows of 32 ms (fewer than 64 samples: of 64), overlapping by three quarters.
    """
    size = 1 << max(6, round(np.log2(0.032 * rate)))
    hop = size // 4
    window = hann(size, sym=False)
    around = np.pad(values, size // 2)  # the first window's middle is the first sample
    frames = np.lib.stride_tricks.sliding_window_view(around, size)[::hop]
    spectra = np.fft.rfft(frames * window, axis=1) * 2 / window.sum()
    power = np.abs(spectra) ** 2
    pool = max(1, -(-len(power) // COLUMNS))
    power = np.pad(power, ((0, -len(power) % pool), (0, 0)))
    power = power.reshape(-1, pool, power.shape[1]).max(axis=1)
    times = np.arange(len(power)) * pool * hop / rate
    frequencies = np.arange(power.shape[1]) * rate / size
    return times, frequencies, 10 * np.log10(power.T + FLOOR)


def level(values: Doubles, rate: float) -> tuple[Doubles, Doubles, str]:
    """Return times, the fast level in dB, a sine of amplitude 1 being 0 dB, and the level's name.

    A-weighted by the sound level meter that boards have, at the rates that it knows; unweighted at
    others.
    """
    if rate in WEIGHTINGS:
        times, levels = _measured(values, int(rate))
        return times, levels, "LAF"
    decay = np.exp(-1 / (FAST * rate))
    power = lfilter([1 - decay], [1, -decay], 2 * values**2)
    step = max(1, len(values) // COLUMNS)
    times = np.arange(len(values))[::step] / rate
    return times, 10 * np.log10(power[::step] + FLOOR), "fast, unweighted"


def _measured(values: Doubles, rate: int) -> tuple[Doubles, Doubles]:
    """The A-weighted level after every 20 ms of at most 1600, else of longer steps."""
    meter = LevelMeter(rate, "A", 24, "float", full_scale=0.0, statistics=False)
    samples: Any = values.astype(np.float32)
    step = rate // 50 * max(1, -(-len(samples) // (rate // 50 * COLUMNS)))
    times, levels = [], []
    for start in range(0, len(samples) - step + 1, step):
        meter.push(samples[start : start + step])
        times.append((start + step) / rate)
        levels.append(meter.fast)
    return np.array(times), np.array(levels)
