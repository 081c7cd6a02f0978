"""The sound level meter on every board: the bits of the laptop, and nothing allocated."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import install

PROGRAM = Path(__file__).parents[1] / "runtime" / "board_sound.py"
HAVE_FPU = ("unix", "m4f")
pytest_plugins = ["listening_fixtures"]


def on_the_laptop(arithmetics: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> list[str]:
    sys.path.insert(0, str(PROGRAM.parent))
    board_sound: Any = importlib.import_module("board_sound")

    capsys.readouterr()
    board_sound.main(arithmetics)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("name", BOARDS)
def test_levels_are_those_of_the_laptop(
    name: str, start_board: StartBoard, capsys: pytest.CaptureFixture[str]
) -> None:
    arithmetics = ("fixed", "float") if name in HAVE_FPU else ("fixed",)
    link = start_board(name)
    install(link, program={"/board_sound.py": PROGRAM.read_bytes()})
    link.soft_reset()
    said = link.execute(f"import board_sound; board_sound.main({arithmetics})", timeout=300)
    assert said.splitlines() == on_the_laptop(arithmetics, capsys)
    assert said.splitlines()[-1] == "ok"
