"""Design the third-octave filters of the sound level meter and write their tables.

    python tools/design_bands.py          write senselet/runtime/band_tables.py

A band is three second-order sections, y = n(x) - a1 y1 - a2 y2, where n(x) is x - x2 (zeros at 0
and half the rate) or, for the first section of bands near half the rate, x - 2 x1 + x2 (both at 0).
Their poles are those of the Butterworth filter with -3 dB at the band's edges (bilinear transform,
edges prewarped), which meets IEC 61260-1:2014 class 1 as long as the upper edge lies below about a
quarter of the rate. Closer to half the rate the transform bends it out of the limits at the lower
side, and the poles are searched for: greatest margin to the limits, half the power at the
edges, so that the bands of an octave add up, and the effective bandwidth that the standard asks
for. Deterministic; needs numpy and scipy; takes a minute.

The upper two octaves run at the full rate, each lower one at half the rate of the one above. As
octaves are a factor of 10^0.3, not 2, the filters of the same place in lower octaves differ by a
little; their coefficients are linear in the number of the octave to within 1e-4 of the frequency.
"""

from __future__ import annotations

import math
import struct
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.signal import butter

Floats = npt.NDArray[np.float64]

RATES = (16000, 32000, 44100, 48000)
RATIO = 10**0.3  # octave, IEC 61260-1:2014, 5.2
LOWEST = -16  # 1000 Hz * 10^(-16 / 10): nominally 25 Hz
TABLES = Path(__file__).resolve().parent.parent / "senselet" / "runtime" / "band_tables.py"
UPPER = 6  # bands at the full rate
HALF = 20 * math.log10(2**0.5)
WELL_BEHAVED = 0.3  # dB of margin that is enough for the Butterworth filter

# Class 1 limits on relative attenuation: exponents of the octave ratio, dB. Sources:
# tests/conformance/limits.py.
PASS = ((0, 0.4), (1 / 8, 0.5), (1 / 4, 0.7), (3 / 8, 1.4), (1 / 2, 5.3))
STOP = ((1 / 2, 1.2), (1, 16.6), (2, 40.5), (3, 60.0), (4, 70.0))


def third(ratio: Floats) -> Floats:
    """Where an octave filter's frequency ratio lies for a third-octave filter: formula (9)."""
    scaled: Floats = 1 + (RATIO ** (1 / 6) - 1) / (RATIO**0.5 - 1) * (ratio - 1)
    return scaled


def limits(ratio: Floats) -> tuple[Floats, Floats]:
    """Least and greatest relative attenuation of a third-octave filter at f / fm."""
    above = np.log(np.maximum(ratio, 1 / ratio))
    inner = np.log(third(RATIO ** np.array([x for x, _ in PASS])))
    outer = np.log(third(RATIO ** np.array([x for x, _ in STOP])))
    inside = above <= inner[-1]
    least = np.where(inside, -0.4, np.interp(above, outer, [y for _, y in STOP]))
    most = np.where(inside, np.interp(above, inner, [y for _, y in PASS]), np.inf)
    return least, most


def sections_gain(poles: Floats, double: bool, frequency: Floats, rate: float) -> list[Floats]:
    """Magnitude after each of the sections whose rows are (a1, a2)."""
    z = np.exp(-2j * np.pi * frequency / rate)
    gain = np.ones(len(z), complex)
    gains = []
    for i, (a1, a2) in enumerate(poles):
        zeros = (1 - z) ** 2 if double and i == 0 else 1 - z * z
        gain = gain * zeros / (1 + a1 * z + a2 * z * z)
        gains.append(np.abs(gain))
    return gains


def grid_of(middle: float, rate: float) -> Floats:
    """Ratios f / fm at which a filter is judged."""
    ratio = np.concatenate([np.geomspace(0.03, 20, 600), np.linspace(0.8, 1.25, 400), [1.0]])
    return np.unique(ratio[ratio * middle < 0.49995 * rate])


def margins(poles: Floats, double: bool, middle: float, rate: float) -> tuple[Floats, float]:
    """Distances to the limits in dB, and the error of the effective bandwidth in dB."""
    ratio = grid_of(middle, rate)
    gain = sections_gain(poles, double, ratio * middle, rate)[-1]
    centre = sections_gain(poles, double, np.array([middle]), rate)[-1][0]
    attenuation = -20 * np.log10(gain / centre + 1e-12)
    least, most = limits(ratio)
    power = np.trapezoid((gain / centre) ** 2, np.log(ratio))
    distance = np.minimum(attenuation - least, most - attenuation)
    # Beyond the edges a dB counts for less.
    weighted: Floats = np.where(least > 0, distance / 3, distance)
    return weighted, 10 * math.log10(power / (math.log(RATIO) / 3))


def butterworth(middle: float, rate: float) -> Floats:
    edges = [middle * RATIO ** (side / 6) / rate * 2 for side in (-1, 1)]
    _, poles, _ = butter(3, edges, "bandpass", output="zpk")
    upper = sorted((p for p in poles if p.imag > 0), key=lambda p: float(p.imag))
    return np.array([[-2 * p.real, abs(p) ** 2] for p in upper])


