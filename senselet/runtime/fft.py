"""Spectra on a board and on the laptop: FFT, windows, short-time transform, single frequencies."""

from struct import pack

from .errors import describe, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Buffer

WINDOWS = ("rectangular", "hann", "hamming", "blackman", "flattop", "kaiser")
OUTPUTS = ("spectrum", "magnitude", "power")


def _is_float(typecode: str) -> bool:
    if typecode not in ("f", "h"):
        raise ValueError(f"typecode {typecode!r}: expected 'f' (float32) or 'h' (int16)")
    return typecode == "f"


def _check_length(n: int) -> None:
    if not 16 <= n <= 4096 or n & (n - 1):
        raise ValueError(f"an FFT of {n}: expected a power of two, 16 ... 4096")


def _checked(thing: "Any", what: str) -> "Any":
    if isinstance(thing, int):
        raise failure(thing, what)
    return thing


def _wrong(status: int, hint: str, *found: object) -> Exception:
    return failure(status, "a buffer", hint + "; found " + ", ".join([describe(f) for f in found]))


class FFT:
    """Fast Fourier transforms of one length, in place.

    The spectrum of a real signal is packed into the signal's own n items: X[0] and X[n/2], which
    are real, then real and imaginary parts of X[1] ... X[n/2 - 1]. Complex signals and spectra are
    2 n items, real and imaginary parts in turn.

    float32: the forward transforms are plain sums, the inverse ones divide by n. int16: the
    spectrum is 1/n of the sums for real, 1/(2n) for complex signals, and the inverse ones undo
    that; nothing can overflow.

    Parameters
    ----------
    n
        Length: 16, 32, ... 4096.
    typecode
        "f" for float32, "h" for int16: buffers as ``array.array`` has them.

    Examples
    --------
    >>> from array import array
    >>> x = array("f", [1, 0, -1, 0] * 4)
    >>> FFT(16).real(x)
    >>> x[8]  # the real part of X[4]
    8.0
    """

    def __init__(self, n: int, typecode: str = "f") -> None:
        if _is_float(typecode):
            from . import _fft as module
        else:
            from . import _fft_q15 as module  # type: ignore[no-redef]
        _check_length(n)
        self.n = n
        self._typecode = typecode
        self._transform = _checked(module.open_transform(pack("<I", 1 | n << 16), 0, 4), "the FFT")

    def real(self, x: "Buffer") -> None:
        """Replace n samples by their packed spectrum."""
        self._run(0, x)

    def real_inverse(self, x: "Buffer") -> None:
        """Replace a packed spectrum by its n samples."""
        self._run(1, x)

    def complex(self, x: "Buffer") -> None:
        """Replace n complex samples by their spectrum."""
        self._run(2, x)

    def complex_inverse(self, x: "Buffer") -> None:
        """Replace n complex bins by their samples."""
        self._run(3, x)

    def _run(self, kind: int, x: "Buffer") -> None:
        status = self._transform.run(kind, x)
        if status:
            count = self.n << (kind >> 1)
            raise _wrong(status, f"expected {count} writable items of type {self._typecode!r}", x)


def _window_words(name: str, n: int, symmetric: bool, beta: float) -> "tuple[int, int]":
    """The payload of core/dsp/window.h."""
    if name not in WINDOWS:
        raise ValueError(f"there is no window {name!r}; known are {', '.join(WINDOWS)}")
    if not 1 <= n <= 65535:
        raise ValueError(f"a window of {n} samples: expected 1 ... 65535")
    units = 0
    if name == "kaiser":
        if not 0 <= beta <= 20:
            raise ValueError(f"a Kaiser window's beta is 0 ... 20, not {beta}")
        units = int(beta * 4096 + 0.5)
    return 1 | WINDOWS.index(name) << 8 | symmetric << 15 | n << 16, units


