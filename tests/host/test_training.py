"""Training and cross-validation: no one tests what he taught, and results repeat."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import senselet
from senselet.data import DataError, Recording, load_watch
from senselet.training import (
    Chain,
    TimeFeatures,
    evaluate,
    load_recipe,
    parse_recipe,
    plain_forest_accuracy,
    to_model_file,
    train,
)
from senselet.training.recipe import Augment, Split
from senselet.training.split import folds_by_groups, sorted_naturally, split_by_groups
from senselet.training.windows import augment_windows, cut_windows, rotation_matrices

MOTION = Path(__file__).parents[2] / "examples" / "motion" / "recipe.toml"

RECIPE = parse_recipe(
    """
name = "test"
[input]
channels = ["x", "y", "z"]
rate = 10
[window]
seconds = 2
hop = 0.5
[[step]]
kind = "time_features"
signals = ["x", "y", "z"]
statistics = ["mean", "standard_deviation"]
[[step]]
kind = "trees"
n_estimators = 7
[split]
test_groups = ["3"]
"""
)


def recording(label: str, subject: str, seed: int = 0, *, n: int = 50) -> Recording:
    """Noise whose loudness and mean tell its label."""
    generator = np.random.default_rng([seed, int(subject), *label.encode()])
    level = {"rest": 0.1, "walk": 1.0, "run": 3.0}[label]
    samples = generator.normal(level, level, (n, 3)).astype(np.float32)
    name = f"{label}-{subject}-{seed}"
    return Recording(samples, 10, ("x", "y", "z"), label, {"subject": subject}, name)


def recordings() -> list[Recording]:
    """Three subjects, three labels, two recordings each."""
    return [
        recording(label, subject, seed)
        for label in ("walk", "rest", "run")
        for subject in ("1", "2", "3")
        for seed in (0, 1)
    ]


def refused(sentence: str) -> pytest.RaisesExc[DataError]:
    """Expect a DataError whose message contains the sentence."""
    return pytest.raises(DataError, match=re.escape(sentence))


# --- training


def test_training_gives_a_model_and_what_it_is_worth() -> None:
    data = recordings()
    said: list[tuple[str, int, int]] = []
    model = train(RECIPE, data, progress=lambda *what: said.append(what))
    assert model.labels == ("rest", "run", "walk")
    assert len(model.feature_names) == 6
    assert {data[index].groups["subject"] for index in model.test_recordings} == {"3"}
    assert {data[index].groups["subject"] for index in model.train_recordings} == {"1", "2"}
    assert set(model.test.recordings) == set(model.test_recordings)
    assert len(model.test) == 6 * 7
    assert model.confusion.sum() == 42
    assert model.accuracy == model.confusion.trace() / 42
    assert model.accuracy > 0.8
    for index, true in zip(model.test.recordings, model.test.truth, strict=True):
        assert data[index].label == model.labels[true]
    assert [done for _, done, _ in said] == [0, 1, 2, 3, 4]


def test_only_the_first_windows_of_a_recording_may_count() -> None:
    recipe = replace(RECIPE, window=replace(RECIPE.window, first=3))
    every, few = (cut_windows(each, recordings()) for each in (RECIPE, recipe))
    assert (len(every), len(few)) == (18 * 7, 18 * 3)
    assert few.starts.tolist() == [0, 5, 10] * 18
    assert recipe.with_window(1).window.first == 3


def test_delayed_windows_begin_earlier_in_silence() -> None:
    recipe = replace(RECIPE, augment=Augment(delays=(0.3, 1.9)))
    data = recordings()
    windows = cut_windows(recipe, data)
    varied, source = augment_windows(recipe, data, windows)
    assert len(varied) == 3 * len(windows)
    assert source.tolist() == [*range(len(windows))] * 3
    for group, delay in enumerate((0, 3, 19)):
        for row, (index, start) in enumerate(zip(windows.recordings, windows.starts, strict=True)):
            later = np.concatenate([np.zeros((delay, 3), "f4"), data[index].samples])
            expected = later[start : start + 20]
            np.testing.assert_array_equal(varied[group * len(windows) + row], expected)


def test_features_may_come_from_steps_beside_each_other() -> None:
    """Each signal's features from a step of their own are those of one step for all, to the bit."""
    (whole,) = RECIPE.chain.features
    assert isinstance(whole, TimeFeatures)
    parts = tuple(TimeFeatures((signal,)) for signal in whole.signals)
    assert len(parts) > 1
    one, other = (
        train(RECIPE, recordings()),
        train(replace(RECIPE, chain=Chain(features=parts)), recordings()),
    )
    assert one.feature_names == other.feature_names
    np.testing.assert_array_equal(one.test.probabilities, other.test.probabilities)
    files = [to_model_file(trained).to_bytes() for trained in (one, other)]
    assert [data[4] for data in files] == [1, 2]
    models = [senselet.load(data) for data in files]
    window: Any = recordings()[0].samples[: models[0].window]
    assert bytes(models[0].predict_proba(window)) == bytes(models[1].predict_proba(window))


