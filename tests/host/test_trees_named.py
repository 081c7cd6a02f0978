"""Converted trees: known traps, ties, the largest sizes, and what is refused."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from support import apply_trees, open_trees, predict_trees, run_trees

from senselet.convert import ConvertError, convert_trees


def split(data: Any) -> tuple[Any, Any, Any, Any]:
    x, y = data(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=1)
    return x_train.astype(np.float32), x_test.astype(np.float32), y_train, y_test


@pytest.mark.parametrize("inputs", ["float32", "int16"])
@pytest.mark.parametrize("forest", [RandomForestClassifier, ExtraTreesClassifier])
def test_digits_agree_everywhere(forest: Any, inputs: Any) -> None:
    """emlearn turns 0.957 into 0.898 here: its leaves hold votes where trees give probabilities."""
    x_train, x_test, y_train, y_test = split(load_digits)
    estimator = forest(10, max_depth=8, random_state=1).fit(x_train, y_train)
    trees = open_trees(convert_trees(estimator, inputs=inputs).payload)
    predicted = predict_trees(trees, x_test)[:, 0]
    assert np.mean(predicted == estimator.predict(x_test)) == 1.0
    assert np.mean(predicted == y_test) == estimator.score(x_test, y_test)
    rows = x_test.astype(np.int16)
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], predicted)


def test_breast_cancer_unscaled_agrees_everywhere() -> None:
    """emlearn's int16 features give 0.46 here; float32 needs no scaling."""
    x_train, x_test, y_train, _ = split(load_breast_cancer)
    estimator = RandomForestClassifier(10, max_depth=8, random_state=1).fit(x_train, y_train)
    trees = open_trees(convert_trees(estimator).payload)
    assert np.mean(predict_trees(trees, x_test)[:, 0] == estimator.predict(x_test)) == 1.0


@pytest.mark.parametrize("n_classes", [2, 3, 4])
@pytest.mark.parametrize("seed", range(10))
def test_exact_ties_go_to_the_lower_class(n_classes: int, seed: int) -> None:
    """Leaves of 1/3 + 2/3 and 2/3 + 1/3: equal as fractions, not always as floats."""
    rng = np.random.default_rng(seed)
    # Trees that each see one constant feature give one leaf: the shares of their bootstrap sample.
    x = np.zeros((30, 1), np.float32)
    estimator = RandomForestClassifier(2, random_state=seed).fit(x, np.arange(30) % n_classes)
    first, second = (member.tree_ for member in estimator.estimators_)
    counts = rng.integers(1, 8, n_classes)
    shares = counts / counts.sum()
    # The second tree's shares are the first's in reverse: classes i and n-1-i tie.
    first.value[0, 0] = shares
    second.value[0, 0] = shares[::-1]
    trees = open_trees(convert_trees(estimator).payload)
    sums = counts + counts[::-1]
    expected = int(np.argmax(sums))
    assert predict_trees(trees, x[:1])[0, 0] == expected


def test_ties_of_three_trees_with_thirds() -> None:
    """1/3 + 1/3 + 1/3 against 1 + 0 + 0."""
    x = np.zeros((9, 1), np.float32)
    estimator = RandomForestClassifier(3, random_state=0).fit(x, [0, 1, 2] * 3)
    rows = ([1 / 3, 2 / 3, 0], [1 / 3, 1 / 3, 1 / 3], [1 / 3, 0, 2 / 3])
    for member, row in zip(estimator.estimators_, rows, strict=True):
        member.tree_.value[0, 0] = row
    trees = open_trees(convert_trees(estimator).payload)
    assert predict_trees(trees, x[:1])[0, 0] == 0
    np.testing.assert_allclose(run_trees(trees, x[:1])[0], [1 / 3] * 3, atol=1e-6)


def test_votes_tie_to_the_lower_class() -> None:
    x = np.zeros((4, 1), np.float32)
    estimator = RandomForestClassifier(4, random_state=0).fit(x, [0, 1, 2, 3])
    for member, vote in zip(estimator.estimators_, (3, 1, 3, 1), strict=True):
        member.tree_.value[0, 0] = np.eye(4)[vote]
    trees = open_trees(convert_trees(estimator, leaves="votes").payload)
    assert predict_trees(trees, x[:1])[0, 0] == 1
    np.testing.assert_array_equal(run_trees(trees, x[:1])[0], [0, 0.5, 0, 0.5])


def test_values_on_a_threshold_go_left() -> None:
    x = np.array([[0.0], [1.0]], np.float32)
    estimator = DecisionTreeClassifier().fit(x, [0, 1])
    trees = open_trees(convert_trees(estimator).payload)
    half = np.float32(0.5)
    rows = np.array([[half], [np.nextafter(half, np.float32(1))]], np.float32)
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], [0, 1])


def test_minus_zero_is_zero() -> None:
    x = np.array([[-1.0], [1.0]], np.float32)
    estimator = DecisionTreeClassifier().fit(x, [0, 1])  # threshold 0
    trees = open_trees(convert_trees(estimator).payload)
    rows = np.array([[0.0], [-0.0]], np.float32)
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], [0, 0])
    estimator.tree_.threshold[0] = -0.0
    converted = convert_trees(estimator)
    assert converted.payload == convert_trees(estimator).payload
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], [0, 0])


