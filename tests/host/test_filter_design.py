"""Designed biquads against scipy.signal.butter and the cookbook's formulae, by their responses."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from biquads import Array

from senselet.filter_design import (
    Design,
    band_pass,
    high_pass,
    high_shelf,
    low_pass,
    low_shelf,
    peaking,
)

# Largest difference in dB where the ideal filter passes more than -3 dB: of integers, of floats.
# Rounding moves a response by about (rate / frequency)^2 of a coefficient's unit.
NEAR = (0.0005, 0.002)  # frequencies from rate / 100 on
LOW = (0.005, 0.15)  # 20 Hz at 48 kHz
NARROW = (0.02, 1.1)  # a third octave there


def sos_of(design: Design) -> tuple[Array, Array]:
    """The sections that the integers and the floats of a design stand for."""
    words = np.frombuffer(design.integers(), np.int32)[1:].reshape(-1, 6).astype(float)
    integers = words[:, :5] * 2.0 ** -words[:, 5:]
    floats = np.frombuffer(design.floats(), np.float32)[2:].reshape(-1, 5).astype(float)
    one = np.ones((len(words), 1))
    return tuple(np.hstack([c[:, :3], one, c[:, 3:]]) for c in (integers, floats))  # type: ignore[return-value]


def decibels(sos: Array, frequencies: Array, rate: float) -> Array:
    response = np.abs(scipy.signal.freqz_sos(sos, frequencies, fs=rate)[1])
    return np.asarray(20 * np.log10(np.maximum(response, 1e-30)))


def check(
    design: Design, ideal: Array, rate: float, middle: float, limits: tuple[float, ...]
) -> None:
    wide = np.geomspace(1e-5 * rate, 0.4999 * rate, 1000)
    frequencies = np.append(wide, np.linspace(0.5 * middle, min(1.5 * middle, 0.4999 * rate), 500))
    wanted = decibels(ideal, frequencies, rate)
    passed = wanted > -3.02
    for sos, limit in zip(sos_of(design), limits, strict=True):
        found = decibels(sos, frequencies, rate)
        assert np.abs(found - wanted)[passed].max() < limit


@pytest.mark.parametrize("order", range(1, 9))
@pytest.mark.parametrize(
    ("rate", "frequency", "limits"),
    [(48000, 1000, NEAR), (16000, 7900, NEAR), (100, 1, NEAR), (48000, 20, LOW)],
)
def test_low_and_high_pass_are_scipys(
    rate: float, frequency: float, limits: tuple[float, float], order: int
) -> None:
    for design, kind in ((low_pass, "lowpass"), (high_pass, "highpass")):
        ideal = scipy.signal.butter(order, frequency, kind, fs=rate, output="sos")
        check(design(order, frequency, rate), ideal, rate, frequency, limits)


@pytest.mark.parametrize("order", range(1, 9))
@pytest.mark.parametrize(
    ("rate", "low", "high", "limits"),
    [
        (48000, 891, 1122, NEAR),
        (16000, 100, 7000, NEAR),
        (1000, 100, 110, NEAR),
        (48000, 17782, 22387, NEAR),
        (48000, 17.75, 22.375, NARROW),
    ],
)
def test_band_pass_is_scipys(
    rate: float, low: float, high: float, limits: tuple[float, float], order: int
) -> None:
    ideal = scipy.signal.butter(order, [low, high], "bandpass", fs=rate, output="sos")
    check(band_pass(order, low, high, rate), ideal, rate, np.sqrt(low * high), limits)


def cookbook(kind: str, frequency: float, gain: float, q: float, rate: float) -> Array:
    """Bristow-Johnson's formulae as they stand."""
    a = 10 ** (gain / 40)
    w = 2 * np.pi * frequency / rate
    c, alpha = np.cos(w), np.sin(w) / (2 * q)
    root = 2 * np.sqrt(a) * alpha
    if kind == "peaking":
        row = [1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a]
    elif kind == "low_shelf":
        row = [
            a * (a + 1 - (a - 1) * c + root),
            2 * a * (a - 1 - (a + 1) * c),
            a * (a + 1 - (a - 1) * c - root),
            a + 1 + (a - 1) * c + root,
            -2 * (a - 1 + (a + 1) * c),
            a + 1 + (a - 1) * c - root,
        ]
    else:
        row = [
            a * (a + 1 + (a - 1) * c + root),
            -2 * a * (a - 1 + (a + 1) * c),
            a * (a + 1 + (a - 1) * c - root),
            a + 1 - (a - 1) * c + root,
            2 * (a - 1 - (a + 1) * c),
            a + 1 - (a - 1) * c - root,
        ]
    return np.asarray(np.array([row]) / row[3])


@pytest.mark.parametrize(
    ("rate", "frequency", "q", "gain", "limits"),
    [
        (48000, 1000, 1.0, 6.0, NEAR),
        (16000, 3000, 5.0, 9.0, NEAR),
        (16000, 7000, 0.5, -6.0, NEAR),
        (48000, 1000, 1.0, 0.0, NEAR),
        (48000, 20, 0.75, 3.5, LOW),
        (48000, 32, 0.75, -12.0, LOW),
    ],
)
def test_equalisers_are_the_cookbooks(
    rate: float, frequency: float, q: float, gain: float, limits: tuple[float, float]
) -> None:
    for design, kind in (
        (peaking(frequency, gain, q, rate), "peaking"),
        (low_shelf(frequency, gain, rate, q), "low_shelf"),
        (high_shelf(frequency, gain, rate, q), "high_shelf"),
    ):
        check(design, cookbook(kind, frequency, gain, q, rate), rate, frequency, limits)


@pytest.mark.parametrize(
    ("design", "arguments"),
    [
        (low_pass, (0, 10, 100)),
        (low_pass, (9, 10, 100)),
        (low_pass, (256, 10, 100)),
        (low_pass, (2, 50, 100)),
        (low_pass, (2, 0, 100)),
        (low_pass, (2, -1, 100)),
        (low_pass, (2, 4, 48000)),
        (low_pass, (2, 10, 0)),
        (low_pass, (2, float("nan"), 100)),
        (low_pass, (2, float("inf"), 100)),
        (high_pass, (2, 10, -100)),
        (band_pass, (2, 10, 10, 100)),
        (band_pass, (2, 20, 10, 100)),
        (band_pass, (2, 10, 50, 100)),
        (peaking, (10, 61, 1, 100)),
        (peaking, (10, 6, 0, 100)),
        (peaking, (10, float("nan"), 1, 100)),
        (low_shelf, (10, 6, 100, 11)),
        (low_shelf, (10, 6, 100, -0.5)),
    ],
)
def test_what_is_out_of_range_is_refused(design: object, arguments: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        design(*arguments)  # type: ignore[operator]


def test_a_gain_that_integers_have_no_room_for_is_refused() -> None:
    design = high_shelf(1000, 40, 48000)
    assert len(design.floats()) == 28
    with pytest.raises(ValueError, match="no room"):
        design.integers()
