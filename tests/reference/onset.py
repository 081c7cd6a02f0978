"""Onsets in double precision, by numpy: what the core must come close to.

Written from docs/features/onset.md, independently of the core: whole arrays, no state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """Settings of onset detection; levels in dB of full scale, which is 1."""

    hop: int
    threshold: float = 10.0
    floor: float = -60.0
    distance: int = 0
    memory: int = 3
    adaptation: int = 6
    emphasis: bool = True


def onsets(x: Doubles, settings: Settings) -> tuple[list[tuple[int, float]], float]:
    """Return position and rise in dB of each onset, and the closest that a decision was.

    Parameters
    ----------
    x
        Samples, full scale 1.
    settings
        What to look for.
    """
    x = np.clip(np.nan_to_num(x, nan=0.0, posinf=8, neginf=-8), -8, 8)
    y = np.diff(x, prepend=x[:1]) if settings.emphasis else x
    frames = len(y) // settings.hop
    y = np.abs(y[: frames * settings.hop]).reshape(frames, settings.hop)
    power = np.mean(y**2, axis=1)
    level = np.maximum(10 * np.log10(np.maximum(power, 1e-300)), settings.floor)
    found: list[tuple[int, float]] = []
    mean, armed, last, margin = 0.0, True, -(2**31), np.inf
    for t in range(frames):
        past = level[max(0, t - settings.memory) : t]
        rise = max(0.0, level[t] - past.max()) if t >= settings.memory else 0.0
        limit = settings.threshold + 2 * mean
        margin = min(margin, abs(rise - limit), abs(rise - limit / 2))
        if settings.adaptation:
            mean += (min(rise, settings.threshold) - mean) / 2**settings.adaptation
        armed = armed or rise < limit / 2
        if rise >= limit and armed and t - last >= settings.distance:
            found.append((t * settings.hop + int(np.argmax(y[t])), rise))
            armed, last = False, t
    return found, float(margin)
