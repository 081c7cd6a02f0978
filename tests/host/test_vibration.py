"""Features of vibration: an independent implementation's, and what they are for."""

from __future__ import annotations

import re
from array import array
from typing import Any

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference.bearing import bearing
from reference.vibration_features import NAMES, amplitude, envelope, shape_features

from senselet.training import RecipeError, compute_features, parse_recipe
from senselet.vibration import FEATURES, VibrationFeatures

RATE = 12000.0
BAND = (2000.0, 4000.0)


def run(step: VibrationFeatures, window: Any) -> Any:
    """Features of a window as a row."""
    return np.array(step.run(array("f", np.ravel(window).tolist())))


def textbook(x: NDArray[np.float64], frequency: float) -> float:
    """Amplitude of the envelope spectrum: ideal band-pass, Hilbert transform, Hann window, FFT."""
    spectrum = np.fft.rfft(x)
    f = np.fft.rfftfreq(len(x), 1 / RATE)
    spectrum[(f < BAND[0]) | (f > BAND[1])] = 0
    analytic = scipy.signal.hilbert(np.fft.irfft(spectrum, len(x)))
    e = np.abs(analytic)
    hann = scipy.signal.windows.hann(len(e), sym=False)
    lines = np.abs(np.fft.rfft((e - e.mean()) * hann)) * 4 / len(e)
    return float(lines[round(frequency * len(x) / RATE)])


def test_names_are_the_references() -> None:
    assert FEATURES == NAMES


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(2, 400),
    offset=st.sampled_from([0.0, 9.81, -100.0]),
    size=st.sampled_from([1.0, 0.01]),
)
def test_shape_and_velocity(seed: int, samples: int, offset: float, size: float) -> None:
    rng = np.random.default_rng(seed)
    x = (offset + rng.normal(0, size, samples)).astype(np.float32).astype(np.float64)
    found = run(VibrationFeatures(samples, RATE), x)
    expected = shape_features(x - x.mean(), RATE)
    # The integer mean is off by 2^-28 of the offset, against deviations of `size`.
    rough = 4e-7 + 2.0**-24 * abs(offset) / size
    np.testing.assert_allclose(found[:5], expected[:5], rtol=10 * rough)
    np.testing.assert_allclose(found[5], expected[5], rtol=1e-5 + samples * rough)


@pytest.mark.parametrize("fault", [61.5234375, 87.890625])
def test_the_envelope_spectrum_shows_the_fault_as_the_textbooks(fault: float) -> None:
    """Two ways to the same lines; their band filters differ in shape, hence 15 %."""
    rng = np.random.default_rng(7)
    x = bearing(rng, 8192, RATE, fault=fault, resonance=3000, slip=0.0)
    lines = [(fault, 0.0), (1.37 * fault, 0.0)]
    found = run(VibrationFeatures(8192, RATE, band=BAND, lines=lines, harmonics=2, features=[]), x)
    expected = [textbook(x, i * fault) for i in (1, 2)]
    np.testing.assert_allclose(found[:2], expected, rtol=0.15)
    assert found[0] > 5 * max(found[2:])  # elsewhere there is noise alone


def test_the_tolerance_finds_a_fault_of_a_shaft_that_runs_a_little_faster() -> None:
    rng = np.random.default_rng(8)
    x = bearing(rng, 8192, RATE, fault=88.9, resonance=3000, slip=0.0)
    sharp, wide = (
        run(VibrationFeatures(8192, RATE, band=BAND, lines=[line], features=[]), x)[0]
        for line in ((87.0, 0.0), (87.0, 2.6))
    )
    exact = run(VibrationFeatures(8192, RATE, band=BAND, lines=[(88.9, 0.0)], features=[]), x)[0]
    assert sharp < 0.6 * exact
    assert 0.98 * exact < wide < 1.02 * exact


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(200, 1500),
    low=st.floats(1500, 3000),
    width=st.floats(400, 1500),
)
def test_amplitudes_are_the_definitions(seed: int, samples: int, low: float, width: float) -> None:
    rng = np.random.default_rng(seed)
    low, high = float(np.float32(low)), float(np.float32(low + width))
    x = rng.normal(0, 1, samples).astype(np.float32).astype(np.float64)
    lines = [(50.0, 0.0), (50.0, 25.0)]
    step = VibrationFeatures(samples, RATE, band=(low, high), lines=lines, features=[])
    e, slow = envelope(x - x.mean(), RATE, low, high)
    expected = [amplitude(e, slow, *line) for line in lines]
    np.testing.assert_allclose(run(step, x), expected, rtol=1e-5, atol=samples * 2.0**-28)


