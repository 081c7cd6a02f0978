"""Third-octave and octave filters of the sound level meter: IEC 61260-1:2014, class 1."""

from __future__ import annotations

import functools
import math
import struct
from typing import Any

import numpy as np
import pytest
import sound_limits as limits
import sound_reference as reference
from scipy.signal import lfilter
from sound_meter import ARITHMETICS, RATES, Floats, samples, tone

from senselet.runtime.band_tables import BANDS
from senselet.sound_bands import BandMeter

RATIO = 10**0.3
UPPER_BANDS = 6  # at the full rate
HALF_BAND = (0.06749923, 0.27740723, 0.67791850)  # core/dsp/bands_q31.c


def stretched(exponent: float, fraction: int) -> float:
    """A breakpoint of an octave filter for one of 1/fraction octave: formula (9)."""
    scale = (RATIO ** (0.5 / fraction) - 1) / (RATIO**0.5 - 1)
    return float(1 + scale * (RATIO**exponent - 1))


def acceptance(ratio: Floats, fraction: int) -> tuple[Floats, Floats]:
    """Least and greatest relative attenuation in dB at f / fm: Table 1 and formula (11)."""
    above = np.log(np.maximum(ratio, 1 / ratio))
    inner = [*limits.PASS_MOST, (0.5, limits.PASS_EDGE)]
    outer = [(0.5, limits.STOP_EDGE), *limits.STOP_LEAST]

    def interpolated(points: list[Any]) -> Floats:
        x = [math.log(stretched(exponent, fraction)) for exponent, _ in points]
        return np.asarray(np.interp(above, x, [limit for _, limit in points]))

    inside = above <= math.log(stretched(0.5, fraction)) * (1 + 1e-12)
    least = np.where(inside, limits.PASS_LEAST, interpolated(outer))
    most = np.where(inside, interpolated(inner), np.inf)
    return least, most


@functools.cache
def words(rate: int) -> tuple[int, ...]:
    table = BANDS[rate]
    return struct.unpack(f"<{len(table) // 4}i", table)


def coefficients(rate: int, band: int) -> tuple[int, list[int]]:
    """Octave of a third-octave band, 0 the highest, and its eight words as the core forms them."""
    table = words(rate)[1:]
    if band < 6:
        return 0, list(table[8 * band : 8 * band + 8])
    octave, place = (band - 6) // 3 + 1, (band - 6) % 3
    row = table[48 + 15 * place : 48 + 15 * place + 15]
    return octave, [a + (octave - 1) * d for a, d in zip(row[:8], (*row[8:], 0), strict=True)]


def gain(rate: int, band: int, frequency: Floats) -> Floats:
    """Magnitude of a band's response to tones at the full rate, half-band filters included.

    Tones that the halvings fold are in it: the response at a lower rate is periodic.
    """
    octave, c = coefficients(rate, band)
    total = np.ones(len(frequency), complex)
    for step in range(octave):
        z = np.exp(-2j * np.pi * frequency * 2**step / rate)
        a0, a1, a2 = ((a + z * z) / (1 + a * z * z) for a in HALF_BAND)
        total *= (a0 * a2 + z * a1) / 2
    z = np.exp(-2j * np.pi * frequency * 2**octave / rate)
    shifts = c[7]
    for i in range(3):
        zeros = (1 - z) ** 2 if shifts >> 12 and i == 0 else 1 - z * z
        total *= zeros * 2.0 ** -(shifts >> 4 * i & 15)
        total /= 1 + c[2 * i] / 2**30 * z + c[2 * i + 1] / 2**30 * z * z
    return np.asarray(np.abs(total) * math.sqrt(c[6] / 2**27))


def middles(rate: int) -> list[float]:
    """Exact mid-band frequencies of the third-octaves, the highest first."""
    count, top = words(rate)[0] & 0xFF, (words(rate)[0] >> 8) - 64
    return [1000 * RATIO ** ((top - i) / 3) for i in range(count)]


def check_mask(rate: int, bands: list[int], middle: float, fraction: int) -> tuple[float, float]:
    """Check the sum of some bands' powers; what is left of 0.4 dB in mid-band, and bandwidth."""
    edges = [stretched(x, fraction) for x in (0.125, 0.25, 0.375, 0.4999, 0.5001, 1, 2, 3, 4)]
    ratio = np.concatenate(
        [np.geomspace(0.02, 0.49999 * rate / middle, 6000), edges, 1 / np.array(edges)]
    )
    ratio = np.sort(ratio[ratio * middle < 0.49999 * rate])
    power = np.sum([gain(rate, band, ratio * middle) ** 2 for band in bands], 0)
    centre = np.sum([gain(rate, band, np.array([middle])) ** 2 for band in bands], 0)
    attenuation = -10 * np.log10(power / centre + 1e-15)
    least, most = acceptance(ratio, fraction)
    assert np.all(attenuation >= least), (middle, ratio[np.argmin(attenuation - least)])
    assert np.all(attenuation <= most), (middle, ratio[np.argmin(most - attenuation)])
    inside = ratio[(attenuation < 30)]
    whole = np.trapezoid((power / centre)[(attenuation < 30)], np.log(inside))
    bandwidth = 10 * math.log10(whole / (math.log(RATIO) / fraction))
    assert abs(bandwidth) <= limits.BANDWIDTH, middle
    return float(np.abs(centre - 1).max()), bandwidth


