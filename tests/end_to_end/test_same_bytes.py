"""A board's answers are the laptop's, to the bit; and where they are not, it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_model
from listening import (
    BOARDS,
    StartBoard,
    boards,
    compared,
    heard,
    laptops,
    leaf_changes,
    one_leaf_changed,
    samples_of,
)

import senselet
from senselet.deploy import WindowResult, install, play
from senselet.deploy.files import BYTECODE, LIBRARY, MODULES

pytest_plugins = ["listening_fixtures"]


def test_the_recordings_reach_all_there_is_to_test(small: Path) -> None:
    """Windows of several recordings, all labels, several leaves; none the same by chance."""
    results = laptops(small)
    assert {r.recording for r in results} == {0, 1, 2, 3}
    assert {r.label for r in results} == set(small_model.LABELS)
    assert len({r.probabilities for r in results}) > 10


@pytest.mark.parametrize("name", BOARDS)
def test_same_bytes(name: str, small: Path, tmp_path: Path, start_board: StartBoard) -> None:
    link = start_board(name)
    install(link, small)
    result = compared(tmp_path, laptops(small), boards(link, tmp_path))
    assert result.difference is None
    assert result.identical


@pytest.mark.parametrize("name", BOARDS)
def test_one_changed_leaf_is_noticed(
    name: str, small: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    changed = one_leaf_changed(small.read_bytes())
    (tmp_path / "small.sense").write_bytes(changed)
    link = start_board(name)
    install(link, tmp_path / "small.sense")
    theirs = boards(link, tmp_path)
    assert not compared(tmp_path, laptops(small), theirs).identical
    # It is the leaf alone that differs: the laptop with that leaf says the same.
    assert compared(tmp_path, laptops(changed), theirs).identical


def test_leaves_are_changed_one_at_a_time(small: Path) -> None:
    data = small.read_bytes()
    for changed in leaf_changes(data):
        differing = [i for i, (a, b) in enumerate(zip(data, changed, strict=True)) if a != b]
        assert len(differing[4:]) <= 1  # behind the checksum's four bytes
        assert differing[-1] > 64


def test_modules_for_armv6m_run_on_the_m3_board(
    small: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    link = start_board("m3")
    for folder in (BYTECODE, "armv6m"):
        for path in sorted((MODULES / folder).glob("*.mpy")):
            link.put(f"{LIBRARY}/{path.name}", path.read_bytes())
    link.put("/small.sense", small.read_bytes())
    assert compared(tmp_path, laptops(small), boards(link, tmp_path)).identical


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_recordings_copied_to_the_board_give_the_same(
    name: str, small: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    """As on real boards, which have no virtual sensor."""
    link = start_board(name)
    install(link, small)
    samples = [samples_of(r) for r in heard()]
    played = play(link, "/small.sense", samples, tmp_path, virtual_sensor=False)
    assert compared(tmp_path, laptops(small), played.results).identical
    assert played.ram_bytes is None
    assert played.instructions is None
    assert not [e.name for e in link.list("/") if e.name.endswith(".samples")]


@pytest.mark.parametrize("name", ["m3", "rv32"])
def test_integer_samples_give_the_same_bytes(
    name: str, tmp_path: Path, start_board: StartBoard
) -> None:
    path = tmp_path / "small.sense"
    model_file = small_model.integer_model()
    model_file.save(path)
    model = senselet.load(str(path))
    assert model.typecode == "h"
    counts: list[Any] = [
        np.round(r.samples / model_file.scale).astype("<i2") for r in small_model.heard()
    ]
    counts[1][5] = (-32768, 32767, 0)
    ours = []
    for number, block in enumerate(counts):
        stream = model.stream()
        stream.push(block)
        while stream.next():
            digits = stream.probabilities.tobytes().hex()
            ours.append(WindowResult(number, stream.windows - 1, digits, str(stream.label)))
    link = start_board(name)
    install(link, path)
    played = play(link, "/small.sense", [block.tobytes() for block in counts], tmp_path)
    assert compared(tmp_path, ours, played.results).identical


def test_counting_costs_no_answers(small: Path, tmp_path: Path, start_board: StartBoard) -> None:
    """Each recording is a stream of its own: a second time gives the same."""
    link = start_board("unix")
    install(link, small)
    samples = samples_of(heard()[2])
    results = play(link, "/small.sense", [samples, samples], tmp_path).results
    first = [r for r in results if r.recording == 0]
    assert first
    assert first == [replace(r, recording=0) for r in results if r.recording == 1]
