"""FFT of float32 and int16 against numpy's in double precision; and what a transform must obey."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from senselet.fft import FFT

# numpy does not tell mypy that its arrays are buffers, before Python 3.12.
zeros: Any = np.zeros

Array = npt.NDArray[np.float64]
LENGTHS = [16 << i for i in range(9)]

# Relative error of float32, root mean square; measured 1.3e-7 at most (core/dsp/fft.h).
FLOAT_ERROR = 2e-7
# Noise of full scale: rounding the results alone allows 10 log10(2^31 / n) dB, and half of that
# power for complex signals; the passes may cost this many dB (measured: up to 4).
COST_OF_PASSES = 5.0


def unpacked(x: npt.NDArray[np.float32] | npt.NDArray[np.int16]) -> npt.NDArray[np.complex128]:
    """The n/2 + 1 bins of a packed spectrum."""
    bins = np.concatenate([x[:1], [0], x[2:], x[1:2], [0]]).astype(np.float64)
    return bins.view(np.complex128)


def relative_error(found: npt.NDArray[np.generic], wanted: npt.NDArray[np.generic]) -> float:
    error = np.linalg.norm(np.asarray(found - wanted))  # type: ignore[operator]
    return float(error / np.linalg.norm(np.asarray(wanted)))


def decibels(found: npt.NDArray[np.generic], wanted: npt.NDArray[np.generic]) -> float:
    return -20 * float(np.log10(relative_error(found, wanted)))


def noise(n: int, seed: int = 0) -> Any:
    return np.random.default_rng([n, seed]).uniform(-1, 1, n).astype(np.float32)


def noise_q15(n: int, level: int = 32767) -> Any:
    return np.random.default_rng(n).integers(-level, level, n, endpoint=True, dtype=np.int16)


@pytest.mark.parametrize("n", LENGTHS)
def test_real(n: int) -> None:
    x = noise(n)
    spectrum = x.copy()
    fft = FFT(n)
    fft.real(spectrum)
    assert relative_error(unpacked(spectrum), np.fft.rfft(x.astype(np.float64))) < FLOAT_ERROR
    fft.real_inverse(spectrum)
    assert relative_error(spectrum, x) < 2 * FLOAT_ERROR


@pytest.mark.parametrize("n", LENGTHS)
def test_complex(n: int) -> None:
    x = noise(2 * n)
    spectrum = x.copy()
    fft = FFT(n)
    fft.complex(spectrum)
    wanted = np.fft.fft(x.astype(np.float64).view(np.complex128))
    assert relative_error(spectrum, wanted.view(np.float64)) < FLOAT_ERROR
    fft.complex_inverse(spectrum)
    assert relative_error(spectrum, x) < 2 * FLOAT_ERROR


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("level", [32767, 3277, 328])
def test_real_q15(n: int, level: int) -> None:
    x = noise_q15(n, level)
    spectrum = x.copy()
    FFT(n, "h").real(spectrum)
    wanted = np.fft.rfft(x.astype(np.float64)) / n
    rounding = 10 * np.log10(2.0**31 / n) + 20 * np.log10(level / 32767)
    assert decibels(unpacked(spectrum), wanted) > rounding - COST_OF_PASSES
    assert np.abs(unpacked(spectrum) - wanted).max() < 4.0


@pytest.mark.parametrize("n", LENGTHS)
def test_there_and_back_q15(n: int) -> None:
    x = noise_q15(n)
    fft = FFT(n, "h")
    spectrum = x.copy()
    fft.real(spectrum)
    fft.real_inverse(spectrum)
    assert decibels(spectrum, x) > 10 * np.log10(2.0**31 / n) - 8.0

    x = noise_q15(2 * n)
    spectrum = x.copy()
    fft.complex(spectrum)
    wanted = np.fft.fft(x.astype(np.float64).view(np.complex128)).view(np.float64) / (2 * n)
    assert decibels(spectrum, wanted) > 10 * np.log10(2.0**30 / n) - COST_OF_PASSES
    fft.complex_inverse(spectrum)
    assert decibels(spectrum, x) > 10 * np.log10(2.0**30 / n) - 8.0


@pytest.mark.parametrize("n", LENGTHS)
def test_full_scale_does_not_overflow(n: int) -> None:
    """Squares of every frequency, both parts at full scale: the worst that int16 can bring."""
    times = np.arange(n)
    fft = FFT(n, "h")
    for k in np.unique(np.linspace(0, n // 2, 17).astype(int)):
        for shift in (0.1, 0.35):
            x = np.where(np.cos(2 * np.pi * (k * times / n + shift)) >= 0, 32767, -32768)
            y: Any = x.astype(np.int16)
            fft.real(y)
            assert np.abs(unpacked(y) - np.fft.rfft(x) / n).max() < 4.0
            z = np.where(np.sin(2 * np.pi * (k * times / n + shift)) >= 0, 32767, -32768)
            both: Any = np.stack([x, z], 1).astype(np.int16).ravel()
            fft.complex(both)
            wanted = np.fft.fft(x + 1j * z) / (2 * n)
            assert np.abs(both.astype(np.float64).view(np.complex128) - wanted).max() < 4.0


@given(st.sampled_from(LENGTHS[:6]), st.integers(0, 2**32 - 1), st.floats(-8, 8))
def test_linear(n: int, seed: int, factor: float) -> None:
    a, b = noise(n, seed), noise(n, seed + 1)
    both: Any = (a + np.float32(factor) * b).astype(np.float32)
    fft = FFT(n)
    for x in (a, b, both):
        fft.real(x)
    size = np.linalg.norm(a) + abs(factor) * np.linalg.norm(b)
    assert np.linalg.norm(both - (a + np.float32(factor) * b)) < 3 * FLOAT_ERROR * size


@given(st.sampled_from(LENGTHS[:6]), st.integers(0, 2**32 - 1))
def test_parseval(n: int, seed: int) -> None:
    x = noise(n, seed)
    energy = float(np.sum(x.astype(np.float64) ** 2))
    FFT(n).real(x)
    power = np.abs(unpacked(x)) ** 2
    assert power[0] + power[-1] + 2 * power[1:-1].sum() == pytest.approx(n * energy, rel=1e-6)


@given(st.sampled_from(LENGTHS[:4]), st.integers(0, 4095), st.integers(0, 4095))
def test_impulse_and_tone(n: int, place: int, bin_: int) -> None:
    """An impulse has bins of magnitude 1, turning; a tone has one bin."""
    x = zeros(2 * n, np.float32)
    x[2 * (place % n)] = 1.0
    fft = FFT(n)
    fft.complex(x)
    turns = np.exp(-2j * np.pi * (place % n) * np.arange(n) / n)
    assert np.abs(x.view(np.complex64) - turns).max() < 4e-7
    tone = np.exp(2j * np.pi * (bin_ % n) * np.arange(n) / n).astype(np.complex64)
    y: Any = tone.view(np.float32)
    fft.complex(y)
    wanted = zeros(n)
    wanted[bin_ % n] = n
    assert np.abs(y.view(np.complex64) - wanted).max() < 4e-7 * n


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("n", [16, 256])
def test_not_finite(n: int, value: float) -> None:
    """A NaN anywhere makes all NaN, each of them 0x7FC00000; the next transform is clean."""
    fft = FFT(n)
    for place in range(0, n, 5):
        x = noise(n)
        x[place] = value
        x[(place + 3) % n] = -value
        fft.real(x)
        assert np.all(x[np.isnan(x)].view(np.uint32) == 0x7FC00000)
        assert np.isnan(x).all() or not np.isnan(value)
    x = noise(n)
    y = x.copy()
    fft.real(y)
    assert relative_error(unpacked(y), np.fft.rfft(x.astype(np.float64))) < FLOAT_ERROR


@pytest.mark.parametrize("n", [-16, 0, 1, 8, 15, 17, 48, 1000, 8192, 1 << 20])
@pytest.mark.parametrize("typecode", ["f", "h"])
def test_lengths_not_supported(n: int, typecode: str) -> None:
    with pytest.raises(ValueError, match=f"an FFT of {n}: expected a power of two"):
        FFT(n, typecode)


def test_wrong_buffers() -> None:
    fft = FFT(16)
    with pytest.raises(ValueError, match=r"wrong number of items; expected 16 .* found ndarray"):
        fft.real(zeros(32, np.float32))
    with pytest.raises(ValueError, match="wrong number of items; expected 32"):
        fft.complex(zeros(16, np.float32))
    with pytest.raises(ValueError, match="wrong number of items"):
        fft.real(zeros(0, np.float32))
    with pytest.raises(ValueError, match="wrong item type"):
        fft.real(zeros(16, np.int16))
    with pytest.raises(ValueError, match="wrong item type"):
        FFT(16, "h").real(zeros(16, np.float32))
    fixed = zeros(16, np.float32)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="can't be written"):
        fft.real(fixed)
    with pytest.raises(ValueError, match="typecode 'd'"):
        FFT(16, "d")
