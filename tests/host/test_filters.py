"""FIR, smoothing, autocorrelation and pitch against scipy and numpy; what all filters promise."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
import pytest
import scipy.signal
from biquads import Array, signal_to_noise
from hypothesis import given, settings
from hypothesis import strategies as st

from senselet import filters, fir, pitch, smoothing
from senselet.filter_design import low_pass

# Untyped: numpy's arrays of changing item types come and go here.
Biquad: Any = filters.Biquad
BiquadQ15: Any = filters.BiquadQ15
BiquadQ31: Any = filters.BiquadQ31
Fir: Any = fir.Fir
FirQ15: Any = fir.FirQ15
Autocorrelation: Any = pitch.Autocorrelation
Pitch: Any = pitch.Pitch
DcBlocker: Any = smoothing.DcBlocker
Envelope: Any = smoothing.Envelope
Median: Any = smoothing.Median
MovingAverage: Any = smoothing.MovingAverage
SHORT = 2.0**15


def noise(count: int, seed: int = 1, scale: float = 0.25) -> Any:
    return np.clip(np.random.default_rng(seed).normal(size=count) * scale, -1, 1 - 1 / SHORT)


def resampled(taps: Array, x: Array, up: int, down: int) -> Array:
    """As many outputs of upfirdn as a stream has given after x."""
    count = -(-len(x) * up // down)
    result: Array = scipy.signal.upfirdn(taps, np.append(x, np.zeros(len(taps))), up, down)[:count]
    return result


FACTORS = [(1, 1), (1, 4), (1, 7), (3, 1), (3, 2), (2, 3), (160, 147), (147, 160), (5, 100)]


@pytest.mark.parametrize(("up", "down"), FACTORS)
def test_fir_is_upfirdn(up: int, down: int) -> None:
    taps = scipy.signal.firwin(20 * max(up, min(down, 8)) + 1, 0.9 / max(up, min(down, 8))) * up
    x = noise(1000).astype(np.float32)
    wanted = resampled(taps.astype(np.float32).astype(float), x.astype(float), up, down)
    filtering = Fir(taps.tolist(), up, down)
    out = np.zeros(filtering.outputs(len(x)), np.float32)
    assert filtering.process(x, out) == len(wanted) == len(out)
    # Rounding of sums of up to 100 products below 0.3.
    np.testing.assert_allclose(out, wanted, rtol=0, atol=2e-6)


@pytest.mark.parametrize(("up", "down"), FACTORS)
def test_fir_q15_is_upfirdn_rounded(up: int, down: int) -> None:
    taps = scipy.signal.firwin(20 * max(up, min(down, 8)) + 1, 0.9 / max(up, min(down, 8))) * up
    x = np.round(noise(1000) * SHORT).astype(np.int16)
    fraction = 15 if np.abs(taps).max() < 0.99 and phase_sum(taps, up) < 1.99 else 14
    rounded = np.array([round(t * 2**fraction) for t in taps]) / 2**fraction
    wanted = resampled(rounded, x.astype(float), up, down)
    filtering = FirQ15(taps.tolist(), up, down)
    out = np.zeros(filtering.outputs(len(x)), np.int16)
    assert filtering.process(x, out) == len(wanted)
    assert np.abs(out - np.clip(wanted, -SHORT, SHORT - 1)).max() <= 0.5


def phase_sum(taps: Array, up: int) -> float:
    """Largest sum of the magnitudes of an output's taps."""
    return float(max(np.abs(taps[i::up]).sum() for i in range(up)))


def test_fir_q15_saturates() -> None:
    filtering = FirQ15([0.9, 0.9])
    out = array("h", bytes(8))
    filtering.process(array("h", [32767, 32767, -32768, -32768]), out)
    assert list(out) == [29490, 32767, -1, -32768]


