"""Features as training computes them: by the core, close to numpy and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import time_features as reference

from senselet.data import load_watch
from senselet.training import RecipeError, compute_features, parse_recipe
from senselet.training.steps import Shape
from senselet.training.steps.time_features import (
    STATISTICS,
    Correlation,
    Quantile,
    Signal,
    SignalFeatures,
    TimeFeatures,
)

CHANNELS = ("ax", "ay", "az", "gx", "gy", "gz")
RATE = 50.0
EVERYTHING = """
[input]
channels = ["ax", "ay", "az", "gx", "gy", "gz"]
rate = 50
[window]
seconds = 2
[[step]]
kind = "time_features"
signals = ["ax", "gz", "magnitude(ax, ay, az)", "tilt(az, ax, ay)"]
statistics = [
    "mean", "variance", "standard_deviation", "root_mean_square", "energy", "minimum", "maximum",
    "range", "skewness", "kurtosis", "zero_crossings", "mean_crossings",
    "mean_absolute_difference", "mean_absolute_deviation",
    "median", "quantile(0.03)", "interquartile_range", "quantile_range(0.1)",
]
pairs = "all"
lags = [0, 0.1]
leads = [0.02, 0.4]
[[step.also]]
signals = ["difference(ax)", "difference(magnitude(gx, gy, gz))"]
statistics = ["mean", "skewness", "median"]
pairs = "all"
[[step]]
kind = "trees"
"""


def everything() -> TimeFeatures:
    """The step of the recipe above."""
    (step,) = parse_recipe(EVERYTHING).chain.features
    assert isinstance(step, TimeFeatures)
    return step


def test_all_features_of_real_windows_are_those_of_numpy_and_scipy() -> None:
    step = everything()
    recordings = load_watch()[::20]
    windows = np.stack([one.samples[k : k + 100] for one in recordings for k in (0, 333, 800)])
    found = compute_features(step, windows, channels=CHANNELS, rate=RATE)
    assert found.shape == (len(windows), len(step.names()))
    expected = np.array([reference.features(step, one, CHANNELS, RATE) for one in windows])
    # The core's measured errors (docs/time_features.md) are below this for signals of such sizes.
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-5)


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(4, 40),
    st.lists(st.sampled_from(STATISTICS), min_size=1, unique=True),
    st.lists(st.floats(0, 1), max_size=3),
    st.integers(0, 2),
)
def test_any_choice_of_features_is_computed_in_its_order(
    seed: int, samples: int, statistics: list[str], quantiles: list[float], lag: int
) -> None:
    x, y = Signal("channel", ("ax",)), Signal("channel", ("gy",))
    step = TimeFeatures(
        tuple(
            SignalFeatures(
                one,
                tuple(name for name in STATISTICS if name in statistics),
                (Correlation(other, lag / RATE, lead=lag > 0),),
                tuple(Quantile(q) for q in quantiles),
            )
            for one, other in ((y, x), (x, y))
        )
    )
    # Multiples of 1/16: no value lies so close to 0 or to the mean that a crossing is doubtful.
    generator = np.random.default_rng(seed)
    windows = (generator.integers(-99, 99, (2, samples, 6)) / 16).astype(np.float32)
    found = compute_features(step, windows, channels=CHANNELS, rate=RATE)
    expected = np.array([reference.features(step, one, CHANNELS, RATE) for one in windows])
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_constant_signals_have_no_shape_and_no_correlation() -> None:
    step = everything()
    found = compute_features(step, np.ones((1, 100, 6), np.float32), channels=CHANNELS, rate=RATE)
    for name, value in zip(step.names(), found[0], strict=True):
        if name.startswith(("skewness", "kurtosis", "correlation", "lead", "variance")):
            assert value == 0, name


def test_missing_samples_give_missing_features_of_that_signal_only() -> None:
    step = everything()
    window = load_watch()[0].samples[:100].copy()
    window[7, 5] = np.nan
    found = compute_features(step, window[None], channels=CHANNELS, rate=RATE)[0]
    for name, value in zip(step.names(), found, strict=True):
        assert np.isnan(value) == ("gz" in name), name


def test_windows_the_core_cannot_take_are_refused() -> None:
    step = TimeFeatures((SignalFeatures(Signal("channel", ("ax",)), ("mean",)),))
    with pytest.raises(RecipeError, match="A window has 1 samples"):
        compute_features(step, np.zeros((1, 1, 6), np.float32), channels=CHANNELS, rate=RATE)
    with pytest.raises(RecipeError, match="256 channels"):
        step.payload(Shape(tuple(str(number) for number in range(256)), 10, RATE))
