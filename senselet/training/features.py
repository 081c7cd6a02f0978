"""Features of windows, computed by the C core: what a board will compute, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from senselet.runtime import _time_features
from senselet.training.errors import RecipeError
from senselet.training.time_features import TimeFeatures

Windows = NDArray[np.float32]


def compute_features(
    step: TimeFeatures, windows: Windows, *, channels: Sequence[str], rate: float
) -> NDArray[np.float32]:
    """Compute the features of many windows.

    Parameters
    ----------
    step
        What to compute.
    windows
        float32, ``[window, sample, channel]``.
    channels, rate
        The channels' names, and the samples a second.

    Returns
    -------
    ndarray of float32
        One row a window, one column a feature, in the order of ``step.names()``.
    """
    windows = np.ascontiguousarray(windows, dtype=np.float32)
    payload = step.payload(channels, windows.shape[1], rate)
    program = _time_features.open(payload, 0, len(payload))
    if isinstance(program, int):
        raise RecipeError(f"The core refuses these features (status {program})")
    features = np.empty((len(windows), program.outputs()), np.float32)
    flat = windows.reshape(len(windows), -1)
    for window, row in zip(flat, features, strict=True):
        status = program.run(window.data, row.data)
        if status:
            raise RuntimeError(f"time_features failed with status {status}")
    return features
