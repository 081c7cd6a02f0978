"""Train a model after a recipe, and measure what it is worth on people it has never seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from senselet.data import DataError, Recording, check_recordings, data_hash, resample
from senselet.model_file import Step
from senselet.training.estimators import (
    Classifier,
    fit,
    make_estimator,
    plain_features,
    plain_forest,
)
from senselet.training.features import compute_features, fit_scaling, run_steps
from senselet.training.recipe import Recipe, Trees
from senselet.training.scores import Predictions, join
from senselet.training.split import (
    Indices,
    folds_by_groups,
    group_of,
    sorted_naturally,
    split_by_groups,
)
from senselet.training.stored import predict_stored
from senselet.training.windows import WindowSet, augment_windows, cut_windows

# Called before each part of the work: what is done now, how many parts are done, of how many.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class TrainedModel:
    """A fitted model and how it did on the test groups.

    Attributes
    ----------
    recipe
        What it was made after.
    estimator
        scikit-learn's classifier; its classes are numbers of ``labels``.
    labels
        Names of the classes, sorted.
    feature_names
        In the order of the estimator's columns.
    scaling
        The fitted scaling step, or nothing.
    train_recordings, test_recordings
        Indices into the recordings given.
    test
        Predictions of all windows of the test recordings, by the forest as a model file holds it.
    train_windows
        Number of windows learned from, without their variations.
    data_sha256
        Fingerprint of the recordings.
    """

    recipe: Recipe
    estimator: Classifier
    labels: tuple[str, ...]
    feature_names: tuple[str, ...]
    scaling: tuple[Step, ...]
    train_recordings: Indices
    test_recordings: Indices
    test: Predictions
    train_windows: int
    data_sha256: str

    @property
    def accuracy(self) -> float:
        """Share of test windows classified rightly."""
        return self.test.accuracy

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Test windows by true class (row) and predicted class (column)."""
        return self.test.confusion()


@dataclass(frozen=True)
class Evaluation:
    """Cross-validation: every group has been the test once.

    Attributes
    ----------
    recipe, labels
        As in `TrainedModel`.
    fold_groups
        The groups each fold was tested with.
    accuracies
        Of each fold.
    test
        All predictions, fold after fold.
    """

    recipe: Recipe
    labels: tuple[str, ...]
    fold_groups: tuple[tuple[str, ...], ...]
    accuracies: tuple[float, ...]
    test: Predictions

    @property
    def mean(self) -> float:
        """Mean of the folds' accuracies."""
        return float(np.mean(self.accuracies))

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the folds' accuracies (that of a sample, n - 1)."""
        return float(np.std(self.accuracies, ddof=1))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """Windows by true class (row) and predicted class (column)."""
        return self.test.confusion()


def train(
    recipe: Recipe, recordings: Sequence[Recording], *, progress: Progress | None = None
) -> TrainedModel:
    """Train on all recordings but those of the recipe's test groups, and test on these.

    The same recipe and recordings give the same model. Nothing is written anywhere.

    Parameters
    ----------
    recipe
        How to make the model.
    recordings
        From `senselet.data`; they are checked first.
    progress
        Called with what is done next, and how far it is.

    Raises
    ------
    DataError, RecipeError
        If the recordings don't fit the recipe.
    """
    report = progress or _silent
    report("checking recordings", 0, 4)
    checked = _checked(recipe, recordings)
    labels = _labels(checked)
    train_set, test_set = split_by_groups(checked, recipe.split)
    report("computing features", 1, 4)
    windows = cut_windows(recipe, [checked[index] for index in train_set])
    x, y, _ = _rows(recipe, [checked[index] for index in train_set], windows, labels)
    report(f"fitting {len(x)} windows", 2, 4)
    scaling = fit_scaling(recipe.chain, x)
    estimator = fit(make_estimator(recipe.trees), run_steps(scaling, x), y)
    report("testing", 3, 4)
    test = _predict(recipe, checked, test_set, labels, scaling, estimator)
    report("trained", 4, 4)
    return TrainedModel(
        recipe,
        estimator,
        labels,
        tuple(recipe.feature_names),
        tuple(scaling),
        train_set,
        test_set,
        test,
        len(windows),
        data_hash(checked),
    )