@pytest.mark.parametrize("sign", [0, 0x80000000])
@pytest.mark.parametrize("payload_bits", [1, 0x3FFFFF, 0x400000, 0x7FFFFF])
def test_every_nan_is_a_missing_value(sign: int, payload_bits: int) -> None:
    x = np.array([[0.0], [1.0], [np.nan], [np.nan], [np.nan]], np.float32)
    row = np.array([[sign | 0x7F800000 | payload_bits]], np.uint32).view(np.float32)
    for y in ([0, 1, 0, 0, 0], [0, 1, 1, 1, 1]):
        estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
        trees = open_trees(convert_trees(estimator).payload)
        assert predict_trees(trees, row)[0, 0] == y[2]


@pytest.mark.parametrize("value", [0.5, 32768.0, -32769.0, 1e38, 1e-45, np.nan, np.inf, -np.inf])
def test_integer_trees_refuse_other_floats(value: float) -> None:
    x = np.array([[0.0], [1.0]], np.float32)
    estimator = DecisionTreeClassifier().fit(x, [0, 1])
    trees = open_trees(convert_trees(estimator, inputs="int16").payload)
    row: Any = np.array([value], np.float32)
    out: Any = np.zeros(2, np.float32)
    assert trees.run(row, out) == trees.predict(row) == -10


def test_integer_trees_take_every_int16_as_float() -> None:
    x = np.array([[-32768.0], [32767.0]], np.float32)
    estimator = DecisionTreeClassifier().fit(x, [0, 1])
    trees = open_trees(convert_trees(estimator, inputs="int16").payload)
    every = np.arange(-32768, 32768).astype(np.int16)[:, None]
    np.testing.assert_array_equal(
        predict_trees(trees, every.astype(np.float32)), predict_trees(trees, every)
    )


def test_integers_stay_below_the_infinite_threshold_of_missing_values() -> None:
    """A split of missing values from all others has the threshold infinity."""
    x = np.array([[1.0], [np.nan]], np.float32)
    estimator = DecisionTreeClassifier(random_state=0).fit(x, [0, 1])
    assert np.isinf(estimator.tree_.threshold[0])
    trees = open_trees(convert_trees(estimator, inputs="int16").payload)
    rows = np.array([[127], [128], [32767], [-32768]], np.int16)
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], [0, 0, 0, 0])


# ---- Sizes ---------------------------------------------------------------------------------------


def check(estimator: Any, rows: NDArray[np.float32], inputs: Any = "float32") -> Any:
    converted = convert_trees(estimator, inputs=inputs)
    trees = open_trees(converted.payload)
    members = getattr(estimator, "estimators_", [estimator])
    expected = np.stack([member.tree_.apply(rows) for member in members], axis=1)
    np.testing.assert_array_equal(apply_trees(trees, converted, rows), expected)
    proba = estimator.predict_proba(rows)
    np.testing.assert_allclose(run_trees(trees, rows), proba, rtol=0, atol=1e-6)
    return converted


@pytest.mark.parametrize("n_features", [255, 256, 300, 4096])
def test_many_features(n_features: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, n_features)).astype(np.float32)
    y = rng.integers(0, 3, 300)
    # max_features=1: features from the whole range are used, the last one among them.
    estimator = ExtraTreesClassifier(40, max_features=1, random_state=0).fit(x, y)
    estimator.estimators_[0].tree_.feature[0] = n_features - 1
    check(estimator, x[:50])


@pytest.mark.parametrize("inputs", ["float32", "int16"])
def test_a_tree_of_65535_nodes(inputs: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-32768, 32768, (100000, 4)).astype(np.float32)
    estimator = DecisionTreeClassifier(max_leaf_nodes=32768, random_state=0)
    estimator.fit(x, rng.integers(0, 30, len(x)))
    assert estimator.tree_.node_count == 65535
    converted = check(estimator, x[::17], inputs)
    assert converted.n_nodes - 32767 in (0, 2)  # int16: up to two for the top levels


def test_a_tree_of_the_deepest_kind() -> None:
    """Each decision node splits off one sample: depth 2,000."""
    x = np.arange(2000, dtype=np.float32)[:, None]
    estimator = DecisionTreeClassifier().fit(x, np.arange(2000) % 2)
    tree = estimator.tree_
    order = np.argsort(tree.threshold[tree.children_left >= 0])
    assert len(order) == 1999
    check(estimator, x)
    chain = DecisionTreeClassifier(random_state=0).fit(
        np.exp2(np.linspace(-126, 127, 2000)).astype(np.float32)[:, None], np.arange(2000) % 2
    )
    check(chain, np.exp2(np.linspace(-126, 127, 500)).astype(np.float32)[:, None])