@pytest.mark.parametrize("length", [1, 2, 7, 100])
def test_moving_average_is_the_mean(length: int) -> None:
    x = noise(1000)
    wanted = np.convolve(x, np.full(length, 1 / length))[:1000]
    out = MovingAverage(length).process(x.astype(np.float32), np.zeros(1000, np.float32))
    np.testing.assert_allclose(out, wanted, rtol=0, atol=length * 2.0**-24 + 2.0**-24)
    short = np.round(x * SHORT).astype(np.int16)
    sums = np.convolve(short.astype(np.int64), np.ones(length, np.int64))[:1000]
    out = MovingAverage(length, "h").process(short.copy())
    assert np.array_equal(out, (2 * sums + length) // (2 * length))


def test_moving_average_holds_the_largest_sum() -> None:
    block = np.full(40000, -32768, np.int16)
    assert MovingAverage(32768, "h").process(block)[-1] == -32768
    block = np.full(40000, 32767, np.int16)
    assert MovingAverage(32768, "h").process(block)[-1] == 32767


@pytest.mark.parametrize(("cutoff", "rate"), [(1, 100), (20, 48000), (0.05, 48000), (10, 50)])
def test_dc_blocker_is_a_high_pass_of_first_order(cutoff: float, rate: float) -> None:
    if cutoff * 4 > rate:
        pytest.skip("see the refusals")
    factor = -np.expm1(-2 * np.pi * cutoff / rate)
    x = noise(5000) * 0.5 + 0.25
    wanted = scipy.signal.lfilter([1, -1], [1, factor - 1], x)
    out = DcBlocker(cutoff, rate).process(x.astype(np.float32), np.zeros(5000, np.float32))
    assert signal_to_noise(np.asarray(out), wanted) > 115
    short = np.round(x * SHORT).astype(np.int16)
    wanted = scipy.signal.lfilter([1, -1], [1, factor - 1], short.astype(float))
    out = DcBlocker(cutoff, rate, "h").process(short.copy())
    # Half a unit of rounding, and the mean's.
    assert np.abs(out - np.clip(wanted, -32768, 32767)).max() < 0.51


@pytest.mark.parametrize(("attack", "release"), [(0.01, 0.1), (0, 0.5), (0.001, 0.0002), (10, 0)])
def test_envelope_follows_its_definition(attack: float, release: float) -> None:
    rate = 8000
    rise, fall = (1.0 if t == 0 else -np.expm1(-1 / (t * rate)) for t in (attack, release))
    x = noise(4000) * np.repeat([1, 0.1, 1, 0.01], 1000)
    short = np.round(x * SHORT).astype(np.int16)
    for items, block, scale, limit in (
        ("f", x.astype(np.float32), 1.0, 2e-6),
        ("h", short, SHORT, 0.51),
    ):
        level, wanted = 0.0, []
        for value in np.abs(block.astype(float)):
            level += (rise if value > level else fall) * (value - level)
            wanted.append(level)
        out = Envelope(attack, release, rate, items).process(block.copy())
        assert np.abs(np.asarray(out, float) - np.array(wanted)).max() < limit, scale


@pytest.mark.parametrize("length", [1, 3, 9, 101])
def test_median_is_medfilt_later(length: int) -> None:
    x = noise(600)
    late = (length - 1) // 2
    for block in (x.astype(np.float32), np.round(x * 40).astype(np.int16)):
        wanted = scipy.signal.medfilt(np.append(block, np.zeros(late, block.dtype)), length)
        out = Median(length).process(block.copy())
        assert np.array_equal(out[late:], wanted[: len(block) - late])


@pytest.mark.parametrize("centred", [False, True])
def test_autocorrelation_is_numpys(centred: bool) -> None:
    x = (noise(300) + 0.2).astype(np.float32)
    short = np.round(x * 8000).astype(np.int16)
    for block in (x, x * np.float32(1e30), x * np.float32(1e-30), short):
        y = block.astype(float) - (block.astype(float).mean() if centred else 0)
        wanted = np.correlate(y, y, "full")[299:] / (y @ y)
        found = Autocorrelation(300, 100, centred).run(block)
        np.testing.assert_allclose(found, wanted[:100], rtol=0, atol=1e-6)


def test_autocorrelation_of_nothing() -> None:
    assert list(Autocorrelation(4, 2).run(array("f", [0, 0, 0, 0]))) == [0, 0]
    assert list(Autocorrelation(4, 2, True).run(array("h", [7, 7, 7, 7]))) == [0, 0]
    assert np.isnan(Autocorrelation(2, 2).run(array("f", [0, float("nan")]))).all()


@pytest.mark.parametrize("frequency", [82.4, 110.0, 220.0, 440.0, 987.8, 1600.0])
@pytest.mark.parametrize("kind", ["sine", "pulses", "voice"])
def test_pitch_finds_the_fundamental(frequency: float, kind: str) -> None:
    t = np.arange(800) / 16000
    harmonics = {"sine": [1.0], "pulses": [1.0] * 5, "voice": [0.2, 1.0, 0.5, 0.3]}[kind]
    angle = 2 * np.pi * frequency * t
    x = np.sum([h * np.sin((k + 1) * angle) for k, h in enumerate(harmonics)], axis=0)
    x = x / np.abs(x).max() * 0.7 + 0.1
    for block in (x.astype(np.float32), np.round(x * SHORT).astype(np.int16)):
        found, clarity = Pitch(800, 16000, 70, 2000).run(block)
        # Harmonics of up to 8 kHz make a period of ten samples hard: 0.5 %.
        assert found == pytest.approx(frequency, rel=0.002 if kind == "sine" else 0.005)
        assert clarity > 0.85


def test_pitch_of_noise_and_nothing() -> None:
    _, clarity = Pitch(800, 16000, 70, 2000).run(noise(800).astype(np.float32))
    assert clarity < 0.5
    assert list(Pitch(800, 16000, 70, 2000).run(array("h", bytes(1600)))) == [0, 0]
    x = noise(800).astype(np.float32)
    x[5] = np.inf
    assert np.isnan(Pitch(800, 16000, 70, 2000).run(x)).all()


# ---- What all promise ----------------------------------------------------------------------------

STREAMS: dict[str, tuple[Any, type]] = {
    "Biquad": (lambda: Biquad(low_pass(5, 100, 1000)), np.float32),
    "BiquadQ15": (lambda: BiquadQ15(low_pass(5, 100, 1000)), np.int16),
    "BiquadQ31 int32": (lambda: BiquadQ31(low_pass(5, 10, 1000)), np.int32),
    "BiquadQ31 int16": (lambda: BiquadQ31(low_pass(5, 10, 1000)), np.int16),
    "MovingAverage": (lambda: MovingAverage(7), np.float32),
    "MovingAverage int16": (lambda: MovingAverage(7, "h"), np.int16),
    "DcBlocker": (lambda: DcBlocker(1, 100), np.float32),
    "DcBlocker int16": (lambda: DcBlocker(1, 100, "h"), np.int16),
    "Envelope": (lambda: Envelope(0.01, 0.1, 1000), np.float32),
    "Envelope int16": (lambda: Envelope(0.01, 0.1, 1000, "h"), np.int16),
    "Median": (lambda: Median(9), np.float32),
    "Median int16": (lambda: Median(9), np.int16),
}


def stream(items: type, count: int) -> Any:
    """Noise over the whole range; as float32 with what a stream must survive."""
    if items is np.float32:
        x = noise(count, 2).astype(np.float32)
        x[::97] = np.nan
        x[1::101] = np.inf
        x[2::211] = 3e38
        x[3::211] = -3e38
        return x
    largest = np.iinfo(items).max
    return (noise(count, 2, 0.7) * largest).astype(items)


def runs(filtering: Any, block: Any, cuts: list[int]) -> Any:
    parts = np.split(block, sorted({min(c, len(block)) for c in cuts}))
    return np.concatenate([np.asarray(filtering.process(part.copy())) for part in parts])


@pytest.mark.parametrize("name", STREAMS)
@settings(derandomize=True, max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 700), max_size=12))
def test_how_a_stream_is_cut_does_not_matter(name: str, cuts: list[int]) -> None:
    make, items = STREAMS[name]
    block = stream(items, 700)
    whole = make().process(block.copy())
    assert runs(make(), block, cuts).tobytes() == whole.tobytes()


