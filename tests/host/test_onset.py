"""Onsets: an independent implementation's, however the stream is cut, and those of real clicks."""

from __future__ import annotations

import re
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference.onset import Settings, onsets

from senselet.data import load_keys
from senselet.onset import OnsetDetector
from senselet.training import RecipeError, compute_features, parse_recipe

RATE = 16000


def found(detector: OnsetDetector, block: Any) -> list[tuple[int, float]]:
    """Position and rise in dB of a block's onsets."""
    n = detector.process(block)
    items = detector.found[: 2 * n].tolist()
    return [(items[i], items[i + 1] / 65536) for i in range(0, 2 * n, 2)]


def clicks(rng: np.random.Generator, samples: int, at: Any, noise: float) -> NDArray[np.float64]:
    """Decaying clicks in noise."""
    x = rng.normal(0, noise, samples)
    for start in at:
        t = np.arange(min(samples - start, 1000))
        x[start : start + 1000] += 0.4 * np.exp(-t / 80) * np.cos(0.9 * t)
    return x


@pytest.mark.parametrize("emphasis", [True, False])
@pytest.mark.parametrize("noise", [1e-4, 1e-2])
def test_click_trains_are_those_of_the_reference_and_of_the_truth(
    emphasis: bool, noise: float
) -> None:
    rng = np.random.default_rng(3)
    at = np.cumsum(rng.integers(800, 4000, 30))
    x = np.round(clicks(rng, int(at[-1]) + 2000, at, noise) * 32768)
    expected, margin = onsets(x / 32768, Settings(hop=RATE // 200, emphasis=emphasis))
    assert margin > 1e-3  # dB: no decision is close
    detector = OnsetDetector(RATE, emphasis=emphasis)
    results = found(detector, array("h", x.astype(np.int16).tolist()))
    assert [position for position, _ in results] == [position for position, _ in expected]
    np.testing.assert_allclose([r for _, r in results], [r for _, r in expected], atol=1e-3)
    assert len(results) == len(at)
    assert np.all(np.abs(np.array([position for position, _ in results]) - at) <= 80)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    hop=st.integers(1, 200),
    cuts=st.lists(st.integers(0, 3000), max_size=12),
)
def test_how_the_stream_is_cut_does_not_matter(seed: int, hop: int, cuts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    x = np.round(clicks(rng, 3000, [700, 1600, 2222], 0.01) * 32768).astype(np.int16)
    whole = found(OnsetDetector(RATE, hop=hop, distance_ms=20), array("h", x.tolist()))
    detector = OnsetDetector(RATE, hop=hop, distance_ms=20)
    parts: list[tuple[int, float]] = []
    for piece in np.split(x, sorted(cuts)):
        block = array("h", piece.tolist())
        if rng.random() < 0.5:  # float32 of the same values gives the same
            block = array("f", (piece / 32768).tolist())
        parts += found(detector, block)
    assert parts == whole


def test_channels_hysteresis_and_reset() -> None:
    x = np.zeros((2000, 2), np.int16)
    x[500, 1] = x[1200, 1] = 10000
    block = array("h", x.ravel().tolist())
    assert found(OnsetDetector(8000, 2, 0), block) == []
    detector = OnsetDetector(8000, 2, 1)
    assert [position for position, _ in found(detector, block)] == [500, 1200]
    assert [position for position, _ in found(detector, block)] == [2500, 3200]
    detector.reset()
    assert [position for position, _ in found(detector, block)] == [500, 1200]
    far = OnsetDetector(8000, 2, 1, distance_ms=100)
    assert [position for position, _ in found(far, block)] == [500]
    # A level that goes on rising by 3 dB a frame is one onset, not one in every frame.
    rising = (np.repeat(20 * 2 ** (np.arange(20) / 2), 40) * np.tile([1, -1], 400)).astype(np.int16)
    slope = np.concatenate([np.tile([14, -14], 400), rising]).astype(np.int16)
    once = OnsetDetector(8000, memory=1, threshold=2.0, adaptation=0, floor=-120.0)
    assert once.process(array("h", slope.tolist())) == 1


def test_missing_samples_are_counted_and_forgotten() -> None:
    detector = OnsetDetector(8000)
    spoilt = array("f", [float("nan")] * 300 + [float("inf")] * 300 + [0.0] * 400)
    detector.process(spoilt)
    assert detector.missing == 600
    quiet = array("f", [0.0] * 1000)
    quiet[700] = 0.1
    assert [position for position, _ in found(detector, quiet)] == [1700]


def test_key_clicks_of_a_real_keyboard_are_found() -> None:
    """The Debian package's clicks, one after the other with silence between, at 44.1 kHz.

    True times: where a click first comes within 20 dB of its peak. The clips hold some further
    taps (the spring, the key reaching its stop), so the least distance is that of typing.
    """
    rng = np.random.default_rng(4)
    parts: list[NDArray[np.float64]] = []
    truth, length = [], 0
    for recording in load_keys()[::4]:
        clip = recording.samples[:, 0].astype(np.float64)
        gap = rng.normal(0, 1e-4, int(rng.integers(4000, 9000)))
        peak = float(np.max(np.abs(clip)))
        if peak < 0.01:
            continue
        truth.append(length + len(gap) + int(np.argmax(np.abs(clip) > peak / 10)))
        parts += [gap, clip]
        length += len(gap) + len(clip)
    x = array("f", np.concatenate(parts).tolist())
    detector = OnsetDetector(44100, distance_ms=300)
    positions = np.array([position for position, _ in found(detector, x)])
    hits = [bool(np.any(np.abs(positions - one) < 0.03 * 44100)) for one in truth]
    assert len(truth) > 35
    assert np.mean(hits) >= 0.95
    assert len(positions) <= 1.05 * len(truth)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"rate": 0}, "rate is 0; expected 1 ... 16777216"),
        ({"channels": 0}, "channels is 0; expected 1 ... 255"),
        ({"channel": 1}, "channel is 1; expected 0 ... 0"),
        ({"hop": -1}, "hop is -1; expected 1 ... 32767"),
        ({"memory": 9}, "memory is 9; expected 1 ... 8"),
        ({"adaptation": 16}, "adaptation is 16; expected 0 ... 15"),
        ({"distance_ms": 10**6}, "distance in frames is 200000; expected 0 ... 65535"),
        ({"full_scale_bits": 101}, "full_scale_bits is 101; expected -100 ... 100"),
        ({"threshold": 0.0}, "threshold or floor holds a number outside its allowed range"),
        ({"floor": 1.0}, "threshold or floor holds a number outside its allowed range"),
    ],
)
def test_what_does_not_fit_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        OnsetDetector(**{"rate": RATE, **arguments})