@pytest.mark.parametrize("leaves", ["probabilities", "votes"])
def test_a_thousand_trees(leaves: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 6)).astype(np.float32)
    y = rng.integers(0, 3, 80)
    estimator = ExtraTreesClassifier(1000, max_depth=4, random_state=0).fit(x, y)
    if leaves == "probabilities":
        check(estimator, x[:20])
    else:
        out = run_trees(open_trees(convert_trees(estimator, leaves=leaves).payload), x[:20])
        np.testing.assert_allclose(out.sum(axis=1), 1, atol=1e-6)
    regressor = RandomForestRegressor(1000, max_depth=3, random_state=0).fit(x, y * 1000.0)
    out = run_trees(open_trees(convert_trees(regressor).payload), x[:20])
    np.testing.assert_allclose(out[:, 0], regressor.predict(x[:20]), rtol=0, atol=2e-3)


def test_thousands_of_classes() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(6000, 3)).astype(np.float32)
    estimator = DecisionTreeClassifier(max_depth=6).fit(x, np.arange(6000) % 3000)
    check(estimator, x[:50])


def header(payload: bytes) -> tuple[int, ...]:
    """version, layout, domain, leaves, top levels, entry size, record size, missing left."""
    return struct.unpack_from("<8B", payload)


@pytest.mark.parametrize(
    ("n_classes", "depth", "seed", "entry_size"), [(3, 4, 0, 2), (300, 4, 0, 4), (2, None, 1, 2)]
)
def test_entry_sizes(n_classes: int, depth: int | None, seed: int, entry_size: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(900, 3)).astype(np.float32)
    y = np.arange(900) % n_classes
    estimator = RandomForestClassifier(4, max_depth=depth, random_state=seed).fit(x, y)
    converted = check(estimator, x[:40])
    assert header(converted.payload)[5] == entry_size


def test_entries_of_eight_bytes() -> None:
    """More than 65,536 different probabilities."""
    rng = np.random.default_rng(0)
    x = np.arange(80000, dtype=np.float32)[:, None]
    estimator = DecisionTreeClassifier().fit(x, rng.integers(0, 2, len(x)))
    tree = estimator.tree_
    leaf = np.flatnonzero(tree.children_left < 0)
    assert len(leaf) > 32768
    share = rng.random(len(leaf))
    tree.value[leaf, 0] = np.stack([share, 1 - share], axis=1)
    converted = check(estimator, x[::40])
    assert header(converted.payload)[5] == 8


# ---- Refused -------------------------------------------------------------------------------------


def small(kind: Any = DecisionTreeClassifier, n_features: int = 2) -> Any:
    x = np.arange(4.0 * n_features).reshape(4, n_features)
    return kind().fit(x, [0, 1, 0, 1])


def test_1001_trees_are_refused() -> None:
    x = np.zeros((4, 1), np.float32)
    estimator = ExtraTreesClassifier(1001, max_depth=1).fit(x, [0, 1, 0, 1])
    with pytest.raises(ConvertError, match=r"1001 trees.*at most 1000"):
        convert_trees(estimator)


def test_4097_features_are_refused() -> None:
    with pytest.raises(ConvertError, match=r"4097 features.*at most 4096"):
        convert_trees(small(n_features=4097))


@pytest.mark.parametrize("kind", [GradientBoostingClassifier, LogisticRegression])
def test_other_estimators_are_refused_by_name(kind: Any) -> None:
    with pytest.raises(ConvertError, match=kind.__name__):
        convert_trees(small(kind))


def test_an_estimator_that_is_not_fitted_is_refused() -> None:
    with pytest.raises(ConvertError, match=r"not fitted; call fit\(\)"):
        convert_trees(DecisionTreeClassifier())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"leaves": "majority"}, "'majority'; known are 'probabilities' and 'votes'"),
        ({"inputs": "int8"}, "'int8'; known are 'float32' and 'int16'"),
        ({"leaf_steps": 0}, "leaf_steps is 0"),
        ({"leaf_steps": 65536}, "leaf_steps is 65536"),
        ({"leaves": "votes", "leaf_steps": 4}, "votes have none"),
    ],
)
def test_options_are_refused_by_value(options: Any, message: str) -> None:
    with pytest.raises(ConvertError, match=message):
        convert_trees(small(), **options)


def test_votes_of_several_targets_and_regressors_are_refused() -> None:
    x = np.arange(8.0).reshape(4, 2)
    several = DecisionTreeClassifier().fit(x, [[0, 1], [1, 0], [0, 0], [1, 1]])
    with pytest.raises(ConvertError, match="several"):
        convert_trees(several, leaves="votes")
    with pytest.raises(ConvertError, match="regressor"):
        convert_trees(small(DecisionTreeRegressor), leaves="votes")
    with pytest.raises(ConvertError, match="regressor"):
        convert_trees(small(DecisionTreeRegressor), leaf_steps=4)


def test_values_beyond_float32_are_refused() -> None:
    estimator = DecisionTreeRegressor().fit([[0.0], [1.0]], [1e39, 0.0])
    with pytest.raises(ConvertError, match="float32"):
        convert_trees(estimator)