def test_a_pure_modulation_has_its_amplitude() -> None:
    """(1 + 0.4 cos 100 Hz) times a carrier in the middle of the band: 0.4, less the averages'."""
    t = np.arange(6000) / RATE
    x = (1 + 0.4 * np.cos(2 * np.pi * 100 * t)) * np.sin(2 * np.pi * 3000 * t)
    found = run(VibrationFeatures(6000, RATE, band=BAND, lines=[(100.0, 0.0)], features=[]), x)
    assert found[0] == pytest.approx(0.4 * np.sinc(100 * 3 / RATE) ** 3, rel=2e-3)


def test_the_velocity_of_a_sine() -> None:
    """An acceleration of 1 m/s^2 at 20 Hz: 1 / (2 pi 20) m/s, rms by sqrt 2."""
    t = np.arange(6000) / RATE
    x = 9.81 + np.sin(2 * np.pi * 20 * t)
    found = run(VibrationFeatures(6000, RATE, features=["velocity"]), x)
    assert found[0] == pytest.approx(1 / (2 * np.pi * 20 * 2**0.5), rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"samples": 0}, "0 samples of 1 channels"),
        ({"rate": 0.0}, "rate, band or lines holds a number outside its allowed range"),
        ({"lines": [(80.0, 0.0)]}, "lines of the envelope's spectrum need a band"),
        ({"lines": [(1.0, 0.0)], "harmonics": 0}, "1 lines, 0 harmonics; expected at most 255"),
        ({"features": []}, "0 outputs; expected 1 ... 4096"),
        ({"features": ["crest"]}, "there is no feature 'crest'"),
        (
            {"band": (2000.0, 4000.0), "lines": [(3000.0, 0.0)]},
            "rate, band or lines holds a number outside its allowed range",
        ),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        VibrationFeatures(**{"samples": 100, "rate": RATE, **arguments})


RECIPE = """
[input]
channels = ["x", "y"]
rate = 12000
[window]
seconds = 0.1
[[step]]
kind = "vibration_features"
LINES
[[step]]
kind = "trees"
"""


def test_a_recipe_names_faults() -> None:
    lines = """
signals = ["y"]
features = ["crest_factor"]
band = [2000, 4000]
frequencies = [87.3, 55]
tolerance = 0.02
harmonics = 2
"""
    recipe = parse_recipe(RECIPE.replace("LINES", lines))
    assert recipe.feature_names == [
        "crest_factor(y)",
        "envelope(y, 87.3 Hz)",
        "envelope(y, 2 x 87.3 Hz)",
        "envelope(y, 55 Hz)",
        "envelope(y, 2 x 55 Hz)",
    ]
    window = np.random.default_rng(1).normal(0, 1, (1, 1200, 2)).astype(np.float32)
    found = compute_features(recipe.chain, window, channels=("x", "y"), rate=RATE)
    direct = VibrationFeatures(
        1200,
        RATE,
        features=["crest_factor"],
        band=BAND,
        lines=[(87.3, 87.3 * 0.02), (55, 55 * 0.02)],
        harmonics=2,
    )
    np.testing.assert_array_equal(found[0], run(direct, window[0, :, 1]).astype(np.float32))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("frequencies = [80]", "band has 0 numbers for 1 frequencies"),
        ("band = [2000, 4000]", "band has 2 numbers for 0 frequencies"),
        ("band = [2000, 4000]\nfrequencies = [0]", "0 Hz; it must be more than 0"),
        ("band = [100, 4000]\nfrequencies = [80]", "does not lie between half of its width and"),
        ("band = [4000, 7000]\nfrequencies = [80]", "does not lie between half of its width and"),
        ("band = [2000, 2010]\nfrequencies = [80]", "is too short for a band of 10 Hz"),
        (
            "band = [2000, 3000]\nfrequencies = [80]\nharmonics = 20",
            "The highest frequency of the envelope, 1600 Hz",
        ),
        ("tolerance = 2", "tolerance is 2; it must lie in 0 ... 1"),
        ("harmonics = 0", "harmonics is 0; it must be in 1 ... 127"),
    ],
)
def test_wrong_recipes_are_refused(lines: str, sentence: str) -> None:
    text = RECIPE.replace("LINES", lines)
    window = np.zeros((1, 1200, 2), np.float32)

    def use() -> None:
        compute_features(parse_recipe(text).chain, window, channels=("x", "y"), rate=RATE)

    with pytest.raises(RecipeError, match=re.escape(sentence)):
        use()
