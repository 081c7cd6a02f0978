"""Steps of a recipe, chained: each computes what scipy and numpy do, and models hold them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy import signal

import senselet
from senselet.data import Recording
from senselet.training import (
    RecipeError,
    compute_features,
    evaluate,
    parse_recipe,
    to_model_file,
    train,
)

RATE = 1000.0
HEAD = """
[input]
channels = ["x"]
rate = 1000
[window]
seconds = 0.256
"""
TAIL = """
[[step]]
kind = "trees"
n_estimators = 5
[split]
group = "recording"
test_groups = ["low2", "high2"]
"""
BIQUAD = """
[[step]]
kind = "biquad"
filter = "high_pass"
order = 4
frequency = 50
"""
STATISTICS = """
[[step]]
kind = "time_features"
signals = "all"
statistics = ["root_mean_square", "maximum"]
"""
CROSSINGS = STATISTICS.replace('"maximum"', '"mean_crossings"')
PITCH = """
[[step]]
kind = "pitch"
lowest = 20
highest = 200
"""
STFT = """
[[step]]
kind = "stft"
frame = 0.064
hop = 0.032
output = "magnitude"
"""
SCALING = """
[[step]]
kind = "scaling"
method = "standard"
"""


def tone(label: str, number: int) -> Recording:
    """A tone with noise and an offset."""
    hertz = {"low": 60.0, "high": 95.0}[label] * (1 + 0.03 * number)
    time = np.arange(2000) / RATE
    generator = np.random.default_rng(number)
    samples = 3 + np.sin(2 * np.pi * hertz * time) + generator.normal(scale=0.05, size=2000)
    return Recording(samples[:, None].astype("f4"), RATE, ("x",), label, {}, f"{label}{number}")


RECORDINGS = [tone(label, number) for label in ("low", "high") for number in range(3)]
WINDOWS = np.stack([one.samples[300:556] for one in RECORDINGS])


def computed(*steps: str) -> tuple[list[str], np.ndarray]:
    """Names and values of the features of the windows."""
    recipe = parse_recipe(HEAD + "".join(steps) + TAIL)
    features = compute_features(recipe.chain, WINDOWS, channels=("x",), rate=RATE)
    assert features.shape == (len(WINDOWS), len(recipe.feature_names))
    return recipe.feature_names, features


def test_a_filter_then_features() -> None:
    names, features = computed(BIQUAD, STATISTICS)
    assert names == ["root_mean_square(x)", "maximum(x)"]
    sections = signal.butter(4, 50, "high", fs=RATE, output="sos")
    filtered = signal.sosfilt(sections, WINDOWS[:, :, 0].astype(np.float64))
    expected = np.stack([np.sqrt((filtered**2).mean(axis=1)), filtered.max(axis=1)], axis=1)
    # The offset of 3 leaves a step of 3 at each window's start: errors are relative to that.
    np.testing.assert_allclose(features, expected, rtol=1e-4, atol=1e-4)


def test_sections_as_scipy_has_them() -> None:
    sections = signal.butter(3, [80, 200], "band", fs=RATE, output="sos")
    rows = [[float(one) for one in row] for row in sections]
    step = f'[[step]]\nkind = "biquad"\nfilter = "sections"\nsections = {rows}\n'
    filtered = signal.sosfilt(sections, WINDOWS[:, :, 0].astype(np.float64))
    expected = np.sqrt((filtered**2).mean(axis=1))
    np.testing.assert_allclose(computed(step, STATISTICS)[1][:, 0], expected, rtol=1e-4)
    designed = '[[step]]\nkind = "biquad"\nfilter = "band_pass"\norder = 3\nfrequency = [80, 200]\n'
    np.testing.assert_allclose(computed(designed, STATISTICS)[1][:, 0], expected, rtol=1e-4)


def test_features_of_several_kinds_beside_each_other() -> None:
    names, features = computed(BIQUAD, STATISTICS, PITCH)
    assert names == ["root_mean_square(x)", "maximum(x)", "pitch(x)", "clarity(x)"]
    pitches = features[:, names.index("pitch(x)")]
    # Noise of 5 %, and the filter's start: to 1 %.
    expected = [hertz * (1 + 0.03 * number) for hertz in (60, 95) for number in range(3)]
    np.testing.assert_allclose(pitches, expected, rtol=0.01)
    alone = computed(BIQUAD, PITCH)[1]
    np.testing.assert_array_equal(features[:, 2:], alone)


def test_what_a_filter_leaves_may_be_the_features() -> None:
    names, features = computed(STFT)
    _, _, spectra = signal.stft(
        WINDOWS[:, :, 0].astype(np.float64), RATE, "hann", 64, 32, boundary=None, padded=False
    )
    expected = np.abs(spectra).transpose(0, 2, 1).reshape(len(WINDOWS), -1) * 32
    assert names[:2] == ["0 Hz[0]", "15.625 Hz[0]"]
    assert len(names) == 7 * 33
    np.testing.assert_allclose(features, expected, atol=1e-4 * expected.max())
    means, _ = computed(STFT, STATISTICS)
    assert means[2] == "root_mean_square(15.625 Hz)"


def test_autocorrelation() -> None:
    step = '[[step]]\nkind = "autocorrelation"\nlongest = 0.01\n'
    names, features = computed(step)
    assert names[:2] == ["autocorrelation(x, 0 s)", "autocorrelation(x, 0.001 s)"]
    for window, row in zip(WINDOWS[:, :, 0].astype(np.float64), features, strict=True):
        centred = window - window.mean()
        whole = np.correlate(centred, centred, "full")[len(centred) - 1 :]
        np.testing.assert_allclose(row, (whole / whole[0])[:11], atol=1e-5)


@pytest.mark.parametrize(
    "steps", [(CROSSINGS, PITCH, SCALING), (BIQUAD, CROSSINGS), (STFT,), (STFT, SCALING)]
)
def test_models_hold_the_whole_chain(steps: tuple[str, ...]) -> None:
    """What the file's model says of the test windows is what training measured, to the bit."""
    recipe = parse_recipe(HEAD + "".join(steps) + TAIL)
    trained = train(recipe, RECORDINGS)
    assert trained.accuracy > 0.9
    model = senselet.load(to_model_file(trained).to_bytes())
    assert model.kinds[-1] == "trees"
    for index, start, row in zip(
        trained.test.recordings, trained.test.starts, trained.test.probabilities, strict=True
    ):
        window: Any = RECORDINGS[index].samples[start : start + 256]
        assert bytes(model.predict_proba(window)) == row.tobytes()
    assert evaluate(recipe, RECORDINGS, folds=3, group="recording", seed=1).mean > 0.9


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((STATISTICS, BIQUAD), "The recipe's steps are: time_features, then biquad, then trees"),
        ((SCALING, STATISTICS), "The recipe's steps are: scaling, then time_features"),
        ((SCALING,), "The recipe's steps are: scaling, then trees"),
        ((BIQUAD.replace("50", "[1, 2]"),), "frequency has 2 numbers; high_pass takes 1"),
        ((BIQUAD.replace("50", "600"), STATISTICS), "biquad: the design"),
        ((BIQUAD.replace("50", '"a"'),), "frequency is 'a'; it must be a frequency in Hz, or two"),
        ((PITCH.replace("20", "2"),), "pitch: 2 ... 20 Hz are periods of 50 ... 500 samples"),
        (
            (STFT.replace("0.064", "0.5"),),
            "stft: frames of 500 samples every 32, in windows of",
        ),
        ((STFT, PITCH), "pitch takes one channel; the window has 33: 0 Hz, 15.625 Hz"),
        (
            ('[[step]]\nkind = "biquad"\nfilter = "sections"\nsections = [[1, 0, 0, 2, 0, 0]]',),
            "it must be rows of six numbers b0, b1, b2, 1, a1, a2",
        ),
    ],
)
def test_steps_that_make_no_sense_are_refused(steps: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        parse_recipe(HEAD + "".join(steps) + TAIL)


def test_unstable_filters_are_refused() -> None:
    step = '[[step]]\nkind = "biquad"\nfilter = "sections"\nsections = [[1, 0, 0, 1, 0, 1.5]]\n'
    with pytest.raises(RecipeError, match="The core refuses the step biquad"):
        computed(step, STATISTICS)