def design(middle: float, rate: float) -> tuple[Floats, bool]:
    """Poles (a1, a2) of the three sections, and whether the first has both zeros at 0 Hz."""
    poles = butterworth(middle, rate)
    if margins(poles, False, middle, rate)[0].min() >= WELL_BEHAVED:
        return poles, False

    def of(free: Floats) -> Floats:
        radius, angle = 1 / (1 + np.exp(-free[:3])), np.pi / (1 + np.exp(-free[3:]))
        return np.stack([-2 * radius * np.cos(angle), radius**2], 1)

    edges = np.array([middle * RATIO ** (-1 / 6), middle, middle * RATIO ** (1 / 6)])

    def cost(free: Floats) -> float:
        distance, bandwidth = margins(of(free), True, middle, rate)
        capped = np.minimum(distance, 0.45)
        lower, centre, upper = 20 * np.log10(sections_gain(of(free), True, edges, rate)[-1])
        crossing = abs(centre - lower - HALF) + abs(centre - upper - HALF)
        return float(-capped.min() - 0.05 * capped.mean() + max(abs(bandwidth) - 0.2, 0) + crossing)

    radius = np.sqrt(poles[:, 1])
    angle = np.arccos(-poles[:, 0] / 2 / radius)
    free = np.concatenate([np.log(radius / (1 - radius)), np.log(angle / (np.pi - angle))])
    for _ in range(4):
        options = {"maxiter": 2000, "maxfev": 2000, "xatol": 1e-9, "fatol": 1e-9, "adaptive": True}
        free = minimize(cost, free, method="Nelder-Mead", options=options).x
    return of(free), True


def scaling(
    poles: Floats, double: bool, middle: float, rate: float, given: int | None = None
) -> tuple[int, float]:
    """Right shifts before each section (4 bits each, then the double zero), and gain left in dB.

    After each section the greatest gain lies in (0.5, 1], or nearly so where shifts are given.
    """
    frequency = np.linspace(0.0005, 0.49995, 8000) * rate
    gains = sections_gain(poles, double, frequency, rate)
    word, total = 0, 0
    for i, gain in enumerate(gains):
        shift = max(0, math.ceil(math.log2(gain.max())) - total)
        if given is not None:
            shift = given >> (4 * i) & 15
        total += shift
        word |= shift << (4 * i)
    centre = sections_gain(poles, double, np.array([middle]), rate)[-1][0]
    return word | double << 12, float(20 * math.log10(centre) - 20 * math.log10(2) * total)


def words(rate: int) -> list[int]:
    """Words 3 ... of the payload of core/dsp/bands.h."""
    top = max(k for k in range(20) if 1000 * RATIO ** ((k + 0.5) / 3) < 0.47 * rate)
    middles = [1000 * RATIO ** (k / 3) for k in range(top, LOWEST - 1, -1)]
    result = [len(middles) | (top + 64) << 8]
    for middle in middles[:UPPER]:
        poles, double = design(middle, rate)
        word, gain = scaling(poles, double, middle, rate)
        result += [round(a * 2**30) for a in poles.ravel()]
        result += [round(10 ** (-gain / 10) * 2**27), word]
        distance, bandwidth = margins(poles, double, middle, rate)
        print(f"{rate} {middle:.0f} Hz: {distance.min():.2f} dB, bandwidth {bandwidth:+.2f} dB")
    octaves = math.ceil((len(middles) - UPPER) / 3)
    for place in range(3):
        rows: list[list[float]] = []
        word = None
        for octave in range(octaves):
            middle = 1000 * RATIO ** ((top - UPPER - place) / 3 - octave)
            slow = rate / 2 ** (octave + 1)
            poles = butterworth(middle, slow)
            word, gain = scaling(poles, False, middle, slow, word)
            rows.append([*poles.ravel(), 10 ** (-gain / 10)])
        slope, start = np.polyfit(np.arange(octaves), np.array(rows), 1)
        assert word is not None
        result += [round(float(x) * 2**30) for x in start[:6]] + [round(start[6] * 2**27), word]
        result += [round(float(x) * 2**30) for x in slope[:6]] + [round(slope[6] * 2**27)]
    return result


def text() -> str:
    """The source of band_tables.py."""
    lines = [
        '"""Third-octave filters of the sound level meter. Generated by tools/design_bands.py."""',
        "",
        "# Rate in Hz: words 3 ... of the payload of core/dsp/bands.h.",
        "BANDS = {",
    ]
    for rate in RATES:
        table = words(rate)
        packed = struct.pack(f"<{len(table)}i", *table)
        lines.append(f"    {rate}: bytes.fromhex(")
        lines += [f'        "{packed[i : i + 40].hex()}"' for i in range(0, len(packed), 40)]
        lines.append("    ),")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    TABLES.write_text(text())
    sys.exit(0)