def test_training_repeats_and_does_not_depend_on_threads() -> None:
    augmented = replace(
        RECIPE,
        augment=Augment(("x",), 2, 0.2, ("z",), 10.0, (("x", "y", "z"),), 0),
    )
    one = train(augmented, recordings())
    other = train(replace(augmented, trees=replace(augmented.trees, threads=1)), recordings())
    np.testing.assert_array_equal(one.test.probabilities, other.test.probabilities)
    assert one.data_sha256 == other.data_sha256


def test_test_recordings_cannot_change_the_model() -> None:
    data = recordings()
    changed = [
        replace(one, samples=one.samples * 100) if one.groups["subject"] == "3" else one
        for one in data
    ]
    one, other = train(RECIPE, data), train(RECIPE, changed)
    x = np.random.default_rng(0).normal(size=(200, 6)).astype(np.float32)
    np.testing.assert_array_equal(one.estimator.predict_proba(x), other.estimator.predict_proba(x))


def test_accuracy_is_that_of_the_stored_forest() -> None:
    exact = train(RECIPE, recordings())
    rows = exact.test.probabilities
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)
    coarse = train(replace(RECIPE, trees=replace(RECIPE.trees, leaf_steps=1)), recordings())
    votes = train(replace(RECIPE, trees=replace(RECIPE.trees, leaves="votes")), recordings())
    # Seven trees whose leaves say 0 or 1: sevenths are all that can come out.
    for model in (coarse, votes):
        sevenths = model.test.probabilities * 7
        np.testing.assert_allclose(sevenths, np.round(sevenths), atol=1e-5)


def test_an_interrupt_passes_through() -> None:
    def interrupt(_what: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(RECIPE, recordings(), progress=interrupt)


def test_a_decision_tree_and_a_random_forest_train_too() -> None:
    for estimator in ("decision_tree", "random_forest"):
        trees = replace(RECIPE.trees, estimator=estimator)
        assert train(replace(RECIPE, trees=trees), recordings()).accuracy > 0.6


def test_missing_samples_are_learned_from_if_the_recipe_keeps_them() -> None:
    data = recordings()
    for one in data:
        one.samples[30, 1] = np.nan
    with refused("has 1 missing or infinite values"):
        train(RECIPE, data)
    kept = replace(RECIPE, input=replace(RECIPE.input, missing="keep"))
    assert train(kept, data).accuracy > 0.6
    with refused("The yardstick needs recordings without missing values"):
        plain_forest_accuracy(kept, data)


def test_the_plain_forest_is_measured_on_the_same_split() -> None:
    assert 0.5 < plain_forest_accuracy(RECIPE, recordings()) <= 1


def test_a_recording_shorter_than_a_window_is_refused() -> None:
    with refused("run-3-9 lasts 1.9 s, less than a window of 2 s"):
        train(RECIPE, [*recordings(), recording("run", "3", 9, n=19)])


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (Split("subject", ()), "The recipe doesn't say what to test with"),
        (Split("subject", ("4",)), "Test subject '4' has no recordings (there are 1, 2, 3)"),
        (Split("subject", ("1", "2", "3")), "Every subject is for testing"),
        (Split("session", ("1",)), "has no 'session', by which the recipe splits"),
    ],
)
def test_splits_that_cannot_work_are_refused(split: Split, sentence: str) -> None:
    with refused(sentence):
        train(replace(RECIPE, split=split), recordings())


