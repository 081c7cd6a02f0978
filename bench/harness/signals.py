"""Input for signal processing: made by formulas from a fixed seed, and like what a sensor hears.

A voiced sound (a gliding pitch with harmonics that fall off and a resonance), a tone, a click with
its decay and noise of a room, together: no spectrum is empty, and the crest factor is that of
sound. The second half of the rows is the same again, 40 dB quieter, for the sake of number formats
that lose what is small.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 20
QUIET = 0.01

Signal = NDArray[np.float64]


def sound(samples: int, rate: float, peak: float) -> Signal:
    """Return a sound whose largest magnitude is `peak`."""
    random = np.random.default_rng(SEED)
    t = np.arange(samples) / rate
    pitch = 120 + 30 * np.sin(2 * np.pi * 3 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    x = np.zeros(samples)
    for harmonic in range(1, int(0.45 * rate / 150)):
        resonance = 1 / (1 + ((harmonic * 120 - 800) / 300) ** 2)
        x += (0.3 / harmonic + 0.5 * resonance / 4) * np.sin(harmonic * phase + harmonic**2)
    x += 0.2 * np.sin(2 * np.pi * 0.19 * rate * t)
    for start in range(0, samples, 700):
        decay = np.exp(-np.arange(samples - start) / 60)
        x[start:] += 0.8 * decay * random.standard_normal(samples - start)
    x += 0.02 * random.standard_normal(samples)
    return np.asarray(peak * x / np.abs(x).max(), dtype=np.float64)


def rows(count: int, samples: int, rate: float, peak: float, bits: int | None) -> Signal:
    """Return windows of sound, the second half of them quiet, as values that `bits` can hold.

    Bits None: as float32 can.
    """
    loud = sound(count // 2 * samples, rate, peak).reshape(count // 2, samples)
    x = np.concatenate([loud, QUIET * loud])
    if bits is None:
        return x.astype(np.float32).astype(np.float64)
    scale = 2.0 ** (bits - 1)
    return np.asarray(np.round(x * scale) / scale, dtype=np.float64)


def items(x: Signal, kind: str) -> NDArray[Any]:
    """Return values in -1 ... 1 in a library's number format."""
    if kind == "f32":
        return x.astype("<f4")
    bits = {"i16": 16, "i32": 32}[kind]
    return np.round(x * 2.0 ** (bits - 1)).astype(f"<i{bits // 8}")


def ratio_db(found: NDArray[Any], exact: NDArray[Any]) -> float:
    """Return the signal-to-noise ratio of a result in dB."""
    noise = float(np.sum(np.abs(found - exact) ** 2))
    power = float(np.sum(np.abs(exact) ** 2))
    return 10 * float(np.log10(power / noise)) if noise > 0 else 999.0
