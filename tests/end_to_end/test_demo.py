"""The demo, whole, and the evidence that it leaves."""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS

from senselet.data import load_watch
from senselet.training import load_recipe

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "demo"
RECIPE = load_recipe(ROOT / "examples" / "motion" / "recipe.toml")
LINE = re.compile(r"(\d+) (\d+) ((?:[0-9a-f]{8})+) (\S.*)")

Row = tuple[int, int, str, str]


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the demo prints; it runs once, however many processes share the tests."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    printed = tmp_path_factory.getbasetemp().parent / f"demo-{run}.txt"
    with printed.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            command = [sys.executable, "-m", "examples.motion.demo"]
            result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
            assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
            printed.write_text(result.stdout)
    return printed.read_text()


@pytest.fixture(scope="session")
def summary(said: str) -> dict[str, Any]:
    """What it leaves in demo.json."""
    assert said
    content: dict[str, Any] = json.loads(OUT.with_suffix(".json").read_text())
    return content


def evidence(name: str) -> list[Row]:
    """The lines of a file of evidence."""
    rows = []
    for line in (OUT / f"{name}.txt").read_text().splitlines():
        found = LINE.fullmatch(line)
        assert found is not None, line
        recording, index, digits, label = found.groups()
        rows.append((int(recording), int(index), digits, label))
    return rows


def accuracy(rows: list[Row]) -> float:
    """Of the evidence, by the recordings' own labels."""
    testers = RECIPE.split.test_groups
    held_out = [r for r in load_watch() if r.groups["subject"] in testers]
    assert {row[0] for row in rows} == set(range(len(held_out)))
    return sum(held_out[row[0]].label == row[3] for row in rows) / len(rows)


def test_the_summary_has_what_it_should(summary: dict[str, Any]) -> None:
    assert list(summary) == [
        "accuracy_laptop", "accuracy_forest", "windows", "model_bytes", "boards"
    ]  # fmt: skip
    assert 0.5 < summary["accuracy_forest"] <= 1
    assert summary["accuracy_laptop"] > summary["accuracy_forest"]
    assert summary["model_bytes"] == (OUT / "motion.sense").stat().st_size
    assert [board["name"] for board in summary["boards"]] == list(BOARDS)
    keys = {"name", "accuracy", "identical", "windows", "instructions_per_window"}
    keys |= {"ram_bytes", "module_bytes"}
    for board in summary["boards"]:
        assert set(board) >= keys
        assert board["identical"] is True
        assert board["windows"] == summary["windows"]
        assert board["accuracy"] == summary["accuracy_laptop"]
        assert summary["model_bytes"] < board["ram_bytes"] < 128 * 1024
        assert 3000 < board["module_bytes"] < 3 * 6144
        counted = board["instructions_per_window"]
        if board["name"] == "unix":
            assert counted is None
        else:
            assert counted > board["core_instructions_per_window"] > 0


@pytest.mark.parametrize("name", ["laptop", *BOARDS])
def test_there_is_a_line_for_each_window(name: str, summary: dict[str, Any]) -> None:
    rows = evidence(name)
    assert len(rows) == summary["windows"]
    places = [row[:2] for row in rows]
    assert places == sorted(set(places))
    counts: dict[int, int] = {}
    for recording, index, _, _ in rows:
        assert index == counts.get(recording, 0)
        counts[recording] = index + 1
    assert len({len(row[2]) for row in rows}) == 1


@pytest.mark.parametrize("name", ["laptop", *BOARDS])
def test_accuracies_are_those_of_the_evidence(name: str, summary: dict[str, Any]) -> None:
    told = {board["name"]: board["accuracy"] for board in summary["boards"]}
    told["laptop"] = summary["accuracy_laptop"]
    assert told[name] == accuracy(evidence(name))


def test_the_classes_are_those_of_the_probabilities(summary: dict[str, Any]) -> None:
    """By the bytes alone: each class is always the same place of the largest probability."""
    assert summary
    steps = RECIPE.trees.leaf_steps
    places: dict[str, set[int]] = {}
    for _, _, digits, label in evidence("laptop"):
        values = [value for (value,) in struct.iter_unpack("<f", bytes.fromhex(digits))]
        # Probabilities rounded to steps do not quite add up to one.
        assert abs(sum(values) - 1) <= (len(values) * 0.5 / steps if steps else 1e-5)
        places.setdefault(label, set()).add(values.index(max(values)))
    assert sorted(place for found in places.values() for place in found) == list(range(len(places)))


def test_the_reader_is_shown_what_happens(said: str, summary: dict[str, Any]) -> None:
    for text in ("Recordings", "Training", "The model", "On the boards", "Result"):
        assert text in said
    assert f"{summary['accuracy_laptop']:.3f}" in said
    for name in BOARDS:
        assert name in said


def test_files_are_compared_by_a_program_of_its_own(
    summary: dict[str, Any], tmp_path: Path
) -> None:
    def status(other: Path) -> int:
        files = [str(OUT / "laptop.txt"), str(other)]
        command = [sys.executable, "-m", "examples.motion.compare", *files]
        return subprocess.run(command, cwd=ROOT, capture_output=True).returncode

    text = (OUT / "m3.txt").read_text()
    copy = tmp_path / "m3.txt"
    copy.write_text(text)
    assert status(copy) == 0
    middle = text.splitlines()[summary["windows"] // 2]
    place = text.index(middle) + len(middle.rsplit(" ", 1)[0]) - 1
    assert text[place] in "0123456789abcdef"
    copy.write_text(text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :])
    assert status(copy) == 1
    copy.write_text(text[: text.rindex("\n", 0, -1) + 1])
    assert status(copy) == 1
    copy.write_text("")
    assert status(copy) == 1
