"""Random forests for the tests of the trees: what is drawn, and how it becomes an estimator."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import (
    DecisionTreeClassifier,
    DecisionTreeRegressor,
    ExtraTreeClassifier,
    ExtraTreeRegressor,
)

CLASSIFIERS = (
    DecisionTreeClassifier,
    ExtraTreeClassifier,
    RandomForestClassifier,
    ExtraTreesClassifier,
)
REGRESSORS = (
    DecisionTreeRegressor,
    ExtraTreeRegressor,
    RandomForestRegressor,
    ExtraTreesRegressor,
)
FORESTS = (
    RandomForestClassifier,
    ExtraTreesClassifier,
    RandomForestRegressor,
    ExtraTreesRegressor,
)

# How feature values are made: see `features`.
NORMAL, SCALED, INTEGERS, BYTES, GRID, MIXTURE = (
    "normal",
    "scaled",
    "integers",
    "bytes",
    "grid",
    "mixture",
)
SMALLEST = np.float32(1e-45)  # the least denormal
SPECIALS = np.array(
    [0.0, -0.0, SMALLEST, -SMALLEST, 1e-40, -1e-40, 1.2e-38, 1.0, -1.0, 3e38, -3e38], np.float32
)


@dataclass(frozen=True)
class Plan:
    """Everything that decides about an estimator and the samples it is tried on."""

    kind: type
    seed: int
    n_samples: int
    n_features: int
    features: str
    exponent: int  # feature values are multiplied by 10^exponent
    n_classes: int
    n_targets: int
    missing: str  # "none", "trained" or "predicted"
    move_thresholds: str  # "no", "scaled" or "bits": see `moved`
    n_estimators: int
    max_depth: int | None
    min_samples_leaf: int
    max_leaf_nodes: int | None
    max_features: str | float | None
    bootstrap: bool
    class_weight: str | None
    criterion: str
    target_exponent: int

    @property
    def is_classifier(self) -> bool:
        return self.kind in CLASSIFIERS

    @property
    def has_integers(self) -> bool:
        return self.features in (INTEGERS, BYTES)


@st.composite
def plans(draw: Any, kinds: tuple[type, ...] = CLASSIFIERS + REGRESSORS) -> Plan:
    """Any data set and any hyper-parameters that scikit-learn takes."""
    kind = draw(st.sampled_from(kinds))
    classifier = kind in CLASSIFIERS
    many = draw(st.booleans())
    if classifier:
        criteria = ["gini", "entropy", "log_loss"]
    else:
        criteria = ["squared_error", "absolute_error", "poisson"]
    return Plan(
        kind=kind,
        seed=draw(st.integers(0, 2**32 - 1)),
        n_samples=draw(st.integers(1, 150 if many else 25)),
        n_features=draw(st.sampled_from([1, 2, 3, 5, 8, 70])),
        features=draw(st.sampled_from([NORMAL, SCALED, INTEGERS, BYTES, GRID, MIXTURE])),
        exponent=draw(st.integers(-38, 37)),
        n_classes=draw(st.sampled_from([1, 2, 2, 3, 5, 40, 300])),
        n_targets=draw(st.sampled_from([1, 1, 1, 2, 3])),
        missing=draw(st.sampled_from(["none", "none", "trained", "predicted"])),
        move_thresholds=draw(st.sampled_from(["no", "no", "scaled", "bits"])),
        n_estimators=draw(st.integers(1, 20)),
        max_depth=draw(st.sampled_from([None, None, 1, 2, 4, 5, 8])),
        min_samples_leaf=draw(st.sampled_from([1, 1, 2, 5])),
        max_leaf_nodes=draw(st.sampled_from([None, None, 2, 7, 30])),
        max_features=draw(st.sampled_from([None, "sqrt", 0.5])),
        bootstrap=draw(st.booleans()),
        class_weight=draw(st.sampled_from([None, None, "balanced"])) if classifier else None,
        criterion=draw(st.sampled_from(criteria)),
        target_exponent=draw(st.sampled_from([0, 0, -36, -5, 6, 36])),
    )


def features(plan: Plan, rng: np.random.Generator, n_samples: int) -> NDArray[np.float32]:
    """Samples of the planned kind, never above the largest float32."""
    shape = (n_samples, plan.n_features)
    normal = rng.normal(size=shape)
    if plan.features == NORMAL:
        x = normal
    elif plan.features == SCALED:
        x = np.clip(normal * 10.0**plan.exponent, -3e38, 3e38)
    elif plan.features == INTEGERS:
        x = rng.integers(-32768, 32768, shape).astype(np.float64)
    elif plan.features == BYTES:
        x = rng.integers(-128, 128, shape).astype(np.float64)
    elif plan.features == GRID:
        x = rng.integers(-2, 3, shape) / 2.0
        x[rng.random(shape) < 0.2] = -0.0
    else:
        x = np.where(rng.random(shape) < 0.5, normal, rng.choice(SPECIALS, shape))
    return np.asarray(x.astype(np.float32))


def with_missing(
    x: NDArray[np.float32], rng: np.random.Generator, share: float = 0.2
) -> NDArray[np.float32]:
    x = x.copy()
    x[rng.random(x.shape) < share] = np.nan
    return x


def trees_of(estimator: Any) -> list[Any]:
    """scikit-learn's trees."""
    members = getattr(estimator, "estimators_", [estimator])
    return [member.tree_ for member in members]


