"""Mel bands, cepstra, PCEN and spectral features: the user's classes and recipe steps.

Independent truth is numpy and scipy in double precision here; librosa and python_speech_features
stand behind the golden vectors (tests/golden/make_mel.py and the like).
"""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
import scipy.fft
from numpy.typing import NDArray

from senselet.features import MFCC, PCEN, Mel, Spectral
from senselet.runtime.features import mel_bands
from senselet.runtime.window_step import WindowStep
from senselet.training.errors import RecipeError
from senselet.training.features import compute_features
from senselet.training.steps import KINDS, Chain, Shape
from senselet.training.table import Table

RATE = 16000
Doubles = NDArray[np.float64]


def run(step: WindowStep, window: Any) -> Doubles:
    """What a step gives for a window, as numpy has it."""
    return np.array(list(step.run(window)), np.float64)


def slaney(hertz: Doubles | float) -> Doubles:
    """Mel of Slaney's scale."""
    f = np.asarray(hertz, np.float64)
    high = 15 + np.log(np.maximum(f, 1e-9) / 1000) * 27 / np.log(6.4)
    return np.where(f < 1000, f * 3 / 200, high)


def htk(hertz: Doubles | float) -> Doubles:
    """Mel of HTK's scale."""
    return 2595 * np.log10(1 + np.asarray(hertz, np.float64) / 700)


@pytest.mark.parametrize(("scale", "mel"), [("slaney", slaney), ("htk", htk)])
@pytest.mark.parametrize(("rate", "fft"), [(8000, 256), (16000, 512), (44100, 2048)])
def test_edges_lie_at_equal_distances_in_mel(scale: str, mel: object, rate: int, fft: int) -> None:
    """Edges, in mel, are equally far apart; the error allowed is that of mel_scale.h."""
    words = np.array(mel_bands(40, fft, rate, 20, rate / 2, scale, "none", "exact", "sum"))
    hertz = words[:42] / 2**20 * rate / fft
    wanted = np.linspace(mel(20.0), mel(rate / 2), 42)  # type: ignore[operator]
    grid = np.linspace(0, rate / 2, 400001)
    truth = np.interp(wanted, mel(grid), grid)  # type: ignore[operator]
    assert np.all(np.abs(hertz - truth) <= 2e-6 * truth + 5e-6 * rate / fft + 1e-4)
    assert np.all(words[42:].astype(np.uint32).view(np.float32) == 1.0)


def test_no_band_range_is_refused() -> None:
    """Frequencies above half the rate, or the wrong way round."""
    for lowest, highest in ((0, 9000), (4000, 4000), (5000, 4000)):
        with pytest.raises(ValueError, match="lowest or highest"):
            mel_bands(10, 512, RATE, lowest, highest, "htk", "none", "exact", "sum")


def log_mel(x: Doubles, bands: int = 32) -> Doubles:
    """Log-mel of one frame of 512 samples in double precision."""
    grid = np.linspace(0, 8000, 400001)
    hertz = np.interp(np.linspace(0, slaney(8000.0), bands + 2), slaney(grid), grid)
    bins = np.arange(257) * RATE / 512
    rise = (bins - hertz[:-2, None]) / np.diff(hertz)[:-1, None]
    fall = (hertz[2:, None] - bins) / np.diff(hertz)[1:, None]
    weights = np.clip(np.minimum(rise, fall), 0, None) * 2 / (hertz[2:] - hertz[:-2])[:, None]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(512) / 512)
    power = np.abs(np.fft.rfft(x * window)) ** 2
    return np.asarray(10 * np.log10(np.maximum(weights @ power, 1e-10)))


def voice(rng: np.random.Generator) -> Doubles:
    """A frame much as of speech: harmonics of 140 Hz falling 9 dB an octave, and breath."""
    time = np.arange(512) / RATE
    sound = sum(np.sin(2 * np.pi * 140 * k * time + k * k) / k**1.5 for k in range(1, 50))
    return np.asarray(0.3 * sound + 0.003 * rng.normal(size=512))


