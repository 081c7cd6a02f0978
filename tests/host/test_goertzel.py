"""Goertzel against the definition in double precision."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from senselet.fft import Goertzel

# numpy does not tell mypy that its arrays are buffers, before Python 3.12.
zeros: Any = np.zeros

RATE = 16000
LENGTHS = [1, 2, 7, 205, 256, 257, 1000, 4096, 65535]
FREQUENCIES = [0, 0.5, 1, 50, 440, 697, 770, 3999.5, 4000, 4000.5, 6543.21, 7999, 7999.999, 8000]

FLOAT_ERROR = 5e-5  # of n max |x|; measured 2.4e-5
Q15_ERROR = 1.0  # units of int16; measured 0.56


def expected(x: npt.NDArray[np.generic]) -> Any:
    turns = np.outer(np.array(FREQUENCIES) / RATE, np.arange(len(x)))
    return np.exp(-2j * np.pi * turns) @ x.astype(np.float64)


def signals(n: int) -> list[npt.NDArray[np.float64]]:
    rng = np.random.default_rng(n)
    turns = np.outer(np.array(FREQUENCIES) / RATE, np.arange(n))
    squares = np.sign(np.cos(2 * np.pi * turns + 0.1))  # the largest sums that there can be
    return [rng.uniform(-1, 1, n), -np.ones(n), *squares]


@pytest.mark.parametrize("n", LENGTHS)
def test_float(n: int) -> None:
    tones = Goertzel(FREQUENCIES, RATE, n)
    for signal in signals(n):
        x: Any = signal.astype(np.float32)
        out = zeros(tones.row, np.float32)
        assert tones.process(x, out) == 1
        assert np.abs(out.view(np.complex64) - expected(x)).max() < FLOAT_ERROR * n


@pytest.mark.parametrize("n", LENGTHS)
def test_q15(n: int) -> None:
    tones = Goertzel(FREQUENCIES, RATE, n, "h")
    for signal in signals(n):
        x: Any = np.clip(np.round(32768 * signal), -32768, 32767).astype(np.int16)
        out = zeros(tones.row, np.int32)
        assert tones.process(x, out) == 1
        found = (out / 2.0**15).view(np.complex128)
        assert np.abs(found - expected(x) / n).max() < Q15_ERROR


@given(
    st.sampled_from([1, 100, 256, 300, 777]),
    st.lists(st.integers(0, 400), max_size=8),
    st.sampled_from(["f", "h"]),
)
def test_how_the_stream_is_cut_does_not_matter(n: int, cuts: list[int], typecode: str) -> None:
    rng = np.random.default_rng(3)
    x: Any = rng.integers(-32768, 32768, 1600).astype("f4" if typecode == "f" else "i2")
    tones = Goertzel(FREQUENCIES, RATE, n, typecode)
    kind = "f4" if typecode == "f" else "i4"
    whole = zeros((tones.rows(len(x)), tones.row), kind)
    assert tones.process(x, whole) == len(x) // n
    tones.clear()
    rows = []
    block: Any
    for block in np.split(x, np.cumsum(cuts)):
        out = zeros((tones.rows(len(block)), tones.row), kind)
        assert tones.process(block, out) == len(out)
        rows.append(out)
    assert np.concatenate(rows).tobytes() == whole.tobytes()


def test_a_missing_sample_spoils_its_row_only() -> None:
    x: Any = np.ones(30, np.float32)
    x[12] = np.nan
    out = zeros((3, 2), np.float32)
    assert Goertzel([1000], RATE, 10).process(x, out) == 3
    assert np.all(out[1].view(np.uint32) == 0x7FC00000)
    assert np.array_equal(out[0], out[2])
    assert np.isfinite(out[0]).all()


def test_refused() -> None:
    for frequency in (-1, 8000.1, float("nan")):
        with pytest.raises(ValueError, match=r"Hz: expected 0 \.\.\. 16000 / 2"):
            Goertzel([frequency], RATE, 100)
    for frequencies, n in (([], 10), ([1] * 65, 10), ([1], 0), ([1], 65536)):
        with pytest.raises(ValueError, match=r"expected 1 \.\.\. 64 of 1 \.\.\. 65535"):
            Goertzel(frequencies, RATE, n)
    tones = Goertzel([1, 2], RATE, 10)
    with pytest.raises(ValueError, match="wrong number of items"):
        tones.process(zeros(10, np.float32), zeros(3, np.float32))
    with pytest.raises(ValueError, match="wrong item type"):
        tones.process(zeros(10, np.int16), zeros(4, np.float32))
    assert tones.process(zeros(0, np.float32), zeros(0, np.float32)) == 0
