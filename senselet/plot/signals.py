"""What the panels show of a recording: outline, spectrogram, level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.signal.windows import hann

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


def level(values: Doubles, rate: float) -> tuple[Doubles, Doubles]:
    """Return times and the level in dB, fast, unweighted, a sine of amplitude 1 being 0 dB."""
    decay = np.exp(-1 / (FAST * rate))
    power = lfilter([1 - decay], [1, -decay], 2 * values**2)
    step = max(1, len(values) // COLUMNS)
    return np.arange(len(values))[::step] / rate, 10 * np.log10(power[::step] + FLOOR)
