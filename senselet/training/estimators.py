"""The estimators a recipe can name, and the plain forest they are held against."""

from __future__ import annotations

from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from senselet.training.recipe import Trees


class Classifier(Protocol):
    """What training needs of a scikit-learn classifier."""

    classes_: NDArray[Any]

    def fit(self, x: NDArray[np.float32], y: NDArray[np.int64], /) -> Any:
        """Learn from feature rows and class numbers."""

    def predict(self, x: NDArray[np.float32], /) -> NDArray[np.int64]:
        """Return class numbers."""

    def predict_proba(self, x: NDArray[np.float32], /) -> NDArray[np.float64]:
        """Return class probabilities."""


def make_estimator(trees: Trees) -> Classifier:
    """Return the unfitted estimator of a step."""
    common: dict[str, Any] = {
        "criterion": trees.criterion,
        "max_depth": trees.max_depth,
        "max_leaf_nodes": trees.max_leaf_nodes,
        "min_samples_leaf": trees.min_samples_leaf,
        "max_features": None if trees.max_features == "all" else trees.max_features,
        "random_state": trees.seed,
    }
    if trees.estimator == "decision_tree":
        return cast(Classifier, DecisionTreeClassifier(**common))
    kinds = {"extra_trees": ExtraTreesClassifier, "random_forest": RandomForestClassifier}
    forest = kinds[trees.estimator]
    return cast(Classifier, forest(trees.n_estimators, n_jobs=trees.threads, **common))


def fit(estimator: Classifier, x: NDArray[np.float32], y: NDArray[np.int64]) -> Classifier:
    """Fit, then leave threads aside: forests add up their trees' votes in a fixed order again."""
    estimator.fit(x, y)
    if hasattr(estimator, "n_jobs"):
        estimator.n_jobs = 1
    return estimator


def plain_features(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean, standard deviation and energy of each channel: the yardstick's features."""
    doubles = windows.astype(np.float64)
    parts = [doubles.mean(axis=1), doubles.std(axis=1), (doubles**2).mean(axis=1)]
    plain: NDArray[np.float32] = np.concatenate(parts, axis=1).astype(np.float32)
    return plain


def plain_forest() -> Classifier:
    """Return a random forest as scikit-learn makes it by default, with a fixed seed."""
    return cast(Classifier, RandomForestClassifier(random_state=0))