@pytest.mark.parametrize("rate", RATES)
def test_third_octaves_are_within_class_1(rate: int) -> None:
    """The whole response of every band, folding by the halvings included."""
    for band, middle in enumerate(middles(rate)):
        off, _ = check_mask(rate, [band], middle, 3)
        assert off < 0.002  # gain 1 in mid-band


@pytest.mark.parametrize("rate", RATES)
def test_octaves_are_within_class_1(rate: int) -> None:
    """The sum of three third-octaves is an octave filter."""
    top = (words(rate)[0] >> 8) - 64
    all_middles = middles(rate)
    for band in range((top - 1) % 3, len(all_middles) - 2, 3):
        check_mask(rate, [band, band + 1, band + 2], all_middles[band + 1], 1)


@pytest.mark.parametrize("rate", RATES)
def test_bands_that_the_rate_carries(rate: int) -> None:
    """30 bands at 48 kHz; the upper edge of a band must lie below half the rate."""
    highest = {16000: 6300, 32000: 12500, 44100: 16000, 48000: 20000}
    octave = {16000: 4000, 32000: 8000, 44100: 8000, 48000: 16000}
    thirds = BandMeter(rate).frequencies
    octaves = BandMeter(rate, "octave").frequencies
    assert (thirds[0], thirds[-1]) == (25, highest[rate])
    assert (octaves[0], octaves[-1]) == (31.5, octave[rate])


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
@pytest.mark.parametrize("rate", RATES)
def test_tones_come_out_as_computed(rate: int, arithmetic: str) -> None:
    """What the core measures is the response that was judged above, in every band at once."""
    bands = BandMeter(rate, "third_octave", 24, arithmetic, full_scale=0.0)
    for frequency in (31.7, 40.5, 125.0, 1000.0, 1122.0, 2500.0, 3333.0, 6100.0, 0.445 * rate):
        bands.reset()
        bands.push(samples(tone(rate, frequency, 1.0, 0.5), arithmetic))
        bands.restart()
        bands.push(samples(tone(rate, frequency, 2.0, 0.5, start=1.0), arithmetic))
        measured = bands.read()[::-1]
        for band in range(len(measured)):
            expected = 20 * math.log10(0.5 * gain(rate, band, np.array([frequency]))[0] + 1e-9)
            if expected > -60:
                assert measured[band] == pytest.approx(expected, abs=0.05), (frequency, band)
            else:
                assert measured[band] < -59, (frequency, band)


@pytest.mark.parametrize("arithmetic", ARITHMETICS)
def test_bands_add_up(arithmetic: str) -> None:
    """White noise: every band has the power of its width, and octaves that of their thirds."""
    rng = np.random.default_rng(5)
    noise = samples(0.1 * rng.normal(size=10 * 48000), arithmetic)
    thirds = BandMeter(48000, "third_octave", 24, arithmetic, full_scale=0.0)
    octaves = BandMeter(48000, "octave", 24, arithmetic, full_scale=0.0)
    thirds.push(noise)
    octaves.push(noise)
    powers = 10 ** (np.array(thirds.read()) / 10)
    octave_levels = np.array(octaves.read())
    assert 10 * np.log10(powers.reshape(-1, 3).sum(1)) == pytest.approx(octave_levels, abs=1e-3)
    for nominal, power in zip(thirds.frequencies, powers, strict=True):
        width = reference.exact(nominal) * (RATIO ** (1 / 6) - RATIO ** (-1 / 6))
        expected = 2 * 0.01 * width / 24000
        # The filters' bandwidth is up to 0.19 dB wide; narrow bands fluctuate over 10 s.
        scatter = 3 * 4.34 / math.sqrt(width * 10)
        assert abs(10 * math.log10(power / expected) - 0.1) < 0.12 + scatter


def spread(taps: list[float], step: int) -> Floats:
    """A filter at a rate `step` times lower, as one at the full rate."""
    result = np.zeros((len(taps) - 1) * step + 1)
    result[::step] = taps
    return result


def all_pass(a: float, x: Floats, delay: int) -> Floats:
    """The output for `x`; what the core forms on the way, x - y, keeps within the headroom."""
    y = np.asarray(lfilter(spread([a, 1], delay), spread([1, a], delay), x))
    assert np.abs(x).sum() + np.abs(y).sum() < 8
    return y


@pytest.mark.parametrize("rate", RATES)
def test_no_input_can_overflow(rate: int) -> None:
    """The sums of the magnitudes of the impulse responses stay below the headroom, 8.

    At every point of the path, for bands of the first octaves; further down nothing changes.
    """
    x = np.zeros(1 << 14)
    x[0] = 1.0
    octave = 0
    for band in range(UPPER_BANDS + 3 * 4):
        of_band, c = coefficients(rate, band)
        if of_band != octave:
            step = 2**octave
            even = all_pass(HALF_BAND[1], np.roll(x, step), 2 * step)
            odd = all_pass(HALF_BAND[2], all_pass(HALF_BAND[0], x, 2 * step), 2 * step)
            x = (even + odd) / 2
            octave = of_band
        step = 2**octave
        y = x
        for i in range(3):
            double = c[7] >> 12 and i == 0
            zeros = spread([1, -2, 1] if double else [1, 0, -1], step)
            # The differences are formed before they are shifted.
            assert np.abs(lfilter(zeros, [1.0], y)).sum() < 8
            poles = spread([1, c[2 * i] / 2**30, c[2 * i + 1] / 2**30], step)
            y = np.asarray(lfilter(zeros * 2.0 ** -(c[7] >> 4 * i & 15), poles, y))
            assert np.abs(y).sum() < 4
