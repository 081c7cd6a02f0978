"""Converted trees against scikit-learn's: random forests and samples, none filtered away."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from forests import CLASSIFIERS, REGRESSORS, Plan, fitted, plans, trees_of
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from support import apply_trees, open_trees, predict_trees, run_trees

from senselet.convert import convert_trees

DENORMAL = 2.0**-149


def expected_leaves(estimator: Any, rows: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.stack([tree.apply(rows) for tree in trees_of(estimator)], axis=1)


def expected_proba(estimator: Any, rows: NDArray[np.float32]) -> list[NDArray[np.float64]]:
    """Class probabilities of each target."""
    proba = estimator.predict_proba(rows)
    return list(proba) if isinstance(proba, list) else [proba]


def exact_counts(tree: Any, node: int, target: int, n_classes: int) -> list[int]:
    """Training samples of each class in a leaf, as integers."""
    shares = tree.value[node][target][:n_classes] * tree.weighted_n_node_samples[node]
    counts = np.round(shares)
    assert np.abs(shares - counts).max() < 1e-6
    return [int(count) for count in counts]


def exact_winner(
    estimator: Any, leaves: NDArray[np.int64], target: int, n_classes: int
) -> int | None:
    """The lower of the classes that tie exactly for the first place; None if there is no tie."""
    sums = [Fraction(0)] * n_classes
    for tree, node in zip(trees_of(estimator), leaves, strict=True):
        counts = exact_counts(tree, int(node), target, n_classes)
        for i, count in enumerate(counts):
            if count:
                sums[i] += Fraction(count, sum(counts))
    best = max(sums)
    return sums.index(best) if sums.count(best) > 1 else None


def check_classes(
    plan: Plan,
    estimator: Any,
    leaves: NDArray[np.int64],
    proba: list[NDArray[np.float64]],
    predicted: NDArray[np.int64],
) -> None:
    for target, shares in enumerate(proba):
        n_classes = shares.shape[1]
        if n_classes == 1:
            assert not predicted[:, target].any()
            continue
        ordered = np.sort(shares, axis=1)
        gap = ordered[:, -1] - ordered[:, -2]
        clear = gap > 1e-6
        np.testing.assert_array_equal(
            predicted[clear, target], np.argmax(shares[clear], axis=1), err_msg="clear winners"
        )
        if plan.class_weight is not None:
            continue
        for row in np.flatnonzero(gap < 1e-9):
            winner = exact_winner(estimator, leaves[row], target, n_classes)
            assert winner is None or predicted[row, target] == winner


@given(plans())
def test_leaves_and_outputs_equal_those_of_scikit_learn(plan: Plan) -> None:
    estimator, rows = fitted(plan)
    converted = convert_trees(estimator)
    trees = open_trees(converted.payload)
    leaves = expected_leaves(estimator, rows)
    np.testing.assert_array_equal(apply_trees(trees, converted, rows), leaves)
    out = run_trees(trees, rows)
    if plan.is_classifier:
        proba = expected_proba(estimator, rows)
        np.testing.assert_allclose(out, np.hstack(proba), rtol=0, atol=1e-6)
        check_classes(plan, estimator, leaves, proba, predict_trees(trees, rows))
    else:
        values = np.asarray(estimator.predict(rows)).reshape(len(rows), -1)
        largest = np.max([np.abs(t.value[:, :, 0]).max(axis=0) for t in trees_of(estimator)], 0)
        assert (np.abs(out - values) <= 1e-6 * largest + DENORMAL).all()


@given(plans(), st.sampled_from(["probabilities", "votes"]))
def test_int16_path_is_exact_for_integers(plan: Plan, leaves: Any) -> None:
    """Whatever the forest was trained on: its thresholds are compared with integers."""
    estimator, rows = fitted(plan)
    integers = np.clip(np.nan_to_num(rows), -32768, 32767).astype(np.int16)
    floats = integers.astype(np.float32)
    options = {"leaves": leaves} if plan.is_classifier and plan.n_targets == 1 else {}
    by_integer = convert_trees(estimator, inputs="int16", **options)
    by_float = convert_trees(estimator, **options)
    trees, float_trees = open_trees(by_integer.payload), open_trees(by_float.payload)
    expected = expected_leaves(estimator, floats)
    np.testing.assert_array_equal(apply_trees(trees, by_integer, floats), expected)
    bits = run_trees(float_trees, floats).view(np.uint32)
    for candidate in (trees, float_trees):
        for samples in (integers, floats):
            np.testing.assert_array_equal(run_trees(candidate, samples).view(np.uint32), bits)
    if plan.is_classifier:
        classes = predict_trees(float_trees, floats)
        np.testing.assert_array_equal(predict_trees(trees, integers), classes)
        np.testing.assert_array_equal(predict_trees(float_trees, integers), classes)


@given(plans(CLASSIFIERS))
def test_votes_are_the_majority_of_the_trees(plan: Plan) -> None:
    estimator, rows = fitted(plan)
    if plan.n_targets > 1:  # of several targets, the first alone
        plan = Plan(**(vars(plan) | {"n_targets": 1}))
        estimator, rows = fitted(plan)
    converted = convert_trees(estimator, leaves="votes")
    trees = open_trees(converted.payload)
    leaves = expected_leaves(estimator, rows)
    np.testing.assert_array_equal(apply_trees(trees, converted, rows), leaves)
    votes = np.zeros((len(rows), converted.outputs))
    for tree, reached in zip(trees_of(estimator), leaves.T, strict=True):
        votes[np.arange(len(rows)), np.argmax(tree.value[reached][:, 0], axis=1)] += 1
    np.testing.assert_array_equal(predict_trees(trees, rows)[:, 0], np.argmax(votes, axis=1))
    shares = votes / len(converted.leaf_nodes)
    np.testing.assert_allclose(run_trees(trees, rows), shares, rtol=0, atol=1e-6)


@given(plans(CLASSIFIERS), st.integers(1, 300))
def test_leaf_steps_err_by_at_most_half_a_step(plan: Plan, steps: int) -> None:
    estimator, rows = fitted(plan)
    converted = convert_trees(estimator, leaf_steps=steps)
    exact = convert_trees(estimator)
    trees = open_trees(converted.payload)
    expected = np.hstack(expected_proba(estimator, rows))
    out = run_trees(trees, rows)
    np.testing.assert_allclose(out, expected, rtol=0, atol=0.5 / steps + 1e-6)
    np.testing.assert_array_equal(
        apply_trees(trees, converted, rows), expected_leaves(estimator, rows)
    )
    assert converted.n_leaves <= exact.n_leaves


@given(plans(REGRESSORS), st.integers(-44, 37))
def test_regression_of_any_scale(plan: Plan, exponent: int) -> None:
    """Down to denormal values, whose spacing is then what limits the result."""
    plan = Plan(**(vars(plan) | {"target_exponent": exponent, "move_thresholds": "no"}))
    estimator, rows = fitted(plan)
    values = np.asarray(estimator.predict(rows)).reshape(len(rows), -1)
    largest = np.max([np.abs(t.value[:, :, 0]).max(axis=0) for t in trees_of(estimator)], 0)
    assert 0 < largest.max() < 3e38
    out = run_trees(open_trees(convert_trees(estimator).payload), rows)
    assert (np.abs(out - values) <= 1e-6 * largest + DENORMAL).all()
