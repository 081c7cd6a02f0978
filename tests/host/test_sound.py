"""LevelMeter and BandMeter: cuts of the stream, bad input, calibration, long measurements."""

from __future__ import annotations

import math
import struct
import subprocess
import sys
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from senselet.runtime.sound import RESULTS
from senselet.sound import LevelMeter
from senselet.sound_bands import BandMeter

ROOT = Path(__file__).parents[2]
RATE = 8000
NOISE: Any = (3000 * np.random.default_rng(3).normal(size=3 * RATE)).astype(np.int16)
FLOATS: Any = (NOISE / 32768).astype(np.float32)


def of(arithmetic: str, **options: Any) -> LevelMeter:
    options = {"interval": 100, "impulse": True, **options}
    return LevelMeter(RATE, "A", 16, arithmetic, **options)


def whole(arithmetic: str, samples: Any) -> tuple[bytes, int]:
    meter = of(arithmetic)
    intervals = meter.push(samples)
    return bytes(meter.read()), intervals


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
@given(cuts=st.lists(st.integers(0, 2000), max_size=30))
@settings(max_examples=40)
def test_how_the_stream_is_cut_does_not_matter(arithmetic: str, cuts: list[int]) -> None:
    expected, intervals = whole(arithmetic, NOISE)
    meter = of(arithmetic)
    at = 0
    for length in cuts:
        intervals -= meter.push(NOISE[at : at + length])
        at = min(at + length, len(NOISE))
    intervals -= meter.push(NOISE[at:])
    assert bytes(meter.read()) == expected
    assert intervals == 0


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
@given(cuts=st.lists(st.integers(0, 2000), max_size=30))
@settings(max_examples=20)
def test_bands_do_not_depend_on_cuts_either(arithmetic: str, cuts: list[int]) -> None:
    expected = BandMeter(16000, "third_octave", 16, arithmetic)
    expected.push(NOISE)
    meter = BandMeter(16000, "third_octave", 16, arithmetic)
    at = 0
    for length in cuts:
        meter.push(NOISE[at : at + length])
        at = min(at + length, len(NOISE))
    meter.push(NOISE[at:])
    assert bytes(meter.read()) == bytes(expected.read())


def test_integers_and_floats_are_the_same_samples() -> None:
    assert whole("float", NOISE) == whole("float", FLOATS)
    wide = LevelMeter(RATE, sample_bits=24)
    wide.push(NOISE.astype(np.int32) * 256)
    upper = LevelMeter(RATE, sample_bits=32)
    upper.push(NOISE.astype(np.int32) * 65536)
    narrow = LevelMeter(RATE, sample_bits=16)
    narrow.push(NOISE)
    assert bytes(wide.read()) == bytes(upper.read()) == bytes(narrow.read())


