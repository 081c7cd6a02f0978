"""Features of muscles and vibration, onsets, scaling on every board: the bits of the laptop."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import install

PROGRAM = Path(__file__).parents[1] / "runtime" / "board_features.py"
pytest_plugins = ["listening_fixtures"]


def on_the_laptop(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the program says here."""
    sys.path.insert(0, str(PROGRAM.parent))
    board_features: Any = importlib.import_module("board_features")
    capsys.readouterr()
    board_features.main()
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", BOARDS)
def test_features_are_those_of_the_laptop(
    name: str, start_board: StartBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    link = start_board(name)
    install(link, program={"/board_features.py": PROGRAM.read_bytes()})
    link.soft_reset()
    said = link.execute("import board_features; board_features.main()", timeout=300).splitlines()
    assert said == on_the_laptop(capsys)
    assert said[-1] == "ok"
    assert len(said) == 8
