"""The benchmarks' own parts: the Python walks, the results and the document made of them."""

import sys
from array import array
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench import report
from bench.harness import results
from bench.harness.forests import Case, Forest, train
from bench.harness.micropython import SOURCES, walk_tables


@pytest.fixture(scope="module")
def forest() -> Forest:
    return train(Case("digits", 10, 8))


def load_walk(name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run a walk's source here: its decorators and pointer types only matter on a board."""
    plain = SimpleNamespace(native=lambda f: f, viper=lambda f: f)
    monkeypatch.setitem(sys.modules, "micropython", plain)
    names: dict[str, Any] = {"ptr8": object, "ptr16": object}
    exec((SOURCES / f"{name}_walk.py").read_text(), names)
    predict: Callable[..., int] = names["predict"]
    return predict


@pytest.mark.parametrize("name", ["pure", "native", "viper"])
def test_python_walks_give_the_majority_of_scikit_learns_trees(
    name: str, forest: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = load_walk(name, monkeypatch)
    tables = walk_tables(forest)
    classes = forest.n_classes
    found = []
    for row in forest.rows("int16"):
        x = array("h", row.tobytes())
        if name == "viper":
            packed = (array("H", tables[part]) for part in ("packed", "packed_roots"))
            found.append(predict(x, *packed, bytearray([classes] + [0] * classes)))
        else:
            parts = [array("h", tables[p]) for p in ("threshold", "left", "right", "roots")]
            found.append(predict(x, (tables["feature"], *parts, [0] * classes)))
    np.testing.assert_array_equal(found, forest.voted)


def test_published_document_is_made_of_the_published_results() -> None:
    table = report.gather(results.read(report.RESULTS))
    assert report.DOCUMENT.read_text() == report.document(table)


def test_published_probabilities_agree_with_scikit_learn_everywhere() -> None:
    rows = [
        row
        for row in results.read(report.RESULTS)
        if row.library.startswith("senselet probabilities") and row.metric == "agreement"
    ]
    assert rows
    assert all(row.value == 1.0 for row in rows)


def test_results_survive_writing_and_reading(tmp_path: Path) -> None:
    rows = [results.Row("a-10x8", "m3", "library 1.0", "instructions", 12.5)]
    results.write(tmp_path / "results.json", rows)
    assert results.read(tmp_path / "results.json") == rows


@pytest.mark.parametrize(
    ("metric", "value", "met"),
    [
        ("instructions", 900.0, True),
        ("instructions", 900.5, False),
        ("instructions", None, False),
        ("agreement", 900.0, True),
        ("agreement", 899.0, False),
    ],
)
def test_goals_are_judged_in_the_right_direction(
    metric: str, value: float | None, met: bool
) -> None:
    goal = report.Goal("a figure", "case", "library", metric, 900, None)
    assert report.is_met(goal, value) is met