@given(st.lists(st.floats(width=32), min_size=1, max_size=400))
@settings(max_examples=60)
def test_any_floats_leave_no_trace(values: list[float]) -> None:
    """NaN, infinities and huge values in the stream: levels stay numbers, and recover."""
    meter = of("float")
    hostile: Any = np.zeros(3 * RATE // 50, np.float32)  # whole ticks
    hostile[: len(values)] = values
    silence: Any = np.zeros(10 * RATE, np.float32)
    meter.push(hostile)
    meter.push(silence)
    assert meter.fast < meter.full_scale
    if any(not abs(value) < 8 for value in values):
        assert meter.invalid
    meter.push(FLOATS)
    clean = of("float")
    clean.push(FLOATS)
    assert meter.fast == pytest.approx(clean.fast, abs=0.01)
    bands = BandMeter(16000, arithmetic="float")
    bands.push(hostile)
    bands.push(FLOATS)
    assert not np.isnan(bands.read()).any()


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_nothing_yet_is_nan_and_silence_is_very_low(arithmetic: str) -> None:
    meter = of(arithmetic)
    assert meter.push(array("h")) == 0
    levels = dict(zip(RESULTS, meter.read(), strict=True))
    assert levels.pop("full_scale") == 120
    assert all(map(math.isnan, levels.values()))
    assert not meter.under_range
    silence: Any = np.zeros(RATE, np.int16)
    meter.push(silence)
    assert meter.fast == meter.leq == pytest.approx(120 - 189.7, abs=1)
    assert meter.l50 == pytest.approx(120 - 138.5, abs=1)  # where the histogram ends
    assert meter.under_range


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_a_constant_part_does_not_count(arithmetic: str) -> None:
    """MEMS microphones add one that is larger than the sound."""
    t = np.arange(6 * 48000) / 48000
    sound = 1e-3 * np.sin(2 * np.pi * 1000 * t)
    for weighting in "ACZ":
        levels = []
        for offset in (0.0, 0.3):
            meter = LevelMeter(48000, weighting, 24, arithmetic, interval=500)
            samples: Any = np.round((sound + offset) * 2**23).astype(np.int32)
            meter.push(samples)
            levels.append(meter.interval_leq)
        assert levels[0] == pytest.approx(60, abs=0.01)
        assert levels[1] == pytest.approx(levels[0], abs=0.02)


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_long_measurements_lose_nothing(arithmetic: str) -> None:
    """Half an hour of full scale: no sum overflows, none stops growing."""
    t = np.arange(RATE) / RATE
    second = np.round(32767 * np.sin(2 * np.pi * 1000 * t)).astype(np.int16)
    meter = LevelMeter(RATE, "Z", 16, arithmetic, full_scale=0)
    minute: Any = np.tile(second, 60)
    for _ in range(30):
        meter.push(minute)
    assert meter.leq == pytest.approx(0, abs=0.01)
    assert meter.exposure == pytest.approx(10 * math.log10(1800), abs=0.01)
    assert meter.overload


@pytest.mark.parametrize("arithmetic", ["fixed", "float"])
def test_statistics_are_those_of_the_levels(arithmetic: str) -> None:
    """LN against the F level read every 20 ms."""
    rng = np.random.default_rng(8)
    meter = of(arithmetic)
    seen = []
    for k in range(1500):
        amplitude = 300 * 10 ** math.sin(k / 90)
        noise: Any = (amplitude * rng.normal(size=RATE // 50)).clip(-32768, 32767)
        meter.push(noise.astype(np.int16))
        if k >= 32:
            seen.append(meter.fast)
    for name, share in (("l10", 90), ("l50", 50), ("l90", 10)):
        assert getattr(meter, name) == pytest.approx(np.percentile(seen, share), abs=0.12)
    assert meter.fast_min <= min(seen)
    assert meter.fast_max >= max(seen)


def test_calibration() -> None:
    meter = of("fixed", bands=None)
    with pytest.raises(ValueError, match="calibration"):
        meter.calibrate()
    tone: Any = (1000 * np.sin(np.arange(2 * RATE) * 2 * np.pi / 8)).astype(np.int16)
    meter.push(tone)
    meter.calibrate(94)
    assert meter.interval_leq == pytest.approx(94, abs=1e-4)
    other = of("float", full_scale=meter.full_scale)
    other.push(tone)
    assert other.interval_leq == pytest.approx(94, abs=0.01)
    clipped: Any = np.full(RATE, 32767, np.int16)
    meter.push(clipped)
    with pytest.raises(ValueError, match="calibration"):
        meter.calibrate()  # overloaded
    with pytest.raises(ValueError, match="full_scale"):
        meter.set_full_scale(float("nan"))


def test_restart_and_reset() -> None:
    meter = of("fixed")
    meter.push(NOISE)
    fast = meter.fast
    meter.restart()
    assert meter.fast == fast
    assert math.isnan(meter.leq)
    assert math.isnan(meter.l50)
    meter.reset()
    assert math.isnan(meter.fast)
    meter.push(NOISE)
    assert bytes(meter.read()) == whole("fixed", NOISE)[0]


def test_bands_end_their_intervals_with_the_meter() -> None:
    meter = LevelMeter(16000, sample_bits=16, bands="octave", interval=200)
    assert meter.bands is not None
    meter.push(NOISE[:3000])
    assert all(map(math.isnan, meter.bands.interval_levels))
    assert meter.push(NOISE[3000:3200]) == 1
    assert not any(map(math.isnan, meter.bands.interval_levels))
    meter.set_full_scale(100)
    first = np.array(meter.bands.read())
    meter.set_full_scale(110)
    assert np.array(meter.bands.read()) - first == pytest.approx(np.full(len(first), 10), abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rate": 96000}, "rate: 96000 Hz"),
        ({"rate": 0}, "rate"),
        ({"weighting": "B"}, "weighting: expected 'A', 'C' or 'Z', found 'B'"),
        ({"sample_bits": 20}, "sample_bits: expected 16, 24 or 32, found 20"),
        ({"arithmetic": "double"}, "arithmetic"),
        ({"interval": 30}, "interval: expected a multiple of 20 ms"),
        ({"interval": 0}, "interval"),
        ({"span": -1}, "span"),
        ({"full_scale": 400.0}, "full_scale"),
        ({"bands": "half_octave"}, "bands"),
        ({"rate": 8000, "bands": "octave"}, "rate: 8000 Hz is none of"),
    ],
)
def test_impossible_meters_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LevelMeter(**wrong)


@pytest.mark.parametrize("block", [b"12", array("f", [0.0]), array("d", [0.0]), 5, None, [1, 2]])
def test_wrong_blocks_are_refused(block: Any) -> None:
    for meter in (of("fixed"), BandMeter(16000, sample_bits=16)):
        with pytest.raises(ValueError, match=r"the block of samples .* found"):
            meter.push(block)
    with pytest.raises(ValueError, match="the block of samples"):
        of("fixed").push(array("i", [1, 2]))  # 16-bit samples come as int16


def test_unknown_names_are_no_levels() -> None:
    with pytest.raises(AttributeError):
        _ = of("fixed").loudness


def test_tables_are_what_the_design_writes() -> None:
    """To the last unit or two: other versions of scipy end their search elsewhere."""
    code = "from tools import design_sound as d; print([d.words(r) for r in d.RATES])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    from senselet.runtime.sound_tables import WEIGHTINGS

    designed = np.array(eval(done.stdout))
    stored = np.array([struct.unpack("<14i", table) for table in WEIGHTINGS.values()])
    assert np.abs(designed - stored)[:, :9].max() <= 1
    assert np.abs(designed - stored).max() <= 2000  # 4e-6 of a coefficient
