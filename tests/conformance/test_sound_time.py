"""Time weighting, tonebursts, peak, linearity, overload: IEC 61672-1:2013, 5.6 to 5.13, class 1."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sound_limits as limits
import sound_reference as reference
from scipy.signal import butter, sosfilt
from sound_meter import ARITHMETICS, RATES, Floats, meter, samples, tone

from senselet.sound import LevelMeter

BURST = 4000.0  # Hz
AMPLITUDE = 0.7
# Ringing of the weighting, and the sample that a burst's end falls on: far inside any limit.
CLOSE = 0.15


def steady(rate: int, weighting: str, arithmetic: str, frequency: float = BURST) -> float:
    m = meter(rate, weighting, arithmetic)
    m.push(samples(tone(rate, frequency, 2.0, AMPLITUDE), arithmetic))
    return m.interval_leq


def burst(rate: int, seconds: float, after: float, frequency: float = BURST) -> Floats:
    """200 ms of silence, a burst, silence; of whole ticks in all."""
    signal = tone(rate, frequency, seconds, AMPLITUDE)
    silence = np.zeros(round((0.2 + after) * 50) * rate // 50)
    start = round(0.2 * rate)
    silence[start : start + len(signal)] = signal
    return silence


@pytest.mark.parametrize("weighting", ["A", "C", "Z"])
@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
def test_tonebursts(rate: int, arithmetic: str, weighting: str) -> None:
    """Table 4: maximum F and S levels, and sound exposure level, relative to the steady tone."""
    level = steady(rate, weighting, arithmetic)
    for milliseconds, lower, upper in limits.TONEBURST_F_AND_E:
        seconds = milliseconds / 1000
        m = meter(rate, weighting, arithmetic, impulse=False)
        m.push(samples(burst(rate, seconds, seconds + 0.3), arithmetic))
        goal = 10 * math.log10(-math.expm1(-seconds / 0.125))
        deviations = [m.fast_max - level - goal, m.exposure - level - 10 * math.log10(seconds)]
        slow = next((row for row in limits.TONEBURST_S if row[0] == milliseconds), None)
        if slow is not None:
            goal = 10 * math.log10(-math.expm1(-seconds))
            assert slow[1] <= m.slow_max - level - goal <= slow[2], milliseconds
            deviations.append(m.slow_max - level - goal)
        for deviation in deviations:
            assert lower <= deviation <= upper, milliseconds
            if milliseconds >= 5:
                assert abs(deviation) <= CLOSE, (milliseconds, deviation)


def test_the_references_of_the_table_are_the_formulae() -> None:
    """Table 4's printed references, to a tenth: -8.3 dB for F and 20 ms, and so on."""
    printed = {1000: 0.0, 200: -1.0, 50: -4.8, 20: -8.3, 5: -14.1, 1: -21.0, 0.25: -27.0}
    for milliseconds, value in printed.items():
        goal = 10 * math.log10(-math.expm1(-milliseconds / 125))
        assert round(goal, 1) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