@pytest.mark.parametrize("name", STREAMS)
def test_elsewhere_is_the_same_as_in_place_and_reset_starts_anew(name: str) -> None:
    make, items = STREAMS[name]
    block = stream(items, 300)
    filtering = make()
    out = np.zeros_like(block)
    filtering.process(block, out)
    filtering.reset()
    assert np.asarray(filtering.process(block.copy())).tobytes() == out.tobytes()
    assert len(filtering.process(block[:0])) == 0


@pytest.mark.parametrize("name", [n for n, (_, items) in STREAMS.items() if items is np.float32])
def test_a_stream_of_floats_recovers(name: str) -> None:
    make, _ = STREAMS[name]
    filtering, clean = make(), make()
    filtering.process(stream(np.float32, 700))
    x = noise(20000, 3).astype(np.float32)
    out = np.asarray(filtering.process(x.copy()))
    assert np.isfinite(out).all()
    np.testing.assert_allclose(out[-100:], np.asarray(clean.process(x.copy()))[-100:], atol=1e-6)


@pytest.mark.parametrize("name", STREAMS)
def test_wrong_buffers_are_named(name: str) -> None:
    make, items = STREAMS[name]
    for block, out in (
        (array("d", [1.0]), array("d", [1.0])),
        (np.zeros(4, items), np.zeros(3, items)),
        (np.zeros(4, items), bytes(4 * np.dtype(items).itemsize)),
        (np.zeros(8, items)[::2], np.zeros(4, items)),
        (7, np.zeros(4, items)),
    ):
        with pytest.raises(ValueError, match=r"block or out .*expected .*; found "):
            make().process(block, out)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=12), which=st.integers(0, len(FACTORS) - 1))
