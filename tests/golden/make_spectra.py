"""Make tests/golden/spectra.vectors: ``python tests/golden/make_spectra.py``.

Records by variant: 0 ... 3 the FFT of float32 by kind (core/dsp/fft_kind.h), 4 ... 7 that of int16,
8 and 9 windows of float32 and int16, 10 and 11 the STFT of float32 and int16, 12 and 13 Goertzel of
float32 and int16. Outputs of int16 are widened to 32 bits. Values are numpy's and scipy's in double
precision; bits come from the C core built for this machine.
"""

from __future__ import annotations

import ctypes
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import get_window, stft
from vectors import Record, write_vectors

HERE = Path(__file__).resolve().parent
CORE = HERE.parent.parent / "core"
FLAGS = ["-std=c11", "-O2", "-ffreestanding", "-ffp-contract=off", "-shared", "-fPIC"]
SOURCES = [
    *("base/sine.c", "base/square_root.c", "dsp/fft.c", "dsp/fft_complex.c", "dsp/fft_q15.c"),
    *("dsp/fft_q15_inverse.c", "dsp/window.c", "dsp/window_fill.c", "dsp/window_q15.c"),
    *("dsp/stft_open.c", "dsp/stft.c", "dsp/stft_q15.c", "dsp/goertzel_open.c", "dsp/goertzel.c"),
    "dsp/goertzel_q15.c",
]
Array = npt.NDArray[Any]
WINDOWS = ["boxcar", "hann", "hamming", "blackman", "flattop", ("kaiser", 8.5)]


