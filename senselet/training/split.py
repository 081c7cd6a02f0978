"""Split recordings by group, so that no one who tests a model has taught it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from senselet.data import DataError, Recording
from senselet.training.recipe import Split

Indices = NDArray[np.int64]


def group_of(recording: Recording, group: str) -> str:
    """Return a recording's group.

    ``"recording"`` makes each recording a group of its own.
    """
    if group == "recording":
        return recording.name
    if group not in recording.groups:
        known = ", ".join(recording.groups) or "none"
        raise DataError(
            f"{recording.name} has no {group!r}, by which the recipe splits; its groups are: "
            f"{known}",
            'add a column to labels.csv, or set [split] group = "recording"',
        )
    return recording.groups[group]


def split_by_groups(recordings: Sequence[Recording], split: Split) -> tuple[Indices, Indices]:
    """Return the indices of training and test recordings.

    Raises
    ------
    DataError
        If a test group has no recordings, nothing is left for training, or a label is known to the
        test only.
    """
    groups = [group_of(recording, split.group) for recording in recordings]
    known = sorted_naturally(set(groups))
    if not split.test_groups:
        raise DataError(
            "The recipe doesn't say what to test with",
            f'set [split] test_groups, for instance ["{known[-1]}"]',
        )
    for name in split.test_groups:
        if name not in known:
            raise DataError(
                f"Test {split.group} {name!r} has no recordings",
                f"there are {', '.join(known)}",
            )
    is_test = np.array([name in split.test_groups for name in groups])
    train, test = np.flatnonzero(~is_test), np.flatnonzero(is_test)
    if not len(train):
        raise DataError(f"Every {split.group} is for testing", "leave some for training")
    _check_labels(recordings, train, test, f"the training {split.group}s")
    return train, test


def folds_by_groups(
    recordings: Sequence[Recording], folds: int, group: str, seed: int | None = None
) -> list[tuple[Indices, Indices]]:
    """Deal groups out to folds; each fold is the test once.

    Groups are put into their natural order (2 before 10), or shuffled by the seed, then dealt out
    like cards: with 10 subjects and 5 folds, the first fold tests with subjects 1 and 6.

    Returns
    -------
    list of (train, test)
        Indices of recordings.
    """
    names = [group_of(recording, group) for recording in recordings]
    known = sorted_naturally(set(names))
    if folds < 2:
        raise DataError(f"{folds} folds; there must be at least two")
    if len(known) < folds:
        raise DataError(
            f"There are {len(known)} {group}s, too few for {folds} folds",
            f"evaluate with {len(known)} folds" if len(known) > 1 else "record more of them",
        )
    if seed is not None:
        order = np.random.default_rng(seed).permutation(len(known))
        known = [known[place] for place in order]
    fold_of = {name: place % folds for place, name in enumerate(known)}
    numbers = np.array([fold_of[name] for name in names])
    result = []
    for fold in range(folds):
        train, test = np.flatnonzero(numbers != fold), np.flatnonzero(numbers == fold)
        _check_labels(recordings, train, test, f"the training part of fold {fold + 1}")
        result.append((train, test))
    return result


def sorted_naturally(names: set[str]) -> list[str]:
    """Sort texts with the numbers in them by value.

    Examples
    --------
    >>> sorted_naturally({"s10", "s2", "s1"})
    ['s1', 's2', 's10']
    """
    return sorted(names, key=_natural_key)


def _natural_key(name: str) -> tuple[list[tuple[int, str]], str]:
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def _check_labels(
    recordings: Sequence[Recording], train: Indices, test: Indices, where: str
) -> None:
    learned = {recordings[index].label for index in train}
    if len(learned) == 1:
        raise DataError(f"Only label {learned.pop()!r} is left in {where}", "split otherwise")
    for index in test:
        label = recordings[index].label
        if label not in learned:
            raise DataError(
                f"Label {label!r} has no recording in {where}, but is to be tested",
                "split otherwise, or record more of it",
            )
