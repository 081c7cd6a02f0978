"""MicroPython's own tests of the language, of floats and of asyncio pass on each board."""

import micropython_suite as suite
import pytest
from board_support import OpenBoard

pytest_plugins = ["board_fixtures"]

PATTERNS = ["basics/*.py", "float/*.py", "extmod/asyncio_*.py"]

# For floats of double precision, which the boards with single precision do not have.
DOUBLE = {
    "float/float2int_doubleprec_intbig.py",
    "float/float_divmod.py",
    "float/float_format_ints_doubleprec.py",
    "float/float_parse_doubleprec.py",
    "float/float_struct_e_doubleprec.py",
}
# Needs more than the board's 128 kB of heap, in which a word of the Unix board takes 8 bytes.
LARGE = {"basics/class_setname_hazard_rand.py"}

LATE_ON_A_BUSY_MACHINE = 3  # times that a program may be

NOT_RUN = {"m3": DOUBLE, "m4f": DOUBLE, "rv32": DOUBLE, "unix": LARGE}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_suite(board: str, pattern: str, open_board: OpenBoard) -> None:
    names = suite.find(pattern)
    assert len(names) > 30
    expected = suite.expectations(names)
    chosen = {name: expected[name] for name in names if name not in NOT_RUN[board]}
    link = open_board(board, skip_sleeps=board != "unix")
    failed = suite.failures(link, chosen)
    if board == "unix" and "asyncio" in pattern:
        # It sleeps by this machine's clock, and some programs of asyncio's print how long.
        for _ in range(LATE_ON_A_BUSY_MACHINE):
            failed = suite.failures(link, {name: chosen[name] for name in failed})
    assert failed == {}