class Window:
    """A window function: its values, and samples multiplied by them.

    The values are those of ``scipy.signal.get_window(name, n, fftbins=not symmetric)``.

    Parameters
    ----------
    name
        One of `WINDOWS`.
    n
        Samples.
    typecode
        "f" for float32, "h" for int16, where 32767 stands for 1.
    symmetric
        For filter design; otherwise periodic, for spectra.
    beta
        Of the Kaiser window, 0 ... 20, in steps of 1/4096.

    Attributes
    ----------
    values : array
        The window.

    Examples
    --------
    >>> Window("hann", 4).values
    array('f', [0.0, 0.5, 1.0, 0.5])
    """

    def __init__(
        self,
        name: str,
        n: int,
        typecode: str = "f",
        symmetric: bool = False,
        beta: float = 0.0,
    ) -> None:
        from array import array

        from . import _window

        size = 4 if _is_float(typecode) else 2
        payload = pack("<2I", *_window_words(name, n, symmetric, beta))
        self._window = _checked(_window.open_function(payload, 0, 8), "the window")
        self.values = array(typecode, bytes(size * n))
        self._window.fill(self.values)

    def multiply(self, x: "Buffer") -> None:
        """Multiply n samples, in place."""
        status = self._window.multiply(x, self.values)
        if status:
            raise _wrong(status, "expected writable items as " + describe(self.values), x)


class STFT:
    """Short-time Fourier transform: a row for each windowed frame of a stream.

    Rows don't depend on how the stream is cut into blocks. Allocates nothing once it is made.

    Parameters
    ----------
    n
        Length of the transform: 16, 32, ... 4096.
    hop
        Samples from one frame to the next, 1 ... `length`.
    window, symmetric, beta
        As for `Window`.
    length
        Samples of a frame, 1 ... n, followed by zeros up to n; n unless told.
    output
        "spectrum": packed as `FFT` has it, n items; "magnitude" or "power": n/2 + 1 items.
    typecode
        "f" for float32, "h" for int16. For int16 all is scaled as by `FFT`: 1/n of the sums;
        power, in units of 2^-30, goes into an array of type "I".

    Attributes
    ----------
    row : int
        Items in a row.

    Examples
    --------
    >>> from array import array
    >>> stft = STFT(16, 8, output="magnitude")
    >>> block = array("f", [1, 0, -1, 0] * 5)
    >>> out = array("f", bytes(4 * stft.row * stft.rows(len(block))))
    >>> stft.process(block, out)
    1
    >>> out[4]
    4.0
    """

    def __init__(
        self,
        n: int,
        hop: int,
        window: str = "hann",
        length: "int | None" = None,
        output: str = "power",
        typecode: str = "f",
        symmetric: bool = False,
        beta: float = 0.0,
    ) -> None:
        _check_length(n)
        length = n if length is None else length
        words = _window_words(window, length, symmetric, beta)
        if length > n or not 1 <= hop <= length:
            raise ValueError(
                f"frames of {length} samples, {hop} apart, for an FFT of {n}: expected no more "
                + "samples than that, and a hop of 1 ... the frame's length"
            )
        if output not in OUTPUTS:
            raise ValueError(f"there is no output {output!r}; known are {', '.join(OUTPUTS)}")
        kind = OUTPUTS.index(output)
        payload = pack("<4I", 1 | kind << 8 | n << 16, words[0], words[1], hop)
        if _is_float(typecode):
            from . import _stft

            transform: "Any" = _stft.open(payload, 0, 16)
        else:
            from . import _stft_q15

            transform = _stft_q15.open_stream(payload, 0, 16)
        self.n = n
        self.hop = hop
        self.row = n // 2 + 1 if kind else n
        self._types = typecode + ("I" if kind == 2 and typecode == "h" else typecode)
        self._transform: "Any" = _checked(transform, "the STFT")
        self._process: "Any" = self._transform.process
        if self._types[1] == "I":
            self._process = self._transform.process_power

    def rows(self, count: int) -> int:
        """Rows that the next `count` samples complete."""
        return self._transform.rows(count)  # type: ignore[no-any-return]

    def process(self, block: "Buffer", out: "Buffer") -> int:
        """Take the next samples; write the rows that they complete, one after the other.

        Parameters
        ----------
        block
            Samples, any number of them.
        out
            At least ``rows(len(block)) * row`` items.

        Returns
        -------
        int
            Rows written.
        """
        rows: int = self._process(block, out)
        if rows < 0:
            kinds = self._types
            hint = f"expected samples of type {kinds[0]!r}, and room for whole rows of {self.row} "
            raise _wrong(rows, hint + f"items of type {kinds[1]!r}", block, out)
        return rows

    def clear(self) -> None:
        """Forget the samples so far, for instance after a gap."""
        self._transform.clear()


