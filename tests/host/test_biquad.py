"""Biquad cascades against scipy.signal.sosfilt in double precision."""

from __future__ import annotations

import numpy as np
import pytest
from biquads import (
    Array,
    butterworth,
    filtered,
    fixed_payload,
    fixed_sos,
    float_payload,
    opened,
    signal_to_noise,
)

from senselet.runtime import _biquad, _biquad_q15, _biquad_q31

TWENTY_HERTZ = 20 / 24000
# Name: filter, least signal-to-noise ratio in dB of float, q31, q31 with int16 samples, q15: white
# noise through the same (rounded) coefficients in double precision. Each is what was measured less
# 3 dB. Where little of the noise passes, little signal is left: int16 samples lose by that.
FILTERS: dict[str, tuple[Array, float, float, float, float | None]] = {
    "low-pass 0.1": (butterworth(4, 0.1), 124, 148, 76, 70),
    "low-pass 0.04": (butterworth(2, 0.04), 116, 145, 72, 67),
    "high-pass 0.05": (butterworth(4, 0.05, "high"), 115, 158, 85, 62),
    "band-pass 0.1 0.2": (butterworth(2, [0.1, 0.2], "band"), 123, 150, 76, 68),
    "high-pass 20 Hz": (butterworth(2, TWENTY_HERTZ, "high"), 65, 161, 86, None),
    "low-pass 20 Hz": (butterworth(2, TWENTY_HERTZ), 66, 128, 55, None),
    "third octave 20 Hz": (butterworth(3, [17.8 / 24000, 22.4 / 24000], "band"), 51, 125, 48, None),
}


def noise(seed: int) -> Array:
    """Two thirds of a second at 48 kHz, sometimes at full scale."""
    return np.clip(np.random.default_rng(seed).normal(size=32000) * 0.25, -1, 1 - 2.0**-15)


@pytest.mark.parametrize("name", FILTERS)
def test_float_agrees_with_sosfilt(name: str) -> None:
    sos, least, *_ = FILTERS[name]
    x = noise(1).astype(np.float32)
    y = np.zeros_like(x)
    payload = float_payload(sos)
    assert opened(_biquad, payload).process(x, y) == 0
    expected = filtered(sos.astype(np.float32), x)
    assert signal_to_noise(y, expected) > least


@pytest.mark.parametrize("name", FILTERS)
def test_q31_agrees_with_sosfilt(name: str) -> None:
    sos, _, least, least_i16, _ = FILTERS[name]
    payload = fixed_payload(sos)
    for items, scale, limit in (("i4", 2.0**31, least), ("i2", 2.0**15, least_i16)):
        x = np.round(noise(1) * scale).astype(items)
        y = np.zeros_like(x)
        assert opened(_biquad_q31, payload).process(x, y) == 0
        expected = np.clip(filtered(fixed_sos(sos, False), x / scale), -1, 1)
        assert signal_to_noise(y / scale, expected) > limit


@pytest.mark.parametrize("name", FILTERS)
def test_q15_agrees_with_sosfilt(name: str) -> None:
    sos, *_, least = FILTERS[name]
    payload = fixed_payload(sos)
    cascade = opened(_biquad_q15, payload)
    if least is None:
        assert cascade == -14  # poles, in 16 bits, on the unit circle: refused
        return
    x = np.round(noise(1) * 2.0**15).astype(np.int16)
    y = np.zeros_like(x)
    assert cascade.process(x, y) == 0
    expected = np.clip(filtered(fixed_sos(sos, True), x / 2.0**15), -1, 1)
    assert signal_to_noise(y / 2.0**15, expected) > least