def evaluate(
    recipe: Recipe,
    recordings: Sequence[Recording],
    *,
    folds: int = 5,
    group: str = "subject",
    seed: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Cross-validate a recipe: train ``folds`` times, each time without some of the groups.

    Parameters
    ----------
    recipe
        How to make the models; its test groups are not used.
    recordings
        From `senselet.data`.
    folds
        How many; as many as there are groups leaves one group out at a time.
    group
        What is kept together: ``"subject"``, or any other group; ``"recording"`` for single
        recordings.
    seed
        Shuffles the groups; without it they are dealt out in their natural order.
    progress
        Called with what is done next, and how far it is.
    """
    report = progress or _silent
    report("checking recordings", 0, folds + 1)
    checked = _checked(recipe, recordings)
    labels = _labels(checked)
    parts, groups = [], []
    splits = folds_by_groups(checked, folds, group, seed)
    # Features don't depend on the fold: they are computed once, for the windows and all variations.
    windows = cut_windows(recipe, checked)
    report("computing features", 0, folds + 1)
    x, y, source = _rows(recipe, checked, windows, labels)
    for fold, (train_set, test_set) in enumerate(splits):
        report(f"fold {fold + 1} of {folds}", fold + 1, folds + 1)
        used = np.isin(windows.recordings[source], train_set)
        scaling = fit_scaling(recipe.chain, x[used])
        estimator = fit(make_estimator(recipe.trees), run_steps(scaling, x[used]), y[used])
        chosen = np.flatnonzero(np.isin(windows.recordings, test_set))
        tested = run_steps(scaling, x[chosen])
        parts.append(_score(estimator, recipe.trees, tested, y[chosen], windows, chosen, labels))
        groups.append(_group_names(checked, test_set, group))
    report("evaluated", folds + 1, folds + 1)
    return Evaluation(
        recipe, labels, tuple(groups), tuple(part.accuracy for part in parts), join(parts)
    )


def plain_forest_accuracy(recipe: Recipe, recordings: Sequence[Recording]) -> float:
    """Return the accuracy of a plain random forest on the recipe's split: the yardstick.

    scikit-learn's ``RandomForestClassifier(random_state=0)``, on mean, standard deviation and
    energy of each channel, without any variation of the windows.
    """
    checked = _checked(recipe, recordings)
    labels = _labels(checked)
    train_set, test_set = split_by_groups(checked, recipe.split)
    windows = cut_windows(recipe, checked)
    if np.isnan(windows.windows).any():
        raise DataError("The yardstick needs recordings without missing values")
    x = plain_features(windows.windows)
    y = _classes(checked, windows.recordings, labels)
    is_test = np.isin(windows.recordings, test_set)
    is_train = np.isin(windows.recordings, train_set)
    forest = fit(plain_forest(), x[is_train], y[is_train])
    return float((forest.predict(x[is_test]) == y[is_test]).mean())


def _silent(_what: str, _done: int, _total: int) -> None:
    pass


def _checked(recipe: Recipe, recordings: Sequence[Recording]) -> list[Recording]:
    source = recipe.input
    if source.resample:
        recordings = [
            resample(one, source.rate, sample_type=source.sample_type, scale=source.scale)
            for one in recordings
        ]
    return check_recordings(
        recordings, channels=source.channels, rate=source.rate, missing=source.missing
    )


def _labels(recordings: Sequence[Recording]) -> tuple[str, ...]:
    return tuple(sorted({recording.label for recording in recordings}))


def _classes(
    recordings: Sequence[Recording], indices: NDArray[np.int64], labels: tuple[str, ...]
) -> NDArray[np.int64]:
    numbers = np.array([labels.index(recording.label) for recording in recordings], np.int64)
    classes: NDArray[np.int64] = numbers[indices]
    return classes


def _rows(
    recipe: Recipe, recordings: Sequence[Recording], windows: WindowSet, labels: tuple[str, ...]
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
    """Features and class of every window and its variations, and the window each comes from."""
    varied, source = augment_windows(recipe, recordings, windows)
    x = compute_features(
        recipe.chain, varied, channels=recipe.input.channels, rate=recipe.input.rate
    )
    return x, _classes(recordings, windows.recordings, labels)[source], source


def _predict(
    recipe: Recipe,
    recordings: Sequence[Recording],
    test_set: Indices,
    labels: tuple[str, ...],
    scaling: Sequence[Step],
    estimator: Classifier,
) -> Predictions:
    chosen = [recordings[index] for index in test_set]
    windows = cut_windows(recipe, chosen)
    windows = WindowSet(windows.windows, test_set[windows.recordings], windows.starts)
    x = compute_features(
        recipe.chain, windows.windows, channels=recipe.input.channels, rate=recipe.input.rate
    )
    x = run_steps(scaling, x)
    y = _classes(recordings, windows.recordings, labels)
    return _score(estimator, recipe.trees, x, y, windows, np.arange(len(windows)), labels)


def _score(
    estimator: Classifier,
    trees: Trees,
    x: NDArray[np.float32],
    y: NDArray[np.int64],
    windows: WindowSet,
    chosen: NDArray[np.int64],
    labels: tuple[str, ...],
) -> Predictions:
    # A label without training recordings would have no column; splitting has made sure of that.
    probabilities = np.zeros((len(x), len(labels)), np.float32)
    probabilities[:, estimator.classes_] = predict_stored(estimator, trees, x)
    return Predictions(
        windows.recordings[chosen],
        windows.starts[chosen],
        y,
        probabilities.argmax(axis=1),
        probabilities,
    )


def _group_names(recordings: Sequence[Recording], indices: Indices, group: str) -> tuple[str, ...]:
    return tuple(sorted_naturally({group_of(recordings[index], group) for index in indices}))