@pytest.mark.parametrize("level", [0, -20, -40, -60])
def test_quiet_frames_keep_their_signal_to_noise_ratio(level: int) -> None:
    """Block floating point: int16 samples 60 dB down are known to 32 counts, and lose no more.

    Tolerances: float, 2e-4 dB; fixed, the transform's noise of some 2 units of 2^-15 of full scale
    a bin, which in the voice's weakest band is 1 dB.
    """
    rng = np.random.default_rng(5)
    frame = np.round(voice(rng) * 10 ** (level / 20) * 32768)
    truth = log_mel(frame / 32768)
    fixed = run(Mel(512, RATE, arithmetic="fixed"), array("h", frame.astype(int).tolist()))
    floats = run(Mel(512, RATE), (frame / 32768).astype(np.float32))
    assert np.max(np.abs(floats - truth)) < 2e-4
    assert np.max(np.abs(fixed - truth)) < 1.0
    assert np.sqrt(np.mean((fixed - truth) ** 2)) < 0.3


def test_scale_of_float_windows_does_not_matter() -> None:
    """mel_q15 takes any float32: a factor of 2^k shifts decibels by exactly that."""
    frame = voice(np.random.default_rng(6)).astype(np.float32)
    mel = Mel(512, RATE, arithmetic="fixed", floor=1e-30)
    for exponent in (-20, 3, 20):
        louder = run(mel, frame * np.float32(2.0**exponent))
        expected = run(mel, frame) + 20 * exponent * np.log10(2)
        assert np.max(np.abs(louder - expected)) < 2e-4


def test_int16_and_float_windows_agree() -> None:
    """The same samples as int16 and as float32; units differ, results by rounding alone."""
    counts = np.round(voice(np.random.default_rng(7)) * 32768)
    mel = Mel(512, RATE, arithmetic="fixed")
    a = run(mel, array("h", counts.astype(int).tolist()))
    b = run(mel, (counts / 32768).astype(np.float32))
    assert np.max(np.abs(a - b)) < 0.5


@pytest.mark.parametrize("arithmetic", ["float", "fixed"])
def test_a_bad_sample_spoils_its_frames_alone(arithmetic: str) -> None:
    """Frames that hold it are NaN; the next window is as if nothing had been."""
    x = voice(np.random.default_rng(8)).astype(np.float32)
    window = np.concatenate([x, x, x])
    mel = Mel(1536, RATE, 8, hop=512, frame=512, arithmetic=arithmetic)
    clean = run(mel, window).reshape(3, 8)
    for bad in (np.nan, np.inf, -np.inf):
        broken = window.copy()
        broken[600] = bad
        out = run(mel, broken).reshape(3, 8)
        assert np.isnan(out[1]).all()
        assert np.array_equal(out[[0, 2]], clean[[0, 2]])
    assert np.array_equal(run(mel, window).reshape(3, 8), clean)


@pytest.mark.parametrize("arithmetic", ["float", "fixed"])
def test_silence_is_the_floor(arithmetic: str) -> None:
    """10 log10 of the floor, exactly the same in all bands."""
    out = Mel(512, RATE, arithmetic=arithmetic, floor=1e-8).run(array("f", [0.0] * 512))
    assert set(out) == {out[0]}
    assert out[0] == pytest.approx(-80, abs=1e-4)


def test_buffers_that_do_not_fit_are_refused() -> None:
    """The sentence tells what was expected."""
    mel = Mel(512, RATE)
    with pytest.raises(ValueError, match="512 in, 32 out"):
        mel.run(array("f", [0.0] * 511))
    with pytest.raises(ValueError, match="512 in, 32 out"):
        mel.run(array("d", [0.0] * 512))
    with pytest.raises(ValueError, match="range"):
        Mel(512, RATE, frame=600, fft=512)


def test_cepstrum_is_the_cosine_transform() -> None:
    """scipy's orthonormal DCT-II; tolerance as in mfcc.h."""
    rows = np.random.default_rng(9).normal(-40, 15, (5, 32)).astype(np.float32)
    out = run(MFCC(5, 32, 13), rows).reshape(5, 13)
    truth = scipy.fft.dct(rows.astype(np.float64), axis=1, norm="ortho")[:, :13]
    assert np.max(np.abs(out - truth)) < 2e-7 * np.abs(rows).max() * 32**0.5


