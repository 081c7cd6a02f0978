"""Native code: what mpy-cross compiles loads on the board, and the board's own emitters work."""

import subprocess
from pathlib import Path

import pytest
from board_support import OpenBoard

from boards.mpy_cross import mpy_cross
from senselet.links import Link

pytest_plugins = ["board_fixtures"]

LOADED = {
    "m3": ["armv6m", "armv7m"],
    "m4f": ["armv6m", "armv7m", "armv7emsp"],
    "rv32": ["rv32imc"],
    "unix": ["x64"],
}
SOURCE = """
@micropython.native
def add(a, b):
    return a + b
@micropython.viper
def total(data: ptr8, n: int) -> int:
    t = 0
    for i in range(n):
        t += data[i]
    return t
"""


@pytest.mark.parametrize(
    ("board", "architecture"), [(board, name) for board in LOADED for name in LOADED[board]]
)
def test_compiled_native_code_loads(
    board: str, architecture: str, open_board: OpenBoard, tmp_path: Path
) -> None:
    (tmp_path / "native.py").write_text(SOURCE)
    subprocess.run(
        [mpy_cross(), f"-march={architecture}", tmp_path / "native.py"], check=True, timeout=60
    )
    link = open_board(board)
    assert architecture in link.info().loadable
    link.put("/lib/native.mpy", (tmp_path / "native.mpy").read_bytes())
    code = "import native\nprint(native.add(2, 3), native.add(1.5, 2), native.total(b'abc', 3))"
    assert link.execute(code) == "5 3.5 294\n"


def test_emitters_on_the_board(link: Link) -> None:
    assert link.execute(SOURCE + "print(add(2, 3), total(b'abc', 3))") == "5 294\n"


def test_what_boards_say_of_themselves(link: Link, board: str) -> None:
    info = link.info()
    assert info.machine.startswith(f"Senselet virtual board {board} with ")
    assert info.mpy_abi == (6, 3)
    assert info.float_kind == ("double" if board == "unix" else "single")
    assert tuple(map(int, info.version.split("."))) >= (1, 26)
    assert 110_000 < info.free_heap < 131_072
    assert 200_000 < info.free_flash < 262_144
