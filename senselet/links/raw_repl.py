"""MicroPython's raw REPL: running programs on a board through its console.

See "The MicroPython Interactive Interpreter Mode (aka REPL)" in MicroPython's reference manual.
"""

import codecs
import contextlib
import time
from collections.abc import Callable

from .channel import Channel
from .errors import BoardError, LinkClosedError, LinkError, LinkTimeoutError

INTERRUPT = b"\x03"
END = b"\x04"
ENTER_RAW = b"\x01"
LEAVE_RAW = b"\x02"
RAW_PASTE = b"\x05A\x01"
BANNER = b"raw REPL; CTRL-B to exit\r\n>"
CRASH = "CPU exception"

ANSWER_TIMEOUT = 5.0  # seconds in which an idle board must answer
INTERRUPT_TIMEOUT = 2.0  # seconds in which a running program must stop
ENTER_ATTEMPTS = 3
SLOW_CHUNK = 128  # bytes at a time, to boards without raw-paste mode
SLOW_PAUSE = 0.01
FOR_EVER = 1e6  # seconds
SHOWN = 200  # characters of output in an error message


def decoded(data: bytes) -> str:
    """Return console output as text with plain newlines."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


class ProgramEndedError(Exception):
    """The program ended while its next line was waited for."""


class RawRepl:
    """The raw REPL over a channel.

    Parameters
    ----------
    channel
        Where the board's console is.
    name
        What errors call the board.
    """

    def __init__(self, channel: Channel, name: str) -> None:
        self.channel = channel
        self.name = name
        self._input = bytearray()
        self._pasting = True  # until the board says that it does not know raw-paste mode

    # ---- Entering and leaving ---------------------------------------------------------------

    def enter(self) -> None:
        """Stop what runs and enter the raw REPL.

        Raises
        ------
        LinkTimeoutError
            If the board does not answer as MicroPython does.
        """
        for _ in range(ENTER_ATTEMPTS):
            self.write(b"\r" + INTERRUPT + INTERRUPT)
            self.drain()
            self.write(b"\r" + ENTER_RAW)
            if self._wait_for(BANNER, ANSWER_TIMEOUT / ENTER_ATTEMPTS):
                self._input.clear()
                return
        heard = bytes(self._input)
        if heard:
            raise LinkTimeoutError(
                f"{self.name} does not answer as MicroPython does; it sent {heard[-SHOWN:]!r}.",
                "Is MicroPython on the board, and is this its port and speed?",
            )
        raise LinkTimeoutError(
            f"{self.name} does not answer at all.",
            "Press the board's reset button and try again; close other programs that use the port.",
        )

    def leave(self) -> None:
        """Go back to the friendly prompt, as people expect it."""
        self.write(b"\r" + LEAVE_RAW)

    def soft_reset(self) -> None:
        """Restart the interpreter: boot.py runs, main.py does not."""
        self.write(END)
        if not self._wait_for(BANNER, ANSWER_TIMEOUT):
            self.enter()
        self._input.clear()

    # ---- Running programs -------------------------------------------------------------------

    def execute(
        self,
        code: str,
        timeout: float | None,
        on_data: Callable[[bytes], None] | None = None,
        session: "Callable[[RawRepl], None] | None" = None,
    ) -> bytes:
        """Run a program to its end and return what it printed.

        Parameters
        ----------
        code
            Python source.
        timeout
            Seconds until it must have ended; with `on_data`, seconds without a sign of life.
            None waits for ever.
        on_data
            Takes the output as it comes, in which case none is returned.
        session
            Talks with the running program, before its remaining output is collected.

        Raises
        ------
        BoardError
            If the program ends with an exception.
        LinkTimeoutError
            If it did not end in time. It has been stopped then, if it could be.
        """
        try:
            self._send(code)
            if session is not None:
                # When the program ends early, its report tells why.
                with contextlib.suppress(ProgramEndedError):
                    session(self)
            output = self._collect(timeout, on_data)
            report = self._read_until(END, ANSWER_TIMEOUT)
            self._read_until(b">", ANSWER_TIMEOUT)
        except TimeoutError:
            raise self._stop_overdue(code, timeout) from None
        except LinkClosedError:
            raise
        except BaseException:
            # The caller's functions failed, or the user pressed Ctrl-C: stop the program as well.
            with contextlib.suppress(LinkError):
                self.interrupt()
            raise
        if report:
            raise BoardError(decoded(report), decoded(output))
        return output

    def interrupt(self) -> str:
        """Stop the running program, and return the board's report, which says where it was.

        The raw REPL is ready afterwards.
        """
        self.write(INTERRUPT)
        try:
            self._read_until(END, INTERRUPT_TIMEOUT)
            report = self._read_until(END, INTERRUPT_TIMEOUT)
            self._read_until(b">", INTERRUPT_TIMEOUT)
        except TimeoutError:
            self.enter()
            return ""
        return decoded(report)

    def _send(self, code: str) -> None:
        data = code.encode()
        if self._pasting and self._paste(data):
            return
        for start in range(0, len(data), SLOW_CHUNK):
            self.write(data[start : start + SLOW_CHUNK])
            time.sleep(SLOW_PAUSE)
        self.write(END)
        if self._read_exactly(2, ANSWER_TIMEOUT) != b"OK":
            raise TimeoutError

    def _paste(self, data: bytes) -> bool:
        """Send a program in raw-paste mode, in which the board says how much it can take."""
        self.write(RAW_PASTE)
        answer = self._read_exactly(2, ANSWER_TIMEOUT)
        if answer != b"R\x01":
            self._pasting = False
            if answer == b"ra":  # an old board takes it for Ctrl-A and repeats its banner
                self._read_until(b">", ANSWER_TIMEOUT)
            return False
        window = int.from_bytes(self._read_exactly(2, ANSWER_TIMEOUT), "little")
        room = window
        rest = memoryview(data)
        while rest:
            while room == 0 or self._input:
                token = self._read_exactly(1, ANSWER_TIMEOUT)
                if token == b"\x01":
                    room += window
                elif token == END:  # the board wants no more: a syntax error, or no memory
                    self.write(END)
                    return True
                else:
                    raise TimeoutError
            chunk = rest[:room]
            self.write(bytes(chunk))
            room -= len(chunk)
            rest = rest[len(chunk) :]
            self._pull(0)
        self.write(END)
        self._read_until(END, ANSWER_TIMEOUT)
        return True

    def _collect(self, timeout: float | None, on_data: Callable[[bytes], None] | None) -> bytes:
        if on_data is None:
            return self._read_until(END, timeout)
        while True:
            if not self._input and not self._pull(timeout):
                raise TimeoutError
            data, end, rest = bytes(self._input).partition(END)
            self._input[:] = rest
            if data:
                on_data(data)
            if end:
                return b""

    def _stop_overdue(self, code: str, timeout: float | None) -> LinkTimeoutError:
        """Stop the program and return an error that tells what it was doing."""
        heard = decoded(bytes(self._input))[-SHOWN:].strip()
        self._input.clear()
        first = next((line.strip() for line in code.splitlines() if line.strip()), "")
        limit = f" within {timeout:g} s" if timeout is not None else ""
        message = f"{self.name} did not finish the program starting {first[:60]!r}{limit}"
        try:
            traceback = self.interrupt().strip()
        except LinkClosedError:
            return LinkTimeoutError(f"{message}, and has gone.")
        except LinkError:
            return LinkTimeoutError(
                f"{message}, and does not react to Ctrl-C.",
                "Press the board's reset button.",
            )
        place = [line.strip() for line in traceback.splitlines() if line.startswith("  File")]
        if place:
            message += f"; it was stopped at {place[-1]}"
        if heard:
            message += f"; its last output was {heard!r}"
        return LinkTimeoutError(f"{message}.", "Give it more time, or make it do less.", traceback)

    # ---- Bytes ------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send bytes to the board.

        Raises
        ------
        LinkTimeoutError
            If the board does not take them.
        """
        try:
            self.channel.write(data, ANSWER_TIMEOUT)
        except TimeoutError:
            raise LinkTimeoutError(
                f"{self.name} takes no input.", "Press the board's reset button."
            ) from None

    def drain(self, quiet: float = 0.05) -> bytes:
        """Take what the board sends until it is quiet for so many seconds, and return it."""
        data = bytearray()
        end = time.monotonic() + ANSWER_TIMEOUT
        while time.monotonic() < end:
            received = self.channel.read(quiet)
            if not received:
                break
            data += received
        return bytes(data)

    def read_line(self, timeout: float) -> bytes:
        """Return the next line that the running program prints, without its end.

        Raises
        ------
        TimeoutError
            If none comes in time.
        ProgramEndedError
            If the program ends instead.
        """
        end = time.monotonic() + timeout
        while True:
            line, newline, rest = bytes(self._input).partition(b"\n")
            if END in line:
                raise ProgramEndedError
            if newline:
                self._input[:] = rest
                return line.rstrip(b"\r")
            if not self._pull(end - time.monotonic()):
                raise TimeoutError

    def _pull(self, timeout: float | None) -> bool:
        """Wait for input and keep it; return whether there was any."""
        try:
            data = self.channel.read(FOR_EVER if timeout is None else timeout)
        except LinkClosedError:
            # An emulated processor says why it stops, and ends.
            text = decoded(bytes(self._input))
            if CRASH in text:
                reason = text[text.rindex(CRASH) :].splitlines()[0]
                raise LinkClosedError(f"{self.name} has crashed: {reason}.") from None
            raise
        self._input += data
        return bool(data)

    def _read_until(self, mark: bytes, timeout: float | None) -> bytes:
        end = None if timeout is None else time.monotonic() + timeout
        searched = 0
        while (place := self._input.find(mark, searched)) < 0:
            searched = max(len(self._input) - len(mark) + 1, 0)
            left = None if end is None else end - time.monotonic()
            if (left is not None and left <= 0) or not self._pull(left):
                raise TimeoutError
        data = bytes(self._input[:place])
        del self._input[: place + len(mark)]
        return data

    def _read_exactly(self, length: int, timeout: float) -> bytes:
        end = time.monotonic() + timeout
        while len(self._input) < length:
            if not self._pull(end - time.monotonic()):
                raise TimeoutError
        data = bytes(self._input[:length])
        del self._input[:length]
        return data

    def _wait_for(self, mark: bytes, timeout: float) -> bool:
        try:
            self._read_until(mark, timeout)
        except TimeoutError:
            return False
        return True


class Pieces:
    """Hands over output as text as soon as it comes, with plain newlines.

    Parameters
    ----------
    on_text
        Called with each piece, which may begin and end anywhere.
    """

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._return = ""  # a carriage return whose newline may still come

    def add(self, data: bytes) -> None:
        """Take the next piece."""
        text = (self._return + self._decoder.decode(data)).replace("\r\n", "\n")
        self._return = "\r" if text.endswith("\r") else ""
        text = text.removesuffix(self._return)
        if text:
            self._on_text(text)


class Lines:
    """Cuts output that comes in pieces into lines of text.

    Parameters
    ----------
    on_line
        Called with each line, without its end.
    """

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def add(self, data: bytes) -> None:
        """Take the next piece."""
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        for line in lines:
            self._on_line(line.rstrip("\r"))

    def finish(self) -> None:
        """Hand over what is left of a last line without end."""
        if self._rest:
            self._on_line(self._rest)
            self._rest = ""