def test_a_label_that_only_the_test_knows_is_refused() -> None:
    data = [one for one in recordings() if one.label != "run" or one.groups["subject"] == "3"]
    with refused("Label 'run' has no recording in the training subjects"):
        train(RECIPE, data)
    with refused("Label 'run' has no recording in the training part of fold 3"):
        evaluate(RECIPE, data, folds=3)


# --- cross-validation


def test_every_window_is_tested_once_by_folds_without_its_subject() -> None:
    data = recordings()
    result = evaluate(RECIPE, data, folds=3)
    assert result.fold_groups == (("1",), ("2",), ("3",))
    assert len(result.test) == len(cut_windows(RECIPE, data))
    assert result.confusion.sum() == len(result.test)
    assert result.mean == pytest.approx(np.mean(result.accuracies))
    assert result.standard_deviation == pytest.approx(np.std(result.accuracies, ddof=1))
    assert result.mean > 0.8


def test_a_fold_is_what_training_on_the_others_gives() -> None:
    data = recordings()
    result = evaluate(RECIPE, data, folds=3)
    assert result.accuracies[2] == train(RECIPE, data).accuracy


@pytest.mark.parametrize(
    ("folds", "group", "sentence"),
    [
        (4, "subject", "There are 3 subjects, too few for 4 folds (evaluate with 3 folds)"),
        (1, "subject", "1 folds; there must be at least two"),
        (2, "session", "has no 'session'"),
    ],
)
def test_folds_that_cannot_work_are_refused(folds: int, group: str, sentence: str) -> None:
    with refused(sentence):
        evaluate(RECIPE, recordings(), folds=folds, group=group)


@given(
    st.lists(st.integers(1, 30), min_size=6, max_size=60),
    st.integers(2, 5),
    st.none() | st.integers(0, 2**32 - 1),
)
def test_no_subject_is_on_both_sides_of_a_fold(
    subjects: list[int], folds: int, seed: int | None
) -> None:
    data = [recording(label, str(one)) for one in subjects for label in ("rest", "walk")]
    if len(set(subjects)) < folds:
        with refused("too few"):
            folds_by_groups(data, folds, "subject", seed)
        return
    tested = []
    for train_set, test_set in folds_by_groups(data, folds, "subject", seed):
        sides = [
            {data[index].groups["subject"] for index in side} for side in (train_set, test_set)
        ]
        assert not sides[0] & sides[1]
        assert sorted([*train_set, *test_set]) == list(range(len(data)))
        tested += list(test_set)
    assert sorted(tested) == list(range(len(data)))


@given(st.lists(st.sampled_from("123456"), min_size=2, max_size=30), st.data())
def test_no_subject_is_on_both_sides_of_a_split(subjects: list[str], data: st.DataObject) -> None:
    known = sorted(set(subjects))
    chosen = data.draw(st.lists(st.sampled_from(known), min_size=1, unique=True))
    rows = [recording(label, one) for one in subjects for label in ("rest", "walk")]
    split = Split("subject", tuple(chosen))
    if len(chosen) == len(known):
        with refused("Every subject is for testing"):
            split_by_groups(rows, split)
        return
    train_set, test_set = split_by_groups(rows, split)
    assert {rows[index].groups["subject"] for index in test_set} == set(chosen)
    assert {rows[index].groups["subject"] for index in train_set} == set(known) - set(chosen)


def test_single_recordings_can_be_groups() -> None:
    result = evaluate(RECIPE, recordings(), folds=18, group="recording")
    assert len(result.accuracies) == 18


@given(st.sets(st.integers(0, 10**6).map(str), min_size=1))
def test_numbers_sort_by_value(names: set[str]) -> None:
    values = [int(name) for name in sorted_naturally(names)]
    assert values == sorted(values)


