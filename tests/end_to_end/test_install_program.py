"""Installing a program without a model: the board gets what the program imports, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from listening import BOARDS, StartBoard

from senselet.deploy import ProgramError, install, program_files
from senselet.deploy.files import LIBRARY

pytest_plugins = ["listening_fixtures"]

MAIN = """
import sys
from helper import say
from senselet.errors import failure
say(sorted(name for name in sys.modules if name.startswith("senselet")))
say(failure(-3, "this"))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program = tmp_path / "program"
    program.mkdir()
    (program / "main.py").write_text(MAIN)
    (program / "helper.py").write_text("def say(what):\n    print(what)\n")
    (program / "README.md").write_text("For people.")
    return program


@pytest.mark.parametrize("name", BOARDS)
def test_a_program_runs_with_what_it_imports(
    name: str, folder: Path, start_board: StartBoard
) -> None:
    link = start_board(name)
    done = install(link, program=program_files(folder))
    assert done.needs is None
    assert sorted(done.written) == sorted(
        [f"{LIBRARY}/{n}.mpy" for n in ("__init__", "errors", "status")]
        + ["/helper.py", "/main.py"]
    )
    link.soft_reset()
    said = link.execute("exec(open('/main.py').read())").splitlines()
    assert said[0] == "['senselet', 'senselet.errors']"
    assert said[1].startswith("this ")


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_model_and_a_program_share_the_runtime(
    name: str, small: Path, folder: Path, start_board: StartBoard
) -> None:
    link = start_board(name)
    first = install(link, small)
    second = install(link, small, program=program_files(folder))
    assert second.unchanged == first.written
    assert second.written == ["/helper.py", "/main.py"]
    link.soft_reset()
    loaded = "print('senselet.model' in sys.modules)"
    asked = f"import sys, senselet\n{loaded}\nsenselet.load\n{loaded}\nsenselet.Stream"
    assert link.execute(asked).splitlines() == ["False", "True"]
    assert {"Model", "Stream", "load"} <= set(link.evaluate("dir(senselet)"))
    missing = "try:\n  senselet.nothing\nexcept AttributeError as e:\n  print(e)"
    assert link.execute(missing).strip() == "nothing"


def test_what_boards_do_not_have_is_refused_beforehand(
    folder: Path, start_board: StartBoard
) -> None:
    link = start_board("unix")
    (folder / "main.py").write_text("from senselet.training import train\n")
    with pytest.raises(ProgramError, match=r"/main.py, line 1, imports senselet.training"):
        install(link, program=program_files(folder))
    assert link.list("/") == []
