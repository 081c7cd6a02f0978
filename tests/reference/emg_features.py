"""Features of muscle signals in double precision, by numpy: what the core must come close to.

Written from the sources' definitions (docs/features/emg.md), independently of the core.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

NAMES = (
    "integrated_emg",
    "mean_absolute_value",
    "waveform_length",
    "zero_crossings",
    "slope_sign_changes",
    "willison_amplitude",
)


def emg_features(x: Doubles, threshold: float, error: float = 0.0) -> tuple[Doubles, Doubles]:
    """Return the six features of a signal, and by how much each may be off.

    Parameters
    ----------
    x
        Samples, any mean already subtracted.
    threshold
        Of the counts.
    error
        Largest error of a sample; comparisons that it could turn make a count doubtful.
    """
    steps = np.abs(np.diff(x))
    large = steps >= threshold
    unsure = np.abs(steps - threshold) <= 2 * error if error else np.zeros(len(steps), bool)
    opposite = x[1:] * np.sign(x[:-1]) < 0
    near_zero = np.abs(x) <= 2 * error if error else np.zeros(len(x), bool)
    middle, before, after = x[1:-1], x[:-2], x[2:]
    peaks = ((middle > before) & (middle > after)) | ((middle < before) & (middle < after))
    flat = steps <= 2 * error if error else np.zeros(len(steps), bool)
    values = np.array(
        [
            np.sum(np.abs(x)),
            np.mean(np.abs(x)),
            np.sum(steps),
            np.sum(opposite & large),
            np.sum(peaks & (large[1:] | large[:-1])),
            np.sum(large),
        ],
        np.float64,
    )
    rounding = 2.0**-24 + 2.0**-30
    tolerances = np.array(
        [
            len(x) * error + rounding * values[0],
            error + rounding * values[1],
            2 * len(steps) * error + rounding * values[2],
            np.sum(unsure | near_zero[1:] | near_zero[:-1]),
            np.sum(unsure[1:] | unsure[:-1] | flat[1:] | flat[:-1]),
            np.sum(unsure),
        ]
    )
    return values, tolerances


def sample_error(x: Doubles) -> float:
    """By how much the core's integers may be off: 0, or one unit if any sample is no integer."""
    largest = float(np.max(np.abs(x)))
    exponent = max(int(np.floor(np.log2(largest))), -126) if largest else -126
    unit = 2.0 ** (exponent - 28)
    return 0.0 if np.all(x / unit == np.round(x / unit)) else unit