def test_how_a_resampled_stream_is_cut_does_not_matter(cuts: list[int], which: int) -> None:
    up, down = FACTORS[which]
    taps = np.hanning(6 * up + 3)[1:-1] * 0.25
    for make, items in ((Fir, np.float32), (FirQ15, np.int16)):
        block = stream(items, 400)
        block[np.abs(block.astype(float)) > 1e30] = 0
        whole = np.zeros(400 * up, items)
        count = make(taps.tolist(), up, down).process(block, whole)
        filtering = make(taps.tolist(), up, down)
        parts = []
        for part in np.split(block, sorted(cuts)):
            out = np.zeros(filtering.outputs(len(part)), items)
            assert filtering.process(part, out) == len(out)
            parts.append(out)
        assert np.concatenate(parts).tobytes() == whole[:count].tobytes()


def test_fir_refuses_what_does_not_fit() -> None:
    for arguments in (([],), ([1.0], 2), ([1.0], 1, 0), ([1.0] * 300, 256), ([1.0] * 8193,)):
        with pytest.raises(ValueError, match="taps"):
            Fir(*arguments)
    with pytest.raises(ValueError, match="taps"):
        Fir([float("inf")])
    with pytest.raises(ValueError, match="taps"):
        FirQ15([9.0, 9.0])
    filtering = Fir([1.0], down=2)
    with pytest.raises(ValueError, match="block or out"):
        filtering.process(array("f", [1, 2, 3]), array("f", [0]))


@pytest.mark.parametrize(
    "make",
    [
        lambda: MovingAverage(0),
        lambda: MovingAverage(32769),
        lambda: MovingAverage(3, "d"),
        lambda: Median(2),
        lambda: Median(1025),
        lambda: DcBlocker(0, 100),
        lambda: DcBlocker(26, 100),
        lambda: DcBlocker(1, float("nan")),
        lambda: Envelope(-1, 1, 100),
        lambda: Envelope(1, 1, 0),
        lambda: Envelope(0.1, 1e6, 100),
        lambda: Autocorrelation(4, 5),
        lambda: Pitch(100, 100, 1, 50),
        lambda: Pitch(100, 100, 10, 60),
        lambda: Biquad([]),
        lambda: Biquad([(1, 0, 0, 2, 0, 0)]),
        lambda: Biquad([(1e10, 0, 0, 1, 0, 0)]),
        lambda: Biquad([(1, 0, 0, 1, 0, 0)], channels=0),
        lambda: BiquadQ15([(17, 0, 0, 1, 0, 0)]),
    ],
)
def test_what_is_out_of_range_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=r"expected|is \(b0|too large|number|items is"):
        make()


@pytest.mark.parametrize("kind", [Biquad, BiquadQ15, BiquadQ31])
def test_unstable_sections_and_their_poles_are_named(kind: Any) -> None:
    fine = (1, 0, 0, 1, 0, 0)
    for a1, a2, radius in ((-1.0, 1.25, 1.118034), (-2.5, 1.0, 2.0), (0.0, -1.0, 1.0)):
        with pytest.raises(ValueError, match=f"section 1 has a pole of radius {radius:.4f}"):
            kind([fine, (0.1, 0, 0, 1, a1, a2)])


def test_q15_refuses_poles_that_rounding_moves_out() -> None:
    design = low_pass(2, 5, 48000)
    with pytest.raises(ValueError, match="16 bits; BiquadQ31"):
        BiquadQ15(design)
    BiquadQ31(design)


def test_missing_samples_are_counted_and_taken_as_zero() -> None:
    x = noise(100).astype(np.float32)
    damaged = x.copy()
    x[10] = x[50] = 0
    damaged[10], damaged[50] = np.nan, -np.inf
    found = Biquad(low_pass(4, 10, 100))
    assert np.array_equal(found.process(damaged), Biquad(low_pass(4, 10, 100)).process(x))
    assert found.missing == 2


def test_channels_are_filtered_each_for_itself() -> None:
    x = noise(900).astype(np.float32).reshape(300, 3)
    found = np.asarray(Biquad(low_pass(3, 10, 100), channels=3).process(x.ravel().copy()))
    for channel in range(3):
        alone = Biquad(low_pass(3, 10, 100)).process(x[:, channel].copy())
        assert np.array_equal(found[channel::3], alone)
