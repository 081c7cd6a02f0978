"""Scaling equals scikit-learn's, to float32's rounding; so does the recipe's step."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

import senselet
from senselet.data import Recording
from senselet.runtime import Model
from senselet.scaling import Scaling
from senselet.training import parse_recipe, to_model_file, train
from senselet.training.steps import Scaling as ScalingStep
from senselet.training.steps.scaling import METHODS, offset_and_scale

SKLEARN: dict[str, Any] = {
    "standard": StandardScaler,
    "min_max": MinMaxScaler,
    "robust": RobustScaler,
}


def scaled(offset: Any, scale: Any, rows: Any) -> Any:
    """Scale rows by the core."""
    scaling = Scaling(offset.tolist(), scale.tolist())
    return np.array([scaling.run(array("f", row.tolist())) for row in rows])


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=40, derandomize=True, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), exponent=st.integers(-20, 20), offset=st.integers(-9, 9))
def test_it_is_scikit_learns(method: str, seed: int, exponent: int, offset: int) -> None:
    """To the rounding of offset, scale and result to float32: half an ulp each."""
    rng = np.random.default_rng(seed)
    shift = rng.choice([0.0, 1.0]) * offset
    rows = ((rng.normal(shift, 1, (30, 5))) * 10.0**exponent).astype(np.float32)
    rows[:, 3] = rows[0, 3]  # constant
    rows[:, 4] = 0
    expected = SKLEARN[method]().fit_transform(rows.astype(np.float64))
    offsets, scales = offset_and_scale(method, rows)
    found = scaled(offsets, scales, rows)
    half = 2.0**-24
    tolerance = 2.02 * half * np.abs(expected) + half * np.abs(offsets * scales.astype(np.float64))
    assert np.all(np.abs(found - expected) <= tolerance + 1e-45)
    # The rounding of the offset shows where scikit-learn's result is 0 in double precision.
    assert np.all(np.abs(found[:, 3:]) <= tolerance[:, 3:])


@pytest.mark.parametrize("method", METHODS)
def test_missing_values_are_left_out_and_stay(method: str) -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(3, 2, (50, 3)).astype(np.float32)
    rows[::7, 0] = np.nan
    rows[:, 2] = np.nan
    offsets, scales = offset_and_scale(method, rows)
    found = scaled(offsets, scales, rows)
    expected = SKLEARN[method]().fit_transform(rows[:, :2].astype(np.float64))
    np.testing.assert_allclose(found[:, :2], expected, rtol=2e-6, atol=2e-6)
    assert np.isnan(found[:, 2]).all()
    assert (offsets[2], scales[2]) == (0, 1)


def test_what_does_not_fit_is_refused() -> None:
    for offset, scale, sentence in [
        ([], [], "0 features; expected 1 ... 65535"),
        ([1.0], [1.0, 2.0], "1 offsets and 2 scales; expected as many of both"),
        ([1.0], [0.0], "offset or scale holds a number outside its allowed range"),
        ([float("nan")], [1.0], "offset or scale holds a number outside its allowed range"),
        ([0.0], [float("inf")], "offset or scale holds a number outside its allowed range"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            Scaling(offset, scale)
    scaling = Scaling([0.0, 0.0], [1.0, 1.0])
    for wrong in (array("f", [1.0]), array("h", [1, 2]), array("d", [1.0, 2.0])):
        with pytest.raises(ValueError, match="window or out has the wrong"):
            scaling.run(wrong)


def test_in_place() -> None:
    values = array("f", [5.0, 7.0])
    assert Scaling([1.0, 2.0], [0.5, 2.0]).run(values, values) is values
    assert values.tolist() == [2.0, 10.0]


RECIPE = """
name = "test"
[input]
channels = ["x"]
rate = 10
[window]
seconds = 2
[[step]]
kind = "time_features"
signals = ["x"]
statistics = ["mean", "standard_deviation"]
[[step]]
kind = "scaling"
method = "METHOD"
[[step]]
kind = "trees"
n_estimators = 5
[split]
group = "recording"
test_groups = ["0"]
"""


@pytest.mark.parametrize("method", METHODS)
def test_a_recipe_scales_by_its_training_windows(method: str) -> None:
    recipe = parse_recipe(RECIPE.replace("METHOD", method))
    assert recipe.chain.scaling == ScalingStep(method)
    rng = np.random.default_rng(0)
    recordings = [
        Recording(
            rng.normal(level, 1, (100, 1)).astype(np.float32), 10, ("x",), label, {}, f"{number}"
        )
        for number, (label, level) in enumerate([("low", 0.0), ("high", 9.0)] * 3)
    ]
    data = to_model_file(train(recipe, recordings)).to_bytes()
    model = senselet.load(data)
    assert isinstance(model, Model)
    assert model.kinds == ("time_features", "scaling", "trees")
    for recording in recordings:
        window: Any = recording.samples[:20]
        assert model.predict(window) == recording.label