def test_wrong_blocks_are_refused() -> None:
    detector = OnsetDetector(RATE, 2)
    for block in (array("d", [0.0, 0.0]), array("h", [1]), 7):
        with pytest.raises((ValueError, TypeError)):
            detector.process(block)  # type: ignore[arg-type]
    assert detector.process(array("h")) == 0
    assert OnsetDetector(RATE, floor=0.0).process(array("h", [1] * 100)) == 0


RECIPE = """
[input]
channels = ["left", "right"]
rate = 8000
[window]
seconds = 0.25
[[step]]
kind = "onset"
LINES
[[step]]
kind = "trees"
"""


def test_a_recipe_counts_onsets() -> None:
    recipe = parse_recipe(RECIPE.replace("LINES", 'signal = "right"\nfull_scale = 32768'))
    assert recipe.feature_names == [
        "onsets(right)",
        "first_onset(right)",
        "largest_rise(right)",
    ]
    windows = np.zeros((2, 2000, 2), np.float32)
    windows[0, [400, 1000], 1] = 1000, 20000
    windows[:, 700, 0] = 9999
    rows = compute_features(recipe.chain, windows, channels=("left", "right"), rate=8000)
    assert rows[0, :2].tolist() == [2, np.float32(0.05)]
    # Two differences of 20000 in 40 samples, in dB of full scale, over the floor.
    rise = 10 * np.log10(2 * (20000 / 32768) ** 2 / 40) + 60
    assert rows[0, 2] == pytest.approx(rise, abs=1e-3)
    assert rows[1].tolist() == [0, 0.25, 0]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('signal = "middle"', "there is no 'middle'"),
        ("full_scale = 3", "full_scale is 3; it must be a power of two"),
        ("threshold = 0", "threshold is 0; it must lie in 0.01 ... 100"),
        ("floor = 3", "floor is 3; it must lie in -120 ... 0"),
        ("emphasis = 1", "it must be true or false"),
    ],
)
def test_wrong_recipes_are_refused(lines: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        parse_recipe(RECIPE.replace("LINES", lines))
