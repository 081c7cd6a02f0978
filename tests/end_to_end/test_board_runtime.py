"""The runtime's own tests on every board: locked heap, collection storms, errors, no memory."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import install

RUNTIME = Path(__file__).parents[1] / "runtime"
pytest_plugins = ["listening_fixtures"]


@pytest.mark.parametrize("name", BOARDS)
def test_the_runtimes_tests_pass(name: str, start_board: StartBoard, tmp_path: Path) -> None:
    files: Any = runpy.run_path(str(RUNTIME / "board_files.py"))["board_files"]
    # Its steps are those of all models here; a board has no room for the modules of all steps.
    model = tmp_path / "board_beside.sense"
    model.write_bytes(files()["board_beside.sense"])
    link = start_board(name)
    install(link, model)
    for path, data in files().items():
        link.put(f"/{path}", data)
    program = (RUNTIME / "board_runtime.py").read_bytes()
    link.put("/board_runtime.py", program)
    link.soft_reset()
    said = link.execute("import board_runtime", timeout=300).splitlines()
    tests = [
        line.split()[1].partition("(")[0]
        for line in program.decode().splitlines()
        if "def test_" in line
    ]
    assert said == [*(f"ok {test}" for test in tests), "ok all"]
