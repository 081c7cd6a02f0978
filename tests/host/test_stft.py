"""Short-time Fourier transform against scipy's, and streams cut anyhow."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import get_window, stft

from senselet.fft import STFT
from senselet.runtime import _stft

# numpy does not tell mypy that its arrays are buffers, before Python 3.12.
zeros: Any = np.zeros

SHAPES = [(16, 16, 16), (64, 10, 50), (256, 128, 256), (512, 160, 400), (1024, 1, 1000)]
FLOAT_ERROR = 4e-7  # relative, root mean square: window, product and transform


def sound(count: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)


def sound_q15(count: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).integers(-32768, 32768, count).astype(np.int16)


def expected(x: npt.NDArray[np.generic], n: int, hop: int, length: int) -> Any:
    """Rows of bins by scipy, without its division by the window's sum."""
    window = get_window("hann", length)
    bins = stft(
        x.astype(np.float64), 1.0, window, length, length - hop, n, boundary=None, padded=False
    )[2]
    return np.ascontiguousarray(bins.T) * window.sum()


def unpacked(rows: npt.NDArray[np.generic]) -> npt.NDArray[np.complex128]:
    none = np.zeros((len(rows), 1))
    parts = [rows[:, :1], none, rows[:, 2:], rows[:, 1:2], none]
    return np.concatenate(parts, 1).astype(np.float64).view(np.complex128)