def test_pcen_does_not_depend_on_how_a_stream_is_cut() -> None:
    """Levels go on from block to block; empty blocks are fine; a NaN spoils itself alone."""
    frames = np.random.default_rng(10).gamma(1, 1, (50, 4)).astype(np.float32)
    frames[7, 2] = np.nan
    whole = run(PCEN(50, 4, RATE, 256), frames).reshape(50, 4)
    assert np.isnan(whole).sum() == 1
    for cuts in ([1, 2, 30], [0, 0, 25], list(range(1, 50))):
        pcen = PCEN(50, 4, RATE, 256)
        parts = [np.zeros_like(part) for part in np.split(frames, cuts)]
        for part, out in zip(np.split(frames, cuts), parts, strict=True):
            pcen.process(part.copy().reshape(-1).data, out.reshape(-1).data)
        assert np.array_equal(np.concatenate(parts), whole, equal_nan=True)


def test_dominant_frequency_and_centroid_of_a_tone() -> None:
    """A tone on a bin: both are its frequency, within what 16 bits leave of the empty bins."""
    tone = np.sin(2 * np.pi * 2000 * np.arange(512) / RATE).astype(np.float32)
    spectral = Spectral("spectral_shape", 512, RATE, ("centroid", "dominant"), weight="power")
    centroid, dominant = run(spectral, tone)
    assert dominant == 2000
    assert centroid == pytest.approx(2000, abs=1)


def step(kind: str, channels: tuple[str, ...], **keys: object) -> object:
    """A step as a recipe has it."""
    table = Table("[[step]]", {"kind": kind, **keys})
    table.text("kind")
    parsed = KINDS[kind].parse(table, channels)
    table.finish()
    return parsed


def test_a_recipe_goes_from_sound_to_statistics_of_cepstra() -> None:
    """mel_q15, mfcc and time_features after each other: what C gives step by step."""
    shape = Shape(("sound",), 4000, float(RATE))
    mel = step("mel_q15", shape.channels, bands=20)
    between = mel.shape(shape)  # type: ignore[attr-defined]
    assert between.channels[:2] == ("mel0", "mel1")
    assert between.samples == 1 + (4000 - 512) // 256
    mfcc = step("mfcc", between.channels, coefficients=4, orders=1, half=2)
    after = mfcc.shape(between)  # type: ignore[attr-defined]
    assert after.channels == tuple(f"{kind}{i}" for kind in ("mfcc", "delta") for i in range(4))
    window = np.random.default_rng(11).normal(0, 0.1, (1, 4000, 1)).astype(np.float32)
    table = Table("[[step]]", {"signals": list(after.channels), "statistics": ["mean"]})
    features = KINDS["time_features"].parse(table, after.channels)
    chain = Chain((mel, mfcc), (features,))  # type: ignore[arg-type]
    row = compute_features(chain, window, channels=("sound",), rate=float(RATE))[0]
    bands = Mel(4000, RATE, 20, arithmetic="fixed").run(window[0, :, 0].copy().data)
    coefficients = MFCC(after.samples, 20, 4, orders=1, half=2).run(bands)
    truth = np.array(coefficients).reshape(-1, 8).mean(axis=0)
    assert row == pytest.approx(truth, abs=1e-4)


def test_recipes_name_what_is_wrong() -> None:
    """Frames longer than the window, too few frames for deltas, bands without a bin."""
    short = Shape(("sound",), 400, float(RATE))
    bands = Shape(tuple("abcdefgh"), 3, 60.0)
    wide = Shape(("sound",), 1000, float(RATE))
    mel = step("mel", ("sound",))
    mfcc = step("mfcc", bands.channels, coefficients=4, orders=1)
    narrow = step("spectral_change", ("sound",), bands=[100, 101])
    with pytest.raises(RecipeError, match="512 samples, a window only 400"):
        mel.payload(short)  # type: ignore[attr-defined]
    with pytest.raises(RecipeError, match="look at 9 frames"):
        mfcc.payload(bands)  # type: ignore[attr-defined]
    with pytest.raises(RecipeError, match="no bin"):
        narrow.payload(wide)  # type: ignore[attr-defined]
