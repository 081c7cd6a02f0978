"""Resets, and the scripts that run at the start."""

import pytest
from board_support import EMULATED, OpenBoard

from senselet.links import Link

pytest_plugins = ["board_fixtures"]

BANNER = b"raw REPL; CTRL-B to exit\r\n>"


def test_soft_reset_drops_names_and_keeps_files(link: Link) -> None:
    link.put("/x.py", b"X = 1\n")
    link.execute("import x\nx.X = 2")
    link.soft_reset()
    assert link.evaluate("'x' in dir()") is False
    assert link.execute("import x\nprint(x.X)") == "1\n"


def test_soft_reset_frees_the_heap(link: Link) -> None:
    free = link.info().free_heap
    link.execute("a = bytearray(50000)")
    assert link.info().free_heap < free - 49000
    link.soft_reset()
    assert abs(link.info().free_heap - free) < 2000


def test_many_soft_resets(link: Link) -> None:
    for i in range(20):
        link.soft_reset()
        assert link.evaluate(f"{i} + 1") == i + 1


def test_scripts_run_at_the_start(link: Link) -> None:
    link.put("/boot.py", b"print('boot')\n")
    link.put("/main.py", b"print('main')\nNAME = 7\n")
    link._repl.leave()
    link._repl._read_until(b">>> ", 5)
    link._repl.write(b"\x04")
    output = link._repl._read_until(b"main", 5)
    assert b"soft reboot" in output
    assert b"boot" in output.split(b"soft reboot")[1]
    link.connect()
    assert link.evaluate("NAME") == 7


def test_raw_prompt_skips_main(link: Link) -> None:
    link.put("/boot.py", b"BOOT = 1\n")
    link.put("/main.py", b"MAIN = 1\n")
    link.soft_reset()
    names = link.evaluate("dir()")
    assert "BOOT" in names
    assert "MAIN" not in names


def test_endless_main_can_be_stopped(link: Link) -> None:
    link.put("/main.py", b"import time\nprint('run' + 'ning')\nwhile True: time.sleep_ms(5)\n")
    link._repl.leave()
    link._repl._read_until(b">>> ", 5)
    link._repl.write(b"\x04")
    link._repl._read_until(b"running", 5)
    link.connect()
    assert link.execute("print(1)") == "1\n"


def test_broken_main_leads_to_the_prompt(link: Link) -> None:
    link.put("/main.py", b"1/0\n")
    link._repl.leave()
    link._repl._read_until(b">>> ", 5)
    link._repl.write(b"\x04")
    assert b"ZeroDivisionError" in link._repl._read_until(b">>> ", 5)


@pytest.mark.parametrize("board", EMULATED)
def test_hard_reset_keeps_the_flash(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    link.put("/x", b"kept")
    link._repl.leave()
    link._repl.write(b"import machine\rmachine.reset()\r")
    link._repl._read_until(b"MicroPython v", 5)
    link.connect()
    assert link.get("/x") == b"kept"
