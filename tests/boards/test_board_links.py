"""Links: what can be opened, what is said when not, and that no process is left."""

import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_support import EMULATED, OpenBoard

from senselet.links import Link, LinkClosedError, LinkError, list_devices, open_link
from senselet.links.sim import SimLink


def test_devices_are_listed() -> None:
    names = [device.name for device in list_devices()]
    assert names[:4] == ["sim:m3", "sim:m4f", "sim:rv32", "sim:unix"]


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("sim:nothing", "no virtual board 'nothing'"),
        ("m3", "of no known kind"),
        ("serial:/dev/does-not-exist", "cannot be opened"),
    ],
)
def test_what_cannot_be_opened_comes_with_a_hint(device: str, message: str) -> None:
    with pytest.raises(LinkError, match=message) as caught:
        open_link(device)
    assert caught.value.hint


def test_missing_host_folder() -> None:
    with pytest.raises(LinkError, match="does not exist"):
        open_link("sim:m3", host_folder="/does/not/exist")


def test_missing_emulator(monkeypatch: pytest.MonkeyPatch, open_board: OpenBoard) -> None:
    open_board("m3")  # so that nothing is to be built
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(LinkError, match="needs the program qemu") as caught:
        open_link("sim:m3")
    assert "apt-get install" in caught.value.hint


def test_crash_is_reported(open_board: OpenBoard) -> None:
    link = open_board("m3")
    with pytest.raises(LinkClosedError, match="has crashed: CPU exception"):
        link.execute("import machine\nmachine.mem32[0xF0000000]")


@pytest.mark.parametrize("board", EMULATED)
def test_killed_emulator_is_noticed(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    os.kill(_board_process(link), signal.SIGKILL)
    with pytest.raises(LinkClosedError):
        link.execute("print(1)")
    with pytest.raises(LinkClosedError):
        link.execute("print(1)")


def test_closing_ends_the_board(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    process = _board_process(link)
    link.close()
    link.close()
    assert _ends(process)
    with pytest.raises(LinkClosedError):
        link.execute("print(1)")


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "raise KeyboardInterrupt", "pass"])
def test_no_board_outlives_its_program(board: str, end: str) -> None:
    code = f"""
import os, sys
from senselet.links import open_link

pytest_plugins = ["board_fixtures"]
link = open_link("sim:{board}")
children = open(f"/proc/{{link._process.pid}}/task/{{link._process.pid}}/children").read()
print(children.split()[0], flush=True)
{end}
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        text=True,
        timeout=60,
        check=False,
    )
    assert _ends(int(done.stdout.split()[-1]))


def _board_process(link: Link) -> int:
    """The board itself: the first child of the shell that guards it."""
    assert isinstance(link, SimLink)
    guard = link._process.pid
    children = Path(f"/proc/{guard}/task/{guard}/children").read_text().split()
    return int(children[0])


def _ends(process: int, timeout: float = 5.0) -> bool:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


# ---- Serial ports --------------------------------------------------------------------------


@pytest.fixture
def serial_port(open_board: OpenBoard) -> Iterator[str]:
    """A serial port with a board behind it: a terminal pair joined to a virtual board."""
    board = open_board("m3")
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    stopping = threading.Event()

    def carry() -> None:
        while not stopping.is_set():
            if data := board._channel.read(0.001):
                os.write(ours, data)
            if select.select([ours], [], [], 0.001)[0]:
                board._channel.write(os.read(ours, 4096), 5)

    thread = threading.Thread(target=carry)
    thread.start()
    yield os.ttyname(theirs)
    stopping.set()
    thread.join()
    os.close(ours)
    os.close(theirs)


def test_serial_link(serial_port: str) -> None:
    with open_link(f"serial:{serial_port}") as link:
        assert link.execute("print(6 * 7)") == "42\n"
        data = bytes(range(256)) * 20
        link.put("/x", data)
        assert link.get("/x") == data


def test_serial_port_in_use(serial_port: str) -> None:
    with open_link(f"serial:{serial_port}"), pytest.raises(LinkError, match="cannot be opened"):
        open_link(f"serial:{serial_port}")


def test_silent_serial_port() -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    with pytest.raises(LinkError, match="does not answer at all") as caught:
        open_link(f"serial:{os.ttyname(theirs)}")
    assert "reset button" in caught.value.hint
    os.close(ours)
    os.close(theirs)