class Goertzel:
    """The spectrum at a few frequencies, of block after block of a stream: Goertzel's algorithm.

    A row holds real and imaginary part of the discrete Fourier transform of n samples at each
    frequency. For float32 it is the plain sum; for int16 it is the sum divided by n, as int32 in
    units of 2^-15 of the samples' unit. Allocates nothing once it is made.

    Parameters
    ----------
    frequencies
        In hertz, 0 ... rate / 2, rounded to a thousandth; 1 ... 64 of them.
    rate
        Samples a second, an integer.
    n
        Samples of a row, 1 ... 65535.
    typecode
        "f" for float32, "h" for int16 (rows are of type "i").

    Attributes
    ----------
    row : int
        Items in a row: two a frequency.

    Examples
    --------
    >>> from array import array
    >>> tone = Goertzel([1000], 8000, 80)
    >>> out = array("f", [0, 0])
    >>> tone.process(array("f", [1, 0, -1, 0] * 20), out)  # 2 kHz
    1
    >>> abs(out[0]) < 0.001 and abs(out[1]) < 0.001
    True
    """

    def __init__(
        self, frequencies: "Sequence[float]", rate: int, n: int, typecode: str = "f"
    ) -> None:
        count = len(frequencies)
        if not (1 <= count <= 64 and 1 <= n <= 65535):
            raise ValueError(
                f"{count} frequencies of {n} samples; expected 1 ... 64 of 1 ... 65535"
            )
        payload = pack("<I", 1 | count << 8 | n << 16)
        for frequency in frequencies:
            if not 0 <= 2 * frequency <= rate:
                raise ValueError(f"{frequency} Hz: expected 0 ... {rate} / 2")
            # In integers: floats differ from board to board.
            millihertz = int(frequency * 1000 + 0.5)
            step = ((millihertz << 32) // (1000 * rate) + 1) // 2
            payload += pack("<I", 2 * min(step, 1 << 30))
        if _is_float(typecode):
            from . import _goertzel as module
        else:
            from . import _goertzel_q15 as module  # type: ignore[no-redef]
        self.row = 2 * count
        self._types = "ff" if typecode == "f" else "hi"
        self._tones: "Any" = _checked(
            module.open_stream(payload, 0, len(payload)), "the set of frequencies"
        )

    def rows(self, count: int) -> int:
        """Rows that the next `count` samples complete."""
        return self._tones.rows(count)  # type: ignore[no-any-return]

    def process(self, block: "Buffer", out: "Buffer") -> int:
        """Take the next samples; write the rows that they complete, one after the other.

        Parameters
        ----------
        block
            Samples, any number of them.
        out
            At least ``rows(len(block)) * row`` items.

        Returns
        -------
        int
            Rows written.
        """
        rows: int = self._tones.process(block, out)
        if rows < 0:
            hint = f"expected samples of type {self._types[0]!r}, and room for whole rows of "
            raise _wrong(rows, hint + f"{self.row} items of type {self._types[1]!r}", block, out)
        return rows

    def clear(self) -> None:
        """Forget the samples so far, for instance after a gap."""
        self._tones.clear()
