"""Filters on every board: the bits and the sentences of the laptop."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import install

PROGRAM = Path(__file__).parents[1] / "runtime" / "board_filters.py"
pytest_plugins = ["listening_fixtures"]


def on_the_laptop(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the program says here."""
    sys.path.insert(0, str(PROGRAM.parent))
    board_filters: Any = importlib.import_module("board_filters")
    capsys.readouterr()
    board_filters.main()
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", BOARDS)
def test_filters_are_those_of_the_laptop(
    name: str, start_board: StartBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    link = start_board(name)
    install(link, program={"/board_filters.py": PROGRAM.read_bytes()})
    link.soft_reset()
    said = link.execute("import board_filters; board_filters.main()", timeout=300).splitlines()
    assert said == on_the_laptop(capsys)
    assert said[-1] == "ok"
    assert len(said) == 26
