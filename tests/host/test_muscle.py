"""Features of muscle signals: those of an independent implementation in double precision."""

from __future__ import annotations

import re
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.emg_features import NAMES, emg_features, sample_error

from senselet.muscle import FEATURES, EmgFeatures
from senselet.training import RecipeError, compute_features, parse_recipe


def run(step: EmgFeatures, window: Any) -> Any:
    """Features of a window as a row."""
    return np.array(step.run(array("f", np.ravel(window).tolist())))


def test_names_are_the_references() -> None:
    assert FEATURES == NAMES


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    samples=st.integers(1, 60),
    channels=st.integers(1, 3),
    largest=st.sampled_from([1, 3, 100, 32767]),
    threshold=st.sampled_from([0.0, 1.0, 2.5, 40.0, 1e4]),
)
def test_integer_samples_are_exact(
    seed: int, samples: int, channels: int, largest: int, threshold: float
) -> None:
    """Counts to the unit, sums to float32's rounding, for int16 samples."""
    rng = np.random.default_rng(seed)
    window = rng.integers(-largest, largest + 1, (samples, channels)).astype(np.float64)
    found = run(EmgFeatures(samples, channels, threshold), window).reshape(channels, -1)
    for channel in range(channels):
        x = window[:, channel]
        assert sample_error(x) == 0
        values, tolerances = emg_features(x, threshold)
        assert np.all(np.abs(found[channel] - values) <= tolerances)
        assert not tolerances[3:].any()


def test_real_valued_samples() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1e-4, 500).astype(np.float32).astype(np.float64)
    values, tolerances = emg_features(x, 1e-4, sample_error(x))
    assert not tolerances[3:].any()  # no comparison is closer than the error
    found = run(EmgFeatures(500, 1, 1e-4), x)
    assert np.all(np.abs(found - values) <= tolerances)


def test_an_offset_is_taken_away() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(0, 300, 401).round()
    x[0] -= np.sum(x) % 401  # the mean is an integer, hence exact
    x -= x.mean()
    plain = run(EmgFeatures(401, 1, 50.0), x)
    centred = run(EmgFeatures(401, 1, 50.0, centred=True), x + 2048)
    np.testing.assert_array_equal(plain, centred)


def test_a_missing_sample_spoils_its_channel_alone() -> None:
    window = np.ones((10, 2))
    window[3, 0] = np.nan
    found = run(EmgFeatures(10, 2), window).reshape(2, 6)
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [10, 1, 0, 0, 0, 9]  # threshold 0: every step counts


def test_features_may_be_chosen() -> None:
    step = EmgFeatures(4, features=["waveform_length", "mean_absolute_value"])
    assert run(step, [1, -1, 1, -1]).tolist() == [1, 6]
    with pytest.raises(ValueError, match="there is no feature 'wavelength'"):
        EmgFeatures(4, features=["wavelength"])


@pytest.mark.parametrize(
    ("samples", "channels", "threshold", "sentence"),
    [
        (0, 1, 0.0, "0 samples of 1 channels; expected 1 ... 65535 of 1 ... 255"),
        (4, 256, 0.0, "4 samples of 256 channels; expected 1 ... 65535 of 1 ... 255"),
        (4, 1, -1.0, "threshold or features holds a number outside its allowed range"),
        (4, 1, float("nan"), "threshold or features holds a number outside its allowed range"),
    ],
)
def test_what_does_not_fit_is_refused(
    samples: int, channels: int, threshold: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        EmgFeatures(samples, channels, threshold)


RECIPE = """
[input]
channels = ["biceps", "triceps"]
rate = 1000
[window]
seconds = 0.2
[[step]]
kind = "emg_features"
LINES
[[step]]
kind = "trees"
"""


def test_a_recipe_names_signals_and_features() -> None:
    lines = 'signals = ["triceps"]\nfeatures = ["zero_crossings", "waveform_length"]\nthreshold = 3'
    recipe = parse_recipe(RECIPE.replace("LINES", lines))
    assert recipe.feature_names == ["waveform_length(triceps)", "zero_crossings(triceps)"]
    window = np.zeros((1, 200, 2), np.float32)
    window[0, ::2, 1] = 4
    window[0, 1::2, 1] = -4
    found = compute_features(recipe.chain, window, channels=("biceps", "triceps"), rate=1000)
    assert found.tolist() == [[199 * 8, 199]]
    every = parse_recipe(RECIPE.replace("LINES", "threshold = [1, 2]\ncentred = true"))
    assert len(every.feature_names) == 12


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('signals = ["bicep"]', "there is no 'bicep'"),
        ('features = ["wl"]', "there is no 'wl'"),
        ("features = []", "features is empty"),
        ("threshold = -1", "threshold is -1; it must be 0 or more"),
        ("threshold = [1]", "threshold has 1 numbers for 2 signals"),
        ("threshold = 'a'", "it must be a number, or a list of numbers"),
        ("centred = 1", "it must be true or false"),
        ("treshold = 1", "unknown key 'treshold'"),
    ],
)
def test_wrong_recipes_are_refused(lines: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        parse_recipe(RECIPE.replace("LINES", lines))