@pytest.mark.parametrize(("n", "hop", "length"), SHAPES)
def test_float(n: int, hop: int, length: int) -> None:
    x = sound(length + 11 * hop + hop // 2)
    wanted = expected(x, n, hop, length)
    for output, view in (
        ("spectrum", wanted),
        ("magnitude", abs(wanted)),
        ("power", abs(wanted) ** 2),
    ):
        transform = STFT(n, hop, length=length, output=output)
        out = zeros((transform.rows(len(x)), transform.row), np.float32)
        assert transform.process(x, out) == len(out) == len(wanted) == 12
        found = unpacked(out) if output == "spectrum" else out
        assert np.linalg.norm(found - view) < 2 * FLOAT_ERROR * np.linalg.norm(view)


@pytest.mark.parametrize(("n", "hop", "length"), SHAPES)
def test_q15(n: int, hop: int, length: int) -> None:
    """Each of bins' two parts within 4 units, root mean square within 1."""
    x = sound_q15(length + 11 * hop)
    wanted = expected(x, n, hop, length) / n
    transform = STFT(n, hop, length=length, output="spectrum", typecode="h")
    out = zeros((transform.rows(len(x)), transform.row), np.int16)
    assert transform.process(x, out) == len(out) == len(wanted)
    bins = unpacked(out)
    error = np.abs(bins - wanted)
    assert error.max() < 4 * np.sqrt(2)
    assert np.sqrt((error**2).mean()) < np.sqrt(2)

    transform = STFT(n, hop, length=length, output="power", typecode="h")
    power = zeros((len(out), transform.row), np.uint32)
    transform.process(x, power)
    assert np.array_equal(power, np.abs(bins.real) ** 2 + bins.imag**2)
    transform = STFT(n, hop, length=length, output="magnitude", typecode="h")
    magnitude = zeros((len(out), transform.row), np.int16)
    transform.process(x, magnitude)
    assert np.array_equal(magnitude, np.minimum(np.round(np.sqrt(power)), 32767))


@given(
    st.sampled_from(SHAPES[:4]),
    st.lists(st.integers(0, 700), max_size=8),
    st.sampled_from(["f", "h"]),
    st.sampled_from(["spectrum", "magnitude", "power"]),
)
def test_how_the_stream_is_cut_does_not_matter(
    shape: tuple[int, int, int], cuts: list[int], typecode: str, output: str
) -> None:
    n, hop, length = shape
    x = sound(1500) if typecode == "f" else sound_q15(1500)
    kind = "f4" if typecode == "f" else "u4" if output == "power" else "i2"
    transform = STFT(n, hop, length=length, output=output, typecode=typecode)
    whole = zeros((transform.rows(len(x)), transform.row), kind)
    transform.process(x, whole)
    transform.clear()
    rows = []
    block: Any
    for block in np.split(x, np.cumsum(cuts)):
        out = zeros((transform.rows(len(block)), transform.row), kind)
        assert transform.process(block, out) == len(out)
        rows.append(out)
    assert np.concatenate(rows).tobytes() == whole.tobytes()


def test_a_missing_sample_spoils_its_frames_only() -> None:
    x = sound(2000)
    transform = STFT(64, 32)
    clean = zeros((transform.rows(len(x)), transform.row), np.float32)
    transform.process(x, clean)
    x[1000] = np.nan
    transform.clear()
    spoilt = zeros(clean.shape, np.float32)
    transform.process(x, spoilt)
    frames = np.isnan(spoilt).all(axis=1)
    assert list(np.flatnonzero(frames)) == [30, 31]
    assert np.all(spoilt[30:32].view(np.uint32) == 0x7FC00000)
    assert np.array_equal(spoilt[~frames], clean[~frames])


def test_step() -> None:
    """A window of a pipeline: all its rows, the same whatever came before."""
    payload = struct.pack(
        "<4I", 1 | 2 << 8 | 256 << 16, 1 | 1 << 8 | 200 << 16, 0, 100 | 1000 << 16
    )
    step: Any = _stft.open(payload, 0, len(payload))
    assert (step.inputs(), step.outputs()) == (1000, 9 * 129)
    x = sound(1000)
    out = zeros(9 * 129, np.float32)
    for _ in range(2):
        assert step.run(x, out) == 0
        wanted = np.abs(expected(x, 256, 100, 200)) ** 2
        assert np.linalg.norm(out - wanted.ravel()) < 2 * FLOAT_ERROR * np.linalg.norm(wanted)


def test_payloads_that_are_refused() -> None:
    good = [1 | 2 << 8 | 256 << 16, 1 | 1 << 8 | 200 << 16, 0, 100 | 1000 << 16]
    bad = [
        (0, 2 | 2 << 8 | 256 << 16),
        (0, 1 | 3 << 8 | 256 << 16),
        (0, 1 | 2 << 8 | 128 << 16),
        (0, 1 | 2 << 8 | 255 << 16),
        (0, 1 | 2 << 8 | 8192 << 16),
        (1, 1 | 6 << 8 | 200 << 16),
        (1, 1 | 1 << 8 | 257 << 16),
        (1, 1 | 1 << 8 | 0 << 16),
        (2, 1),
        (3, 0 | 1000 << 16),
        (3, 201 | 1000 << 16),
        (3, 100 | 199 << 16),
    ]
    assert not isinstance(_stft.open(struct.pack("<4I", *good), 0, 16), int)
    for place, word in bad:
        words = good.copy()
        words[place] = word
        assert isinstance(_stft.open(struct.pack("<4I", *words), 0, 16), int), (place, word)
    for length in (0, 4, 12):
        assert isinstance(_stft.open(struct.pack("<4I", *good), 0, length), int)


def test_refused() -> None:
    with pytest.raises(ValueError, match="an FFT of 100"):
        STFT(100, 10)
    for hop, length in ((0, 16), (17, 16), (5, 17)):
        with pytest.raises(ValueError, match=f"frames of {length} samples, {hop} apart"):
            STFT(16, hop, length=length)
    with pytest.raises(ValueError, match="there is no output 'phase'"):
        STFT(16, 4, output="phase")
    with pytest.raises(ValueError, match="there is no window"):
        STFT(16, 4, window="parzen")
    transform = STFT(16, 8)
    block = sound(64)
    with pytest.raises(ValueError, match="wrong number of items"):
        transform.process(block, zeros(transform.rows(64) * transform.row - 1, np.float32))
    with pytest.raises(ValueError, match="wrong item type"):
        transform.process(sound_q15(64), zeros(1000, np.float32))
    fixed = STFT(16, 8, typecode="h")
    with pytest.raises(ValueError, match="wrong item type"):
        fixed.process(sound_q15(64), zeros(1000, np.int16))
    # Nothing of it was taken; and blocks of nothing are fine.
    assert transform.rows(15) == 0
    assert transform.process(zeros(0, np.float32), zeros(0, np.float32)) == 0
