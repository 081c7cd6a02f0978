"""Predictions of a forest as a model file will hold it, by the C core: what a board will say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from senselet.convert import convert_trees
from senselet.runtime import _trees
from senselet.training.estimators import Classifier
from senselet.training.recipe import Trees


def predict_stored(
    estimator: Classifier, trees: Trees, features: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return class probabilities: one row a feature row, one column a class of the estimator.

    They are those of the converted forest, with leaves rounded or made votes as the recipe asks.
    """
    payload = convert_trees(estimator, leaves=trees.leaves, leaf_steps=trees.leaf_steps).payload
    program = _trees.open(payload, 0, len(payload))
    if isinstance(program, int):
        raise RuntimeError(f"the core refuses the forest (status {program})")
    probabilities = np.empty((len(features), len(estimator.classes_)), np.float32)
    for inputs, row in zip(np.ascontiguousarray(features), probabilities, strict=True):
        status = program.run(inputs.data, row.data)
        if status:
            raise RuntimeError(f"trees failed with status {status}")
    return probabilities
