"""A link to a board: run programs on it, and read and write its files."""

import ast
import base64
import contextlib
import hashlib
import posixpath
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from .channel import Channel
from .errors import LinkError, LinkTimeoutError
from .raw_repl import Lines, Pieces, RawRepl, decoded

DEFAULT_TIMEOUT = 10.0  # seconds
LINE_TIMEOUT = 10.0  # for the next line of a file; flash memory that is being erased takes a while

# A line must fit the smallest input buffer in use, which is ESP32's of 256 bytes.
BYTES_PER_LINE = 180

ARCHITECTURES = (
    *("none", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp"),
    *("xtensa", "xtensawin", "rv32imc", "rv64imc"),
)

# Each ARM core runs the code of those before it. Firmware without floating-point unit calls itself
# armv7em on a Cortex-M3 too, which lacks that architecture's own instructions.
LOADABLE = {
    "none": (),
    "armv7m": ("armv7m", "armv6m"),
    "armv7em": ("armv7m", "armv6m"),
    "armv7emsp": ("armv7emsp", "armv7em", "armv7m", "armv6m"),
    "armv7emdp": ("armv7emdp", "armv7emsp", "armv7em", "armv7m", "armv6m"),
}


@dataclass(frozen=True)
class BoardInfo:
    """What a board is.

    Attributes
    ----------
    machine
        What it calls itself.
    platform
        MicroPython's port, ``sys.platform``.
    version
        MicroPython's version.
    mpy_abi
        Version of the ``.mpy`` files it loads: (major, minor).
    architecture
        Of the native modules it loads, as ``mpy-cross -march`` spells it; ``none`` if it loads
        none.
    float_kind
        ``none``, ``truncated`` (two bits less than single), ``single`` or ``double``.
    free_heap, free_flash
        Bytes.
    """

    machine: str
    platform: str
    version: str
    mpy_abi: tuple[int, int]
    architecture: str
    float_kind: str
    free_heap: int
    free_flash: int

    @property
    def loadable(self) -> tuple[str, ...]:
        """Architectures of native modules that run on the board, the fittest first."""
        return LOADABLE.get(self.architecture, (self.architecture,))


@dataclass(frozen=True)
class Entry:
    """A file or folder on a board."""

    name: str
    is_folder: bool
    size: int


class Link:
    """A link to a board that runs MicroPython; get one from `open_link`.

    The board's raw REPL is entered at the start and left at the end, and boards keep what they
    have imported in between: `soft_reset` gives a fresh one.

    Parameters
    ----------
    channel
        Where the board's console is.
    name
        How the user calls the board, such as ``sim:m3``.

    Examples
    --------
    >>> with open_link("sim:m3") as link:
    ...     print(link.execute("print(6 * 7)"))
    42
    """

    def __init__(self, channel: Channel, name: str) -> None:
        self.name = name
        self._channel = channel
        self._repl = RawRepl(channel, name)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Stop what runs on the board and get its attention; `open_link` has done so."""
        self._repl.enter()

    def close(self) -> None:
        """Leave the board at its friendly prompt and release it; more than once does no harm."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(LinkError):
                self._repl.leave()
            self._channel.close()

    # ---- Programs ---------------------------------------------------------------------------

    def execute(self, code: str, timeout: float | None = DEFAULT_TIMEOUT) -> str:
        """Run a program to its end and return what it printed.

        Parameters
        ----------
        code
            Python source; common indentation is taken away.
        timeout
            Seconds; None waits for ever.

        Raises
        ------
        BoardError
            If the program ends with an exception.
        LinkTimeoutError
            If it does not end in time. It is stopped then; the error says where it was.
        """
        return decoded(self._repl.execute(textwrap.dedent(code), timeout))

    def evaluate(self, expression: str, timeout: float | None = DEFAULT_TIMEOUT) -> Any:
        """Return an expression's value: numbers, text, bytes, and containers of these."""
        return ast.literal_eval(self.execute(f"print(repr({expression}))", timeout).strip())

    def stream(
        self, code: str, on_line: Callable[[str], None], timeout: float | None = None
    ) -> None:
        """Run a program, with its output as it comes.

        If `on_line` raises an exception, or the user presses Ctrl-C, the program is stopped and
        the exception goes on.

        Parameters
        ----------
        code
            As for `execute`.
        on_line
            Called with each line that the program prints.
        timeout
            Seconds without any output after which the program is stopped; None waits for ever.

        Raises
        ------
        BoardError, LinkTimeoutError
            As for `execute`.
        """
        lines = Lines(on_line)
        self._repl.execute(textwrap.dedent(code), timeout, on_data=lines.add)
        lines.finish()

    def watch(
        self, code: str, on_text: Callable[[str], None], timeout: float | None = None
    ) -> None:
        """Run a program, with its output as it comes, lines that are not complete included.

        Parameters
        ----------
        code, timeout
            As for `stream`.
        on_text
            Called with each piece of what the program prints.

        Raises
        ------
        BoardError, LinkTimeoutError
            As for `execute`.
        """
        self._repl.execute(textwrap.dedent(code), timeout, on_data=Pieces(on_text).add)

    def interrupt(self) -> str:
        """Stop a running program as Ctrl-C does; return the board's report of where it was."""
        return self._repl.interrupt()

    def soft_reset(self) -> None:
        """Restart the interpreter. ``boot.py`` runs, ``main.py`` does not."""
        self._repl.soft_reset()

    # ---- Files ------------------------------------------------------------------------------

    def put(
        self, path: str, data: bytes, on_progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write a file, whole or not at all.

        It goes to a temporary name first, is read back and compared by checksum, and takes its
        name then. Missing parent folders are made.

        Parameters
        ----------
        path
            Where on the board, from the root.
        data
            The content.
        on_progress
            Called with the number of bytes sent and in total.

        Raises
        ------
        BoardError
            If the board cannot write it, for example for lack of space.
        LinkError
            If it does not arrive unharmed.
        """
        path = _absolute(path)
        temporary = path + ".part"
        if (parent := posixpath.dirname(path)) != "/":
            self.mkdir(parent)

        def send(repl: RawRepl) -> None:
            for start in range(0, len(data), BYTES_PER_LINE):
                repl.write(base64.b64encode(data[start : start + BYTES_PER_LINE]) + b"\n")
                if repl.read_line(LINE_TIMEOUT) != b"+":
                    raise TimeoutError
                if on_progress is not None:
                    on_progress(min(start + BYTES_PER_LINE, len(data)), len(data))

        lines = -(-len(data) // BYTES_PER_LINE)
        try:
            self._talk(_RECEIVE.format(path=temporary, lines=lines), send)
            found = self.checksum(temporary)
            if found != _checksum_like(found, data):
                raise LinkError(
                    f"{path} did not arrive unharmed on {self.name}; the old file is unchanged.",
                    "Try again; if it persists, check the cable or lower the speed.",
                )
            self.execute(_REPLACE.format(temporary=temporary, path=path))
        except LinkTimeoutError:
            raise
        except LinkError:
            self._remove_quietly(temporary)
            raise

    def get(self, path: str, on_progress: Callable[[int], None] | None = None) -> bytes:
        """Return a file's content.

        Parameters
        ----------
        path
            Where on the board, from the root.
        on_progress
            Called with the number of bytes received so far.
        """
        path = _absolute(path)
        received = bytearray()

        def take(line: str) -> None:
            received.extend(base64.b64decode(line))
            if on_progress is not None:
                on_progress(len(received))

        self.stream(_SEND.format(path=path, length=BYTES_PER_LINE), take, LINE_TIMEOUT)
        data = bytes(received)
        found = self.checksum(path)
        if found != _checksum_like(found, data):
            raise LinkError(f"{path} did not arrive unharmed from {self.name}.", "Try again.")
        return data

    def checksum(self, path: str) -> str:
        """Return ``<method>:<digits>`` of a file's content, by the best method the board has."""
        return self.execute(_CHECKSUM.format(path=_absolute(path)), timeout=60).strip()

    def holds(self, path: str, data: bytes) -> bool:
        """Tell whether there is a file of that name with exactly this content."""
        if not self.exists(path):
            return False
        found = self.checksum(path)
        return found == _checksum_like(found, data)

    def exists(self, path: str) -> bool:
        """Tell whether there is a file or folder of that name."""
        return self._stat(path) is not None

    def list(self, path: str = "/") -> list[Entry]:
        """Return what a folder holds, sorted by name."""
        code = _LIST.format(path=_absolute(path))
        found = [ast.literal_eval(line) for line in self.execute(code).splitlines()]
        return sorted((Entry(*entry) for entry in found), key=lambda entry: entry.name)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it; absence does no harm."""
        self.execute(_REMOVE.format(path=_absolute(path)))

    def mkdir(self, path: str) -> None:
        """Make a folder and its parents, as far as they are missing."""
        self.execute(_MKDIR.format(path=_absolute(path)))

    def free_space(self, path: str = "/") -> int:
        """Return the free bytes of the file system that holds the path."""
        return int(self.execute(_FREE.format(path=_absolute(path))))

    # ---- The board --------------------------------------------------------------------------

    def info(self) -> BoardInfo:
        """Ask the board what it is."""
        machine, platform, version, mpy, float_kind, free_heap, free_flash = ast.literal_eval(
            self.execute(_INFO).strip()
        )
        architecture = mpy >> 10 & 0xF
        return BoardInfo(
            machine=machine,
            platform=platform,
            version=version,
            mpy_abi=(mpy & 0xFF, mpy >> 8 & 3),
            architecture=(
                ARCHITECTURES[architecture] if architecture < len(ARCHITECTURES) else "unknown"
            ),
            float_kind=float_kind,
            free_heap=free_heap,
            free_flash=free_flash,
        )

    def _stat(self, path: str) -> tuple[int, ...] | None:
        code = f"import os\ntry: print(os.stat({_absolute(path)!r}))\nexcept OSError: print(None)"
        result: tuple[int, ...] | None = ast.literal_eval(self.execute(code).strip())
        return result

    def _talk(self, code: str, session: Callable[[RawRepl], None]) -> None:
        self._repl.execute(textwrap.dedent(code), LINE_TIMEOUT, session=session)

    def _remove_quietly(self, path: str) -> None:
        with contextlib.suppress(LinkError):
            self.remove(path)


def _absolute(path: str) -> str:
    """Return the path from the root; its quotes must not end a string on the board."""
    return posixpath.normpath("/" + path)


def _checksum_like(model: str, data: bytes) -> str:
    """Return the checksum of data by the method that another checksum names."""
    method = model.partition(":")[0]
    if method == "sha256":
        return f"sha256:{hashlib.sha256(data).hexdigest()}"
    if method == "crc32":
        return f"crc32:{zlib.crc32(data)}"
    return f"adler32:{zlib.adler32(data)}"


# ---- Programs for the board -----------------------------------------------------------------
# They run on every MicroPython since 1.20, and leave no names behind.

_RECEIVE = """
def _f():
    import sys, binascii
    with open({path!r}, "wb") as f:
        for _ in range({lines}):
            f.write(binascii.a2b_base64(sys.stdin.readline()))
            print("+")
_f()
del _f
"""

_SEND = """
def _f():
    import binascii
    b = bytearray({length})
    with open({path!r}, "rb") as f:
        while n := f.readinto(b):
            print(str(binascii.b2a_base64(memoryview(b)[:n]), "ascii"), end="")
_f()
del _f
"""

_REPLACE = """
import os
try:
    os.rename({temporary!r}, {path!r})
except OSError: # FAT does not replace
    os.remove({path!r})
    os.rename({temporary!r}, {path!r})
"""

# crc32 and sha256 are compiled out of small firmware; Adler-32 is quickly written.
_CHECKSUM = """
def _f():
    import binascii
    b = bytearray(512)
    with open({path!r}, "rb") as f:
        try:
            import hashlib
            h = hashlib.sha256()
            while n := f.readinto(b):
                h.update(memoryview(b)[:n])
            print("sha256:" + str(binascii.hexlify(h.digest()), "ascii"))
        except (ImportError, AttributeError):
            if hasattr(binascii, "crc32"):
                s = 0
                while n := f.readinto(b):
                    s = binascii.crc32(memoryview(b)[:n], s)
                print("crc32:%d" % s)
            else:
                s, t = 1, 0
                while n := f.readinto(b):
                    for i in range(n):
                        s = (s + b[i]) % 65521
                        t = (t + s) % 65521
                print("adler32:%d" % (t << 16 | s))
_f()
del _f
"""

_LIST = """
import os
for _e in os.ilistdir({path!r}):
    _s = os.stat(({path!r} + "/" + _e[0]).replace("//", "/"))
    print(repr((_e[0], _e[1] == 0x4000, 0 if _e[1] == 0x4000 else _s[6])))
"""

_REMOVE = """
def _f(p):
    import os
    try:
        folder = os.stat(p)[0] & 0x4000
    except OSError:
        return
    if folder:
        for e in list(os.ilistdir(p)):
            _f(p + "/" + e[0])
        os.rmdir(p)
    else:
        os.remove(p)
_f({path!r})
del _f
"""

_MKDIR = """
def _f(p):
    import os
    for i in range(1, len(p) + 1):
        if i == len(p) or p[i] == "/":
            try:
                os.mkdir(p[:i])
            except OSError as e:
                if e.errno != 17:
                    raise
_f({path!r})
del _f
"""

_FREE = """
import os
_s = os.statvfs({path!r})
print(_s[1] * _s[4])
"""

_INFO = """
def _f():
    import sys, gc, os
    try:
        one = eval("1.0")
        kind = ("double" if one + one / 2**40 != one else
                "single" if one + one / 2**23 != one else "truncated")
    except Exception:
        kind = "none"
    s = os.statvfs("/")
    i = sys.implementation
    v = ".".join(str(n) for n in i.version[:3])
    gc.collect()
    print(repr((getattr(i, "_machine", "?"), sys.platform, v, getattr(i, "_mpy", 0), kind,
                gc.mem_free(), s[1] * s[4])))
_f()
del _f
"""
