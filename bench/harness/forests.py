"""The random forests that every library gets: data set, split, and what is known of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

SPLIT_SEED = 1
FOREST_SEED = 1
TEST_SHARE = 0.3
LARGEST_INT16 = 32767

DATA_SETS: dict[str, Callable[..., Any]] = {
    "digits": load_digits,
    "breast_cancer": load_breast_cancer,
}


@dataclass(frozen=True)
class Case:
    """A model to measure.

    Attributes
    ----------
    data
        Name of the data set: "digits" (8 x 8 pixels, integers 0 ... 16) or "breast_cancer"
        (30 features from 0.0009 to 4254).
    n_trees, depth
        Size of the forest; depth None: unlimited.
    scaled
        Whether every feature was first stretched to the integers 0 ... 32767, and the forest was
        trained on those: what a user has to do for a library that takes int16 features only.
    """

    data: str
    n_trees: int
    depth: int | None
    scaled: bool = False

    @property
    def name(self) -> str:
        """The name in the results, such as ``digits-10x8`` or ``digits-10xunlimited-scaled``."""
        name = f"{self.data}-{self.n_trees}x{self.depth or 'unlimited'}"
        return f"{name}-scaled" if self.scaled else name


CASES = [
    Case(data, n_trees, depth, scaled)
    for scaled in (False, True)
    for data in DATA_SETS
    for n_trees in (10, 100)
    for depth in (8, None)
    if not (scaled and depth is None)  # one depth tells what scaling changes
]


@dataclass
class Forest:
    """A fitted forest with its test set."""

    case: Case
    estimator: RandomForestClassifier
    x_test: NDArray[np.float64]
    y_test: NDArray[np.int64]

    @property
    def n_features(self) -> int:
        return int(self.estimator.n_features_in_)

    @property
    def n_classes(self) -> int:
        return len(self.estimator.classes_)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """What scikit-learn says: the class of the largest mean probability."""
        return np.asarray(self.estimator.predict(self.x_test), dtype=np.int64)

    @cached_property
    def voted(self) -> NDArray[np.int64]:
        """The class that most of scikit-learn's trees say; the lower one of equals."""
        votes = np.zeros((len(self.x_test), self.n_classes), dtype=int)
        for tree in self.estimator.estimators_:
            votes[np.arange(len(votes)), tree.predict(self.x_test).astype(int)] += 1
        return np.asarray(np.argmax(votes, axis=1), dtype=np.int64)

    @cached_property
    def facts(self) -> dict[str, float]:
        """Figures of the model itself, by the metric's name."""
        trees = [tree.tree_ for tree in self.estimator.estimators_]
        path = self.estimator.decision_path(self.x_test)[0]
        leaves = {row.tobytes() for t in trees for row in t.value[t.children_left < 0]}
        return {
            "accuracy": share(self.predicted == self.y_test),
            "decision_nodes": float(sum((tree.children_left >= 0).sum() for tree in trees)),
            "distinct_leaves": float(len(leaves)),
            # A path holds one leaf a tree, which is reached but decides nothing.
            "visited_nodes": round(path.sum() / len(self.x_test) - len(trees), 3),
        }

    def rows(self, item: str) -> NDArray[Any]:
        """The test set in a library's number format.

        Converting to integers cuts the fraction off, as C does, where the features are not
        integers: a user who does not scale gets that.
        """
        return self.x_test.astype(item)


def share(hits: NDArray[np.bool_]) -> float:
    """Return the share of true values, rounded to what a few hundred rows can tell."""
    return round(float(np.mean(hits)), 4)


def train(case: Case) -> Forest:
    """Fit the forest of a case."""
    x, y = DATA_SETS[case.data](return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=TEST_SHARE, random_state=SPLIT_SEED, stratify=y
    )
    if case.scaled:
        low, high = x_train.min(axis=0), x_train.max(axis=0)
        span = np.where(high > low, high - low, 1)
        x_train, x_test = (
            np.clip(np.round((x - low) / span * LARGEST_INT16), 0, LARGEST_INT16)
            for x in (x_train, x_test)
        )
    estimator = RandomForestClassifier(
        n_estimators=case.n_trees, max_depth=case.depth, random_state=FOREST_SEED
    )
    return Forest(case, estimator.fit(x_train, y_train), x_test, y_test)
