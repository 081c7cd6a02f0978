"""FFT, windows, STFT and Goertzel on every board: the bits and the sentences of the laptop."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import install

PROGRAM = Path(__file__).parents[1] / "runtime" / "board_spectra.py"
pytest_plugins = ["listening_fixtures"]


@pytest.mark.parametrize("name", BOARDS)
def test_spectra_are_those_of_the_laptop(
    name: str,
    start_board: StartBoard,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [str(PROGRAM.parent), *sys.path])
    board_spectra: Any = importlib.import_module("board_spectra")
    capsys.readouterr()
    board_spectra.main()
    expected = capsys.readouterr().out.splitlines()
    link = start_board(name)
    install(link, program={"/board_spectra.py": PROGRAM.read_bytes()})
    link.soft_reset()
    said = link.execute("import board_spectra; board_spectra.main()", timeout=300).splitlines()
    assert said == expected
    assert said[-1] == "ok"
    assert len(said) == 55
