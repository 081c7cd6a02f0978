"""Window functions against scipy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.signal import get_window

from senselet.fft import Window

# numpy does not tell mypy that its arrays are buffers, before Python 3.12.
zeros: Any = np.zeros

NAMES = ["rectangular", "hann", "hamming", "blackman", "flattop"]
LENGTHS = [1, 2, 3, 4, 5, 16, 17, 31, 256, 400, 1000, 1023, 4096, 65535]
BETAS = [0.0, 0.5, 5.0, 8.599853515625, 14.0, 20.0]  # multiples of 2^-12, as they are stored

# Half a unit of float32 below 1 is 3e-8, calculation 1.2e-8 (core/dsp/window.h); measured 4.6e-8.
FLOAT_ERROR = 5e-8
# Half a unit of Q15, and calculation.
Q15_ERROR = 0.501


def check(name: str, theirs: object, n: int, symmetric: bool, beta: float = 0.0) -> None:
    wanted = get_window(theirs, n, fftbins=not symmetric)
    window = np.asarray(Window(name, n, "f", symmetric, beta).values)
    assert window.dtype == np.float32
    assert np.abs(window - wanted).max() < FLOAT_ERROR
    fixed = np.asarray(Window(name, n, "h", symmetric, beta).values)
    assert fixed.dtype == np.int16
    assert np.abs(fixed - np.minimum(32768 * wanted, 32767)).max() < Q15_ERROR


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("name", NAMES)
def test_cosine_sums(name: str, n: int, symmetric: bool) -> None:
    check(name, {"rectangular": "boxcar"}.get(name, name), n, symmetric)


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("n", [n for n in LENGTHS if n < 10000])
@pytest.mark.parametrize("beta", BETAS)
def test_kaiser(beta: float, n: int, symmetric: bool) -> None:
    check("kaiser", ("kaiser", beta), n, symmetric, beta)


def test_beta_is_rounded() -> None:
    """Beta is stored in steps of 1/4096, which moves no value by more than 6e-5."""
    ours = np.asarray(Window("kaiser", 512, beta=8.6).values)
    assert np.abs(ours - get_window(("kaiser", 8.6), 512)).max() < 6e-5


def test_multiply() -> None:
    rng = np.random.default_rng(1)
    x: Any = rng.uniform(-1, 1, 400).astype(np.float32)
    window = Window("hamming", 400)
    y = x.copy()
    window.multiply(y)
    assert np.array_equal(y, x * np.asarray(window.values))
    q: Any = rng.integers(-32768, 32768, 400).astype(np.int16)
    fixed = Window("hamming", 400, "h")
    z = q.copy()
    fixed.multiply(z)
    assert np.array_equal(z, np.floor(q * np.asarray(fixed.values, np.float64) / 32768 + 0.5))


def test_refused() -> None:
    with pytest.raises(ValueError, match="there is no window 'parzen'; known are rectangular"):
        Window("parzen", 16)
    for n in (0, -1, 65536):
        with pytest.raises(ValueError, match=f"a window of {n} samples"):
            Window("hann", n)
    for beta in (-0.5, 20.5, float("nan")):
        with pytest.raises(ValueError, match=r"beta is 0 \.\.\. 20"):
            Window("kaiser", 16, beta=beta)
    with pytest.raises(ValueError, match="wrong number of items"):
        Window("hann", 16).multiply(zeros(17, np.float32))
    with pytest.raises(ValueError, match="wrong item type"):
        Window("hann", 16).multiply(zeros(16, np.int16))