def test_decay(rate: int, arithmetic: str) -> None:
    """5.8.2: the levels fall by 34.7 and 4.3 dB/s once a steady 4 kHz tone ceases."""
    m = meter(rate, "A", arithmetic)
    m.push(samples(tone(rate, BURST, 8.0, AMPLITUDE), arithmetic))
    quiet = samples(np.zeros(rate // 5), arithmetic)
    m.push(quiet)
    f, s = m.fast, m.slow
    for _ in range(5):
        m.push(quiet)
    for (lower, upper), rate_of_decay, tau in (
        (limits.DECAY_F, f - m.fast, 0.125),
        (limits.DECAY_S, s - m.slow, 1.0),
    ):
        assert lower <= rate_of_decay <= upper
        assert rate_of_decay == pytest.approx(10 * math.log10(math.e) / tau, abs=0.01)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
def test_impulse_weighting_rises_fast_and_falls_slowly(rate: int, arithmetic: str) -> None:
    """35 ms up, 1.5 s down (IEC 60651; IEC 61672-1 has no limits for I)."""
    m = meter(rate, "A", arithmetic, impulse=True)
    m.push(samples(burst(rate, 0.02, 1.0), arithmetic))
    goal = 10 * math.log10(-math.expm1(-0.02 / 0.035))
    assert m.impulse_max - steady(rate, "A", arithmetic) == pytest.approx(goal, abs=CLOSE)
    before = m.impulse
    m.push(samples(np.zeros(rate), arithmetic))
    assert before - m.impulse == pytest.approx(10 * math.log10(math.e) / 1.5, abs=0.01)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
def test_f_and_s_agree_on_a_steady_tone(rate: int, arithmetic: str) -> None:
    m = meter(rate, "A", arithmetic)
    m.push(samples(tone(rate, 1000.0, 10.0, AMPLITUDE), arithmetic))
    assert abs(m.fast - m.slow) <= limits.F_AGAINST_S


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize(("cycles", "nominal", "goal", "limit"), limits.C_PEAK)
@pytest.mark.parametrize("rate", RATES)
def test_c_weighted_peak(
    rate: int, cycles: float, nominal: float, goal: float, limit: float, arithmetic: str
) -> None:
    """Table 5: LCpeak - LC of one cycle and of half cycles. 16 kHz does not carry 8 kHz."""
    frequency = reference.exact(nominal)
    if frequency * 2.5 > rate:
        pytest.skip("a single cycle of this frequency is beyond half the rate")
    count = round(abs(cycles) / frequency * rate)
    signal = np.zeros(rate)
    signal[rate // 5 : rate // 5 + count] = math.copysign(AMPLITUDE, cycles) * np.sin(
        2 * math.pi * frequency * np.arange(count) / rate
    )
    m = meter(rate, "C", arithmetic)
    m.push(samples(signal, arithmetic))
    difference = m.peak - steady(rate, "C", arithmetic, frequency)
    assert abs(difference - goal) <= limit


LINEAR = [("fixed", 16, 80), ("fixed", 24, 115), ("float", 16, 80), ("float", 24, 115)]


@pytest.mark.parametrize(("arithmetic", "bits", "span"), LINEAR)
@pytest.mark.parametrize("frequency", [1000.0, 4000.0])
@pytest.mark.parametrize("rate", [16000, 48000])
def test_level_linearity(
    rate: int, frequency: float, arithmetic: str, bits: int, span: int
) -> None:
    """5.6: over the whole range of the samples, from full scale down to where `span` ends.

    The samples have the dither (triangular, 2 steps wide) that a converter's own noise makes;
    without it a tone of few steps has another level already as it is quantised.
    """
    errors = []
    rng = np.random.default_rng(7)
    step = 2.0 ** (1 - bits)
    for level in range(0, -span - 1, -1):
        m = LevelMeter(rate, "A", bits, arithmetic, full_scale=0.0, interval=200)
        signal = tone(rate, frequency, 0.6, 10 ** (level / 20))
        signal += rng.triangular(-step, 0, step, len(signal))
        m.push(samples(signal, "fixed", bits))
        errors.append(m.interval_leq - level)
    errors = list(np.array(errors) - errors[10])
    assert span >= limits.LINEAR_RANGE
    assert max(map(abs, errors)) <= limits.LINEARITY
    for change in range(1, 11):
        steps = np.array(errors[change:]) - np.array(errors[:-change])
        assert np.abs(steps).max() <= limits.LINEARITY_STEP
    # Down to 20 dB above the end nothing but quantisation moves the level.
    assert max(map(abs, errors[: span - 20])) <= 0.05


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("factor", [3, 5, 10])
def test_crest_factor(factor: int, rate: int, arithmetic: str) -> None:
    """The level of repeated tonebursts is that of their energy: crest factors to 10 and more."""
    period = rate // 5
    # A sine's crest factor is sqrt(2); duty cycle d multiplies it by sqrt(1 / d).
    on = round(period * 2 / factor**2 * BURST / rate) * rate / BURST / period
    pattern = tone(rate, BURST, 0.2, AMPLITUDE)
    pattern[round(period * on) :] = 0
    m = meter(rate, "C", arithmetic, interval=2000)
    m.push(samples(np.tile(pattern, 20), arithmetic))
    expected = steady(rate, "C", arithmetic) + 10 * math.log10(on)
    assert m.interval_leq == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_overload(arithmetic: str) -> None:
    """5.11: indicated for either polarity at the same level, kept until the measurement ends."""
    for sign in (1, -1):
        signal = np.zeros(16000)
        signal[8000:8004] = sign * 0.995
        m = meter(16000, "A", arithmetic, interval=200)
        m.push(samples(signal, arithmetic))
        assert not m.overload
        signal[8001] = sign * 0.9999
        m.push(samples(signal[:9600], arithmetic))
        assert m.overload
        assert m.interval_overload
        m.push(samples(np.zeros(9600), arithmetic))
        assert m.overload
        assert not m.interval_overload
        m.restart()
        assert not m.overload


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_under_range(arithmetic: str) -> None:
    m = meter(16000, "A", arithmetic, span=60)
    m.push(samples(tone(16000, 1000.0, 2.0, 10 ** (-59.5 / 20)), arithmetic))
    assert not m.under_range
    m.push(samples(tone(16000, 1000.0, 2.0, 10 ** (-60.5 / 20)), arithmetic))
    assert m.under_range


@pytest.mark.parametrize("weighting", ["A", "C", "Z"])
@pytest.mark.parametrize("rate", RATES)
def test_noise_and_clicks_agree_with_double_precision(rate: int, weighting: str) -> None:
    """Everything at once on signals without regularity; both arithmetics within 0.1 dB."""
    rng = np.random.default_rng(4)
    noise = np.cumsum(rng.normal(size=3 * rate))  # falls by 6 dB an octave
    noise = 0.02 * np.diff(noise, prepend=0) + 1e-4 * (noise - noise.mean())
    # Z has no limits below 10 Hz; ours keeps a microphone's constant part out of the level.
    noise = np.asarray(sosfilt(butter(4, 20, "highpass", fs=rate, output="sos"), noise))
    clicks = np.zeros(3 * rate)
    clicks[rng.integers(0, 3 * rate, 9)] = rng.uniform(-0.8, 0.8, 9)
    # As a converter's filter leaves them: nothing close to half the rate.
    clicks = np.asarray(sosfilt(butter(8, 0.7, output="sos"), clicks))
    for signal in (noise, noise * 0.001, 0.1 * noise + clicks):
        expected = reference.levels(signal, rate, weighting)
        for arithmetic in ARITHMETICS:
            m = meter(rate, weighting, arithmetic)
            m.push(samples(signal, arithmetic))
            for name, value in expected.items():
                # The reference finds the peak between the samples, too.
                most = (-2.0, 0.1) if name == "peak" else (-0.1, 0.1)
                assert most[0] <= getattr(m, name) - value <= most[1], (name, arithmetic)