def fitted(plan: Plan) -> tuple[Any, NDArray[np.float32]]:
    """The estimator, and the samples that it is tried on."""
    rng = np.random.default_rng(plan.seed)
    x = features(plan, rng, plan.n_samples)
    if plan.missing == "trained":
        x = with_missing(x, rng)
    if plan.is_classifier:
        y: NDArray[Any] = rng.integers(0, plan.n_classes, (plan.n_samples, plan.n_targets))
        informed = np.nan_to_num(x[:, 0].astype(np.float64), nan=1e9)
        y[:, 0] = np.where(
            rng.random(plan.n_samples) < 0.5,
            np.argsort(np.argsort(informed)) % plan.n_classes,
            y[:, 0],
        )
    else:
        y = rng.normal(size=(plan.n_samples, plan.n_targets))
        if plan.criterion == "poisson":
            y = np.abs(y) + 1
    options: dict[str, Any] = {
        "random_state": plan.seed,
        "max_depth": plan.max_depth,
        "min_samples_leaf": plan.min_samples_leaf,
        "max_leaf_nodes": plan.max_leaf_nodes,
        "max_features": plan.max_features,
        "criterion": plan.criterion,
    }
    if plan.is_classifier:
        options["class_weight"] = plan.class_weight
    if plan.kind in FORESTS:
        options |= {"n_estimators": plan.n_estimators, "bootstrap": plan.bootstrap}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator = plan.kind(**options).fit(x, y[:, 0] if plan.n_targets == 1 else y)
    if not plan.is_classifier:  # to a small target itself scikit-learn would fit no tree
        for tree in trees_of(estimator):
            tree.value[:] *= 10.0**plan.target_exponent
    if plan.move_thresholds != "no" and not plan.has_integers:
        for tree in trees_of(estimator):
            moved(tree, plan, rng)
    return estimator, trials(plan, rng, estimator, x)


def moved(tree: Any, plan: Plan, rng: np.random.Generator) -> None:
    """Give the tree other thresholds, in place: scikit-learn splits no two values nearer than 1e-7,
    but a tree may come from elsewhere, and the walk must be right at any threshold."""
    inner = tree.children_left >= 0
    if plan.move_thresholds == "scaled":
        tree.threshold[inner] *= 10.0**plan.exponent
    else:
        count = int(inner.sum())
        bits = rng.integers(0, 2**32, count, dtype=np.uint64).astype(np.uint32)
        with np.errstate(invalid="ignore"):
            values = bits.view(np.float32).astype(np.float64)
        values[~np.isfinite(values)] = 0.0
        # Between two neighbouring float32, too.
        tree.threshold[inner] = values * (1 + rng.choice([0.0, 1e-9, -1e-9], count))
        tree.feature[inner] = rng.integers(0, plan.n_features, count)


def trials(
    plan: Plan, rng: np.random.Generator, estimator: Any, x: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Samples of the training set, fresh ones, and ones on thresholds and beside them."""
    rows = [x[:20], features(plan, rng, 20)]
    trees = trees_of(estimator)
    base = np.concatenate(rows)
    for _ in range(20):
        row = base[rng.integers(len(base))].copy()
        tree = trees[rng.integers(len(trees))]
        inner = np.flatnonzero(tree.children_left >= 0)
        for node in rng.choice(inner, min(len(inner), 8), replace=False):
            threshold = np.float32(np.clip(tree.threshold[node], -3.4e38, 3.4e38))
            direction = np.float32(rng.choice([-np.inf, np.inf]))
            value = threshold if rng.random() < 0.5 else np.nextafter(threshold, direction)
            row[tree.feature[node]] = np.floor(value) if plan.has_integers else value
        rows.append(row[None])
    rows.append(np.zeros((1, plan.n_features), np.float32))
    rows.append(np.full((1, plan.n_features), -0.0, np.float32))
    if not plan.has_integers:
        rows.append(rng.choice(SPECIALS, (3, plan.n_features)))
    result = np.concatenate(rows)
    if plan.has_integers:
        result = np.where(np.isnan(result), result, np.clip(result, -32768, 32767))
    if plan.missing != "none":
        result = np.concatenate([result, with_missing(result[:20], rng, 0.4)])
        result = np.concatenate([result, np.full((1, plan.n_features), np.nan, np.float32)])
    return np.asarray(result.astype(np.float32))
