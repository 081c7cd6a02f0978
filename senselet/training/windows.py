"""Cut recordings into windows, and vary the windows that a model learns from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from senselet.data import DataError, Recording
from senselet.training.recipe import Augment, Recipe

Windows = NDArray[np.float32]


@dataclass(frozen=True)
class WindowSet:
    """Windows of several recordings.

    Attributes
    ----------
    windows
        float32, ``[window, sample, channel]``.
    recordings
        For each window the index of its recording.
    starts
        For each window the index of its first sample in the recording.
    """

    windows: Windows
    recordings: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.windows)


def cut_windows(recipe: Recipe, recordings: Sequence[Recording], *, hop: int = 0) -> WindowSet:
    """Cut recordings into windows as a board does: whole ones only, from the first sample on.

    Parameters
    ----------
    recipe
        Gives the window's length and hop.
    recordings
        What to cut.
    hop
        Samples from window to window, if it shall not be the recipe's.

    Raises
    ------
    DataError
        If a recording is shorter than one window.
    """
    samples = recipe.window_samples
    hop = hop or recipe.hop_samples
    parts, indices, starts = [], [], []
    for index, recording in enumerate(recordings):
        if len(recording) < samples:
            raise DataError(
                f"{recording.name} lasts {len(recording) / recipe.input.rate:.2g} s, less than a "
                f"window of {recipe.window.seconds:g} s",
                "remove it, or shorten [window] seconds in the recipe",
            )
        for start in range(0, len(recording) - samples + 1, hop)[: recipe.window.first]:
            parts.append(recording.samples[start : start + samples])
            indices.append(index)
            starts.append(start)
    return WindowSet(
        np.stack(parts) if parts else np.empty((0, samples, len(recipe.input.channels)), "f4"),
        np.array(indices, np.int64),
        np.array(starts, np.int64),
    )


def augment_windows(
    recipe: Recipe, recordings: Sequence[Recording], windows: WindowSet
) -> tuple[Windows, NDArray[np.int64]]:
    """Vary windows for training.

    Every window is there unchanged, then with each of the ``delays``, then ``copies`` times
    stretched in time and rotated by chance, and all of these once more mirrored. Deterministic: the
    recipe's seed draws the numbers.

    Returns
    -------
    windows
        All windows, in groups as long as ``windows``.
    source
        For each the index of the window it comes from.
    """
    augment = recipe.augment
    channels = recipe.input.channels
    generator = np.random.default_rng(augment.seed)
    groups = [windows.windows]
    for delay in augment.delays:
        groups.append(_delay(recordings, windows, round(delay * recipe.input.rate)))
    for _ in range(augment.copies):
        varied = _stretch(recipe, recordings, windows, generator) if augment.stretch else None
        varied = windows.windows.copy() if varied is None else varied
        if augment.rotate_degrees:
            varied = _rotate(augment, channels, varied, generator)
        groups.append(varied)
    if augment.mirror:
        signs = np.ones(len(channels), np.float32)
        signs[[channels.index(name) for name in augment.mirror]] = -1
        groups += [group * signs for group in groups]
    return np.concatenate(groups), np.tile(np.arange(len(windows)), len(groups))


def _delay(recordings: Sequence[Recording], windows: WindowSet, samples: int) -> Windows:
    """Let each window begin so many samples earlier; before a recording there is silence."""
    delayed = np.zeros_like(windows.windows)
    for row, (index, start) in enumerate(zip(windows.recordings, windows.starts, strict=True)):
        silent = max(samples - start, 0)
        end = start - samples + delayed.shape[1]
        delayed[row, silent:] = recordings[index].samples[max(start - samples, 0) : end]
    return delayed


def _stretch(
    recipe: Recipe,
    recordings: Sequence[Recording],
    windows: WindowSet,
    generator: np.random.Generator,
) -> Windows:
    """Play each window's surroundings faster or slower, by linear interpolation."""
    augment, channels = recipe.augment, recipe.input.channels
    rates = [channels.index(name) for name in augment.rates]
    samples = recipe.window_samples
    largest = math.log1p(augment.stretch)
    stretched = np.empty_like(windows.windows)
    factors = np.exp(generator.uniform(-largest, largest, len(windows)))
    for row, (index, start) in enumerate(zip(windows.recordings, windows.starts, strict=True)):
        source = recordings[index].samples
        # A window that is faster than its recording is long stays as slow as the recording allows.
        factor = min(factors[row], (len(source) - 1) / (samples - 1))
        places = start + (samples - 1) / 2 + (np.arange(samples) - (samples - 1) / 2) * factor
        places -= min(places[0], 0.0)
        places -= max(places[-1] - (len(source) - 1), 0.0)
        below = np.clip(places.astype(np.int64), 0, len(source) - 2)
        weight = (places - below)[:, None]
        stretched[row] = source[below] * (1 - weight) + source[below + 1] * weight
        stretched[row, :, rates] *= np.float32(factor)
    return stretched


def _rotate(
    augment: Augment, channels: Sequence[str], windows: Windows, generator: np.random.Generator
) -> Windows:
    """Turn each window's vectors as if the sensor had been worn a little askew."""
    turns = generator.normal(0, math.radians(augment.rotate_degrees), (len(windows), 3))
    matrices = rotation_matrices(turns)
    turned = windows.copy()
    for vector in augment.vectors:
        columns = [channels.index(name) for name in vector]
        turned[:, :, columns] = np.einsum("wij,wtj->wti", matrices, windows[:, :, columns])
    return turned


def rotation_matrices(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rotation matrices about vectors whose lengths are the angles, in radians."""
    angles = np.linalg.norm(turns, axis=1)
    axes = turns / np.where(angles > 0, angles, 1)[:, None]
    x, y, z = axes.T
    zero = np.zeros_like(x)
    cross = np.array([[zero, -z, y], [z, zero, -x], [-y, x, zero]]).transpose(2, 0, 1)
    sines, cosines = np.sin(angles)[:, None, None], np.cos(angles)[:, None, None]
    matrices: NDArray[np.float64] = np.eye(3) + sines * cross + (1 - cosines) * (cross @ cross)
    return matrices