# --- windows


@given(st.integers(20, 90), st.integers(1, 20))
@settings(max_examples=50)
def test_windows_are_whole_and_start_every_hop(samples: int, hop: int) -> None:
    one = recording("rest", "1", n=samples)
    cut = cut_windows(RECIPE, [one], hop=hop)
    assert list(cut.starts) == list(range(0, samples - 19, hop))
    for window, start in zip(cut.windows, cut.starts, strict=True):
        np.testing.assert_array_equal(window, one.samples[start : start + 20])


def test_mirroring_changes_signs_only() -> None:
    cut = cut_windows(RECIPE, recordings())
    varied, source = augment_windows(
        replace(RECIPE, augment=Augment(mirror=("x", "z"))), recordings(), cut
    )
    assert len(varied) == 2 * len(cut)
    np.testing.assert_array_equal(varied[: len(cut)], cut.windows)
    np.testing.assert_array_equal(varied[len(cut) :], cut.windows * np.array([-1, 1, -1]))
    np.testing.assert_array_equal(source, np.tile(np.arange(len(cut)), 2))


def test_rotating_keeps_lengths() -> None:
    cut = cut_windows(RECIPE, recordings())
    augment = Augment(copies=1, rotate_degrees=30, vectors=(("x", "y", "z"),))
    varied, _ = augment_windows(replace(RECIPE, augment=augment), recordings(), cut)
    turned = varied[len(cut) :]
    assert not np.allclose(turned, cut.windows)
    np.testing.assert_allclose(
        np.linalg.norm(turned, axis=2), np.linalg.norm(cut.windows, axis=2), rtol=1e-5
    )


@given(st.lists(st.floats(-4, 4), min_size=3, max_size=3))
def test_rotation_matrices_are_rotations(turn: list[float]) -> None:
    (matrix,) = rotation_matrices(np.array([turn]))
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(1)
    np.testing.assert_allclose(matrix @ turn, turn, atol=1e-12)


def test_stretching_stays_inside_the_recording_and_scales_rates() -> None:
    ramp = np.repeat(np.arange(60, dtype=np.float32)[:, None], 3, axis=1)
    ramp[:, 2] = 1
    one = Recording(ramp, 10, ("x", "y", "z"), "rest", {}, "ramp")
    cut = cut_windows(RECIPE, [one])
    augment = Augment(copies=3, stretch=0.5, rates=("z",))
    varied, _ = augment_windows(replace(RECIPE, augment=augment), [one], cut)
    for window in varied[len(cut) :]:
        speed = window[0, 2]
        assert 1 / 1.5 <= speed <= 1.5
        np.testing.assert_allclose(np.diff(window[:, 0]), speed, rtol=1e-4)
        assert window[0, 0] >= 0
        assert window[-1, 0] <= 59 * (1 + 1e-6)


def test_a_recording_of_one_window_can_be_stretched() -> None:
    one = recording("rest", "1", n=20)
    cut = cut_windows(RECIPE, [one])
    augment = Augment(copies=5, stretch=0.5)
    varied, _ = augment_windows(replace(RECIPE, augment=augment), [one], cut)
    assert len(varied) == 6
    assert np.isfinite(varied).all()


# --- the example


def test_the_example_beats_a_plain_forest_on_subjects_it_has_never_seen() -> None:
    recipe, data = load_recipe(MOTION), load_watch()
    model = train(recipe, data)
    assert {data[index].groups["subject"] for index in model.test_recordings} == {"8", "9", "10"}
    assert model.accuracy > plain_forest_accuracy(recipe, data)


@pytest.mark.parametrize(("seconds", "hop", "least"), [(2.0, 1.0, 0.87), (6.0, 2.0, 0.90)])
def test_the_example_reaches_its_accuracy_by_subject(
    seconds: float, hop: float, least: float
) -> None:
    recipe = load_recipe(MOTION).with_window(seconds, hop)
    result = evaluate(recipe, load_watch(), folds=5, group="subject")
    assert result.mean >= least
