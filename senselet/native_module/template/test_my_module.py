"""Tests of my_module on virtual boards: pytest test_my_module.py"""

from pathlib import Path

import pytest

from senselet.links import open_link
from senselet.native_module import build_module, fittest

PROGRAM = """
from array import array
import my_module

assert my_module.mean_square(array("h", [3, 4])) == 12
assert my_module.mean_square(array("h", [-32768] * 9)) == 32768**2
assert my_module.mean_square(array("h")) == 0

block = array("h", [100, -100, 30000, -30000])
my_module.amplify(block, 384)
assert list(block) == [150, -150, 32767, -32768]

for call, error in (
    (lambda: my_module.mean_square(array("f", [1.0])), TypeError),
    (lambda: my_module.mean_square(5), TypeError),
    (lambda: my_module.amplify(block, -1), ValueError),
):
    try:
        call()
    except error:
        pass
    else:
        raise AssertionError("not refused")
print("passed")
"""


@pytest.mark.parametrize("board", ["m3", "m4f", "rv32", "unix"])
def test_on_a_virtual_board(board, tmp_path):  # type: ignore[no-untyped-def]
    with open_link(f"sim:{board}") as link:
        architecture = fittest(link.info().architecture)
        module = build_module(Path(__file__).parent, architecture, out=tmp_path)
        link.put("/lib/my_module.mpy", module.read_bytes())
        assert link.execute(PROGRAM).strip() == "passed"
