"""Predictions of a forest as a model file will hold it, by the C core: what a board will say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from senselet.convert import convert_trees
from senselet.model_file import Step
from senselet.training.estimators import Classifier
from senselet.training.features import run_steps
from senselet.training.recipe import Trees


def predict_stored(
    estimator: Classifier, trees: Trees, features: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return class probabilities: one row a feature row, one column a class of the estimator.

    They are those of the converted forest, with leaves rounded or made votes as the recipe asks.
    """
    forest = convert_trees(estimator, leaves=trees.leaves, leaf_steps=trees.leaf_steps)
    return run_steps([Step("trees", forest.payload, forest.inputs, forest.outputs)], features)
