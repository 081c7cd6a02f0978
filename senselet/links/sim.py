"""Links to virtual boards: MicroPython under QEMU, or the Unix port on this machine."""

import atexit
import contextlib
import os
import pty
import shutil
import socket
import subprocess
import tempfile
import tty
import weakref
from pathlib import Path

from ._boards import boards_module
from .channel import FileChannel
from .errors import LinkClosedError, LinkError
from .link import Link

PREFIX = "sim:"
END_TIMEOUT = 5.0

# Runs the board, and kills it when this process has gone, whichever way: then standard input ends.
GUARD = """
exec 3<&0
"$@" </dev/null 3<&- &
board=$!
(read -r _ <&3; kill -9 $board) 2>/dev/null &
reader=$!
wait $board
status=$?
kill $reader 2>/dev/null
exit $status
"""
# The Unix board's console is a terminal, not /dev/null.
UNIX_GUARD = GUARD.replace("</dev/null", '<"$TERMINAL" >"$TERMINAL" 2>&1')

_open_links: "weakref.WeakSet[SimLink]" = weakref.WeakSet()


class SimLink(Link):
    """A link to a virtual board, which lives as long as the link does.

    Parameters
    ----------
    board
        ``m3``, ``m4f``, ``rv32`` or ``unix``.
    host_folder
        Where relative paths start that the board gives to ``virtual.Sensor`` and the like;
        this process's current folder if None.
    heap_bytes, flash_bytes
        Sizes of the garbage-collected heap and the file system; None for the board's defaults.
    image
        A host file, written by ``virtual.save_filesystem``, that the flash memory starts with.
    skip_sleeps
        Let virtual time jump to the end of a sleep rather than wait: a program that waits for
        its next sample runs as fast as the host can, and takes the same time at each run.
        A program that waits for the host's input with a timeout will not get it in time.
    """

    def __init__(
        self,
        board: str,
        *,
        host_folder: Path | str | None = None,
        heap_bytes: int | None = None,
        flash_bytes: int | None = None,
        image: Path | str | None = None,
        skip_sleeps: bool = False,
    ) -> None:
        try:
            description = boards_module("catalog").find(board)
            firmware = boards_module("build").firmware(board)
        except boards_module("cache").BuildError as error:
            raise LinkError(str(error.args[0]), error.hint) from error
        words = [
            *([f"heap={heap_bytes}"] if heap_bytes is not None else []),
            *([f"flash={flash_bytes}"] if flash_bytes is not None else []),
            *([f"image={Path(image).absolute()}"] if image is not None else []),
        ]
        folder = Path(host_folder or ".").absolute()
        if not folder.is_dir():
            raise LinkError(f"The host folder {folder} does not exist.")
        self._terminal = -1
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the board
        if description.qemu:
            if shutil.which(description.qemu[0]) is None:
                raise LinkError(
                    f"sim:{board} needs the program {description.qemu[0]}, not found.",
                    description.qemu_hint,
                )
            channel = self._start_qemu(list(description.qemu), firmware, words, folder, skip_sleeps)
        else:
            channel = self._start_unix(firmware, words, folder)
        super().__init__(channel, PREFIX + board)
        _open_links.add(self)

    def _start_qemu(
        self, qemu: list[str], firmware: Path, words: list[str], folder: Path, skip_sleeps: bool
    ) -> FileChannel:
        ours, theirs = socket.socketpair()
        with theirs:
            # Commas separate QEMU's options and are doubled in values.
            arguments = "".join(f",arg={word.replace(',', ',,')}" for word in ["firmware", *words])
            self._process = self._start(
                GUARD,
                [
                    *qemu,
                    *("-display", "none", "-monitor", "none", "-nodefaults", "-nic", "none"),
                    # A multiplexer has a buffer, which makes input several times as fast. No byte
                    # is its escape character.
                    *("-chardev", f"socket,id=console,fd={theirs.fileno()},mux=on"),
                    *("-echr", "256"),
                    *("-serial", "chardev:console"),
                    *("-semihosting-config", f"enable=on,target=native{arguments}"),
                    *("-icount", "shift=0,sleep=off" if skip_sleeps else "shift=0"),
                    *("-kernel", str(firmware)),
                ],
                folder,
                keep=theirs.fileno(),
            )
        return FileChannel(ours.detach())

    def _start_unix(self, firmware: Path, words: list[str], folder: Path) -> FileChannel:
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        self._process = self._start(
            UNIX_GUARD, [str(firmware), *words], folder, terminal=os.ttyname(theirs)
        )
        # Our copy keeps the terminal alive until the board has opened it.
        self._terminal = theirs
        return FileChannel(ours)

    def _start(
        self,
        guard: str,
        command: list[str],
        folder: Path,
        keep: int | None = None,
        terminal: str = "",
    ) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ["/bin/sh", "-c", guard, "sh", *command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stderr=self._complaints,
            env={**os.environ, "TERMINAL": terminal},
            pass_fds=() if keep is None else (keep,),
            start_new_session=True,  # so that Ctrl-C does not reach it
        )

    def connect(self) -> None:
        """Wait until the board has started and get its attention."""
        try:
            super().connect()
        except LinkClosedError as error:
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace").strip()
            raise LinkError(f"{self.name} did not start: {said or error}.") from error
        self._release_terminal()

    def _release_terminal(self) -> None:
        # The board has its terminal open by now. Only if nobody else has will its end be noticed.
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1

    def close(self) -> None:
        """End the board."""
        super().close()
        self._release_terminal()
        process = self._process
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._complaints.close()
        _open_links.discard(self)

    def wait(self, timeout: float = END_TIMEOUT) -> int:
        """Wait until the board has ended itself, by ``virtual.exit``; return its status."""
        return self._process.wait(timeout)


@atexit.register
def _close_all() -> None:
    for link in list(_open_links):
        link.close()
