"""Predictions of test windows, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Predictions:
    """What a model says about windows it has not learned from.

    Attributes
    ----------
    recordings, starts
        For each window: index of its recording among those given, and its first sample.
    truth, predicted
        Class numbers.
    probabilities
        One row a window, one column a label, bit for bit what a board computes.
    """

    recordings: NDArray[np.int64]
    starts: NDArray[np.int64]
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.truth)

    @property
    def accuracy(self) -> float:
        """Share of windows classified rightly."""
        return float((self.truth == self.predicted).mean())

    def confusion(self) -> NDArray[np.int64]:
        """Count windows by true class (row) and predicted class (column)."""
        classes = self.probabilities.shape[1]
        matrix = np.zeros((classes, classes), np.int64)
        np.add.at(matrix, (self.truth, self.predicted), 1)
        return matrix


def join(parts: list[Predictions]) -> Predictions:
    """Put the predictions of several folds together."""
    return Predictions(
        np.concatenate([part.recordings for part in parts]),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.predicted for part in parts]),
        np.concatenate([part.probabilities for part in parts]),
    )