def core() -> ctypes.CDLL:
    """Return the core, built for this machine."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "spectra.so"
        files = [str(CORE / source) for source in SOURCES]
        subprocess.run(["cc", *FLAGS, f"-I{CORE}", *files, "-o", str(library)], check=True)
        return ctypes.CDLL(str(library))


def pointer(array: Array) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


class Opened:
    """An object of the core with its work memory, if it has any."""

    def __init__(self, library: ctypes.CDLL, kind: str, payload: bytes, work: str = "") -> None:
        self.struct = np.zeros(32, np.uint64)
        self.words = np.frombuffer(payload, np.uint32).copy()
        status = library[f"sl_{kind}_open"](
            pointer(self.struct), pointer(self.words), ctypes.c_size_t(len(payload))
        )
        assert status == 0, (kind, payload.hex(), status)
        if work:
            size = library[f"sl_{work}_work_size"]
            size.restype = ctypes.c_size_t
            self.work = np.full(size(pointer(self.struct)), 0xA5, np.uint8)
            library[f"sl_{work}_prepare"](pointer(self.struct), pointer(self.work))


def packed(bins: Array) -> Array:
    """Return bins 0 ... n/2 as the core packs them."""
    rest = bins[..., 1:-1].copy().view(np.float64)
    return np.concatenate([bins[..., :1].real, bins[..., -1:].real, rest], -1)


class Maker:
    """Collects records, and whether all bits are where they must be."""

    def __init__(self) -> None:
        self.core = core()
        self.random = np.random.default_rng(20261122)
        self.records: list[Record] = []

    def noise(self, count: int, fixed: bool) -> Array:
        if fixed:
            return self.random.integers(-32768, 32768, count).astype("<i2")
        return self.random.uniform(-1, 1, count).astype("<f4")

    def add(
        self,
        variant: int,
        name: str,
        payload: bytes,
        x: Array,
        out: Array,
        wanted: Array,
        off: float,
    ) -> None:
        """Add a record; `off` is the tolerance of every value."""
        bits = out.view(np.uint32) if out.itemsize == 4 else out.astype(np.int32).view(np.uint32)
        error = np.abs(out.astype(np.float64) - wanted).max()
        if error > off:
            sys.exit(f"{name}: off by {error:.3g}, more than {off:.3g}")
        self.records.append(
            Record(
                name, payload, 0, x[np.newaxis], bits[np.newaxis], wanted[np.newaxis],
                np.full((1, wanted.size), off), variant,
            )
        )  # fmt: skip

    def fft(self, n: int, fixed: bool) -> None:
        kind = "fft_q15" if fixed else "fft"
        payload = struct.pack("<I", 1 | n << 16)
        opened = Opened(self.core, kind, payload, kind)
        for number, what in enumerate(("real", "real inverse", "complex", "complex inverse")):
            x = self.noise(n << (number >> 1), fixed)
            if fixed and number & 1:
                x //= 256  # a spectrum that fits
            exact = x.astype(np.float64)
            if number == 0:
                wanted = packed(np.fft.rfft(exact)) / (n if fixed else 1)
            elif number == 1:
                parts: list[Any] = [exact[:1], [0], exact[2:], exact[1:2], [0]]
                spectrum = np.concatenate(parts).view(np.complex128)
                wanted = np.fft.irfft(spectrum, n) * (n if fixed else 1)
            elif number == 2:
                spectrum = np.fft.fft(exact.view(np.complex128))
                wanted = spectrum.view(np.float64) / (2 * n if fixed else 1)
            else:
                samples = np.fft.ifft(exact.view(np.complex128))
                wanted = samples.view(np.float64) * (2 * n if fixed else 1)
            wanted = np.clip(wanted, -32768, 32767) if fixed else wanted
            out = x.copy()
            self.core[f"sl_{kind}_transform"](
                pointer(opened.struct), number, pointer(out), pointer(opened.work)
            )
            # Inverse, int16: rounding of the passes, summed over n bins.
            off = 1e-6 * float(np.abs(wanted).max())
            off = (6 * np.sqrt(n) if number & 1 else 4) if fixed else off
            self.add(number + 4 * fixed, f"{kind} {n} {what}", payload, x, out, wanted, off)

    def window(self, kind: int, n: int, symmetric: bool) -> None:
        theirs = WINDOWS[kind]
        beta = round(8.5 * 4096) if kind == 5 else 0
        payload = struct.pack("<II", 1 | kind << 8 | symmetric << 15 | n << 16, beta)
        opened = Opened(self.core, "window", payload)
        wanted = get_window(theirs, n, fftbins=not symmetric)
        none = np.zeros(0, np.float32)
        name = f"{theirs if kind < 5 else 'kaiser'} {n}"
        out = np.zeros(n, np.float32)
        self.core.sl_window_fill(pointer(opened.struct), pointer(out))
        self.add(8, name, payload, none, out, wanted, 5e-8)
        fixed = np.zeros(n, np.int16)
        self.core.sl_window_q15_fill(pointer(opened.struct), pointer(fixed))
        wanted = np.minimum(32768 * wanted, 32767)
        self.add(9, name + " int16", payload, none, fixed, wanted, 0.501)

    def stft(self, n: int, length: int, hop: int, output: int, fixed: bool) -> None:
        payload = struct.pack("<4I", 1 | output << 8 | n << 16, 1 | 1 << 8 | length << 16, 0, hop)
        kind = "stft_q15" if fixed else "stft"
        opened = Opened(self.core, "stft", payload, kind)
        x = self.noise(length + 3 * hop, fixed)
        window = get_window("hann", length)
        bins = stft(x * 1.0, 1.0, window, length, length - hop, n, boundary=None, padded=False)[2]
        rows = np.ascontiguousarray(bins.T) * window.sum() / (n if fixed else 1)
        wanted = [packed(rows), np.abs(rows), np.abs(rows) ** 2][output].ravel()
        types = ["<i2", "<i2", "<u4"] if fixed else ["<f4"] * 3
        out = np.zeros(wanted.size, types[output])
        self.core[f"sl_{kind}_process"](
            pointer(opened.struct), pointer(x), ctypes.c_size_t(x.size), pointer(out),
            pointer(opened.work),
        )  # fmt: skip
        largest = float(np.abs(wanted).max())
        off = [4.0, 5.0, 10 * np.sqrt(largest) + 25][output] if fixed else 2e-6 * largest
        self.add(10 + fixed, f"{kind} {n} {length} {hop} {output}", payload, x, out, wanted, off)

    def goertzel(self, n: int, fixed: bool) -> None:
        steps = np.array([0, 2, 2 << 24, 123456788, 1 << 30, 1987654320, 1 << 31], "<u4")
        payload = struct.pack("<I", 1 | steps.size << 8 | n << 16) + steps.tobytes()
        kind = "goertzel_q15" if fixed else "goertzel"
        opened = Opened(self.core, "goertzel", payload, kind)
        x = self.noise(n, fixed)
        turns = np.outer(steps / 2.0**32, np.arange(n))
        wanted = (np.exp(-2j * np.pi * turns) @ x.astype(np.float64)).view(np.float64)
        wanted *= 2.0**15 / n if fixed else 1
        out = np.zeros(wanted.size, "<i4" if fixed else "<f4")
        self.core[f"sl_{kind}_process"](
            pointer(opened.struct), pointer(x), ctypes.c_size_t(n), pointer(out),
            pointer(opened.work),
        )  # fmt: skip
        off = 2.0**15 if fixed else 5e-5 * n
        self.add(12 + fixed, f"{kind} {n}", payload, x, out, wanted, off)


def main() -> None:
    """Write the vectors."""
    maker = Maker()
    for n in (16, 32, 64, 256):
        maker.fft(n, False)
        maker.fft(n, True)
    for kind in range(6):
        maker.window(kind, 60, False)
        maker.window(kind, 61, True)
    for output in range(3):
        for fixed in (False, True):
            maker.stft(64, 50, 20, output, fixed)
    for n in (1, 205, 700):
        maker.goertzel(n, False)
        maker.goertzel(n, True)
    path = HERE / "spectra.vectors"
    write_vectors(path, maker.records)
    print(f"{path.name}: {len(maker.records)} records, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
