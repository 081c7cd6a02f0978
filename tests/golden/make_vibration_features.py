"""Make tests/golden/vibration_features.vectors: ``python tests/golden/make_vibration_features.py``.

Values come from tests/reference/vibration_features.py in double precision, bits from the C core
built for this machine.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from steps import Doubles, Floats, StepCore, make_record, refused, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reference.bearing import bearing
from reference.vibration_features import amplitude, envelope, shape_features

ALL = 0x3F


@dataclass(frozen=True)
class Signal:
    """A signal of the payload; lines are pairs of frequency and half-width."""

    channel: int
    wanted: int = ALL
    raw: bool = False
    band: tuple[float, float] = (0.0, 0.0)
    lines: tuple[tuple[float, float], ...] = ()
    harmonics: int = 0

    def outputs(self) -> int:
        """Number of outputs."""
        return self.wanted.bit_count() + len(self.lines) * self.harmonics


def encode(channels: int, samples: int, rate: float, signals: list[Signal]) -> bytes:
    """Return the payload."""
    outputs = sum(signal.outputs() for signal in signals)
    data = struct.pack("<BBHHHf", 1, channels, samples, len(signals), outputs, rate)
    for s in signals:
        lines = len(s.lines)
        data += struct.pack(
            "<I", s.channel | s.wanted << 8 | lines << 16 | s.harmonics << 24 | s.raw << 31
        )
        if lines:
            data += struct.pack("<2f", *s.band)
            data += b"".join(struct.pack("<2f", *line) for line in s.lines)
    return data


def single(value: float) -> float:
    """Return the float32 that the payload holds."""
    return float(np.float32(value))


def expected(window: Floats, rate: float, signals: list[Signal]) -> tuple[Doubles, Doubles]:
    """Return values and tolerances of one window."""
    values: list[float] = []
    tolerances: list[float] = []
    for s in signals:
        x = window[:, s.channel].astype(np.float64)
        if not np.all(np.isfinite(x)):
            values += [np.nan] * s.outputs()
            tolerances += [0.0] * s.outputs()
            continue
        largest = float(np.max(np.abs(x)))
        if not s.raw:
            x = x - x.mean() if np.ptp(x) else np.zeros(len(x))
        peak = float(np.max(np.abs(x)))
        # Two units of the samples' integers, and of the 29 bits that deviations are scaled to.
        error = 2.0**-27 * largest + 2.0**-28 * peak + 2.0**-152 * (peak > 0)
        relative = 2.0**-23 + (4 * error / np.mean(np.abs(x)) if peak else 0.0)
        shape = shape_features(x, rate)
        drift = error * len(x) / rate  # of the integral
        within = [error + 2.0**-24 * peak, *(relative * shape[1:4]), 2 * relative * shape[4]]
        within.append(drift + 2.0**-20 * shape[5] + 2.0**-21 * peak * len(x) / rate * (peak > 0))
        if peak and np.min(np.abs(x)) < 64 * error:  # roots of small samples
            near = np.abs(x) < 64 * error
            within[4] += shape[4] * 2 * float(np.sum(near)) * np.sqrt(error / peak)
        chosen = [i for i in range(6) if s.wanted >> i & 1]
        values += [float(shape[i]) for i in chosen]
        tolerances += [float(within[i]) for i in chosen]
        if not s.lines:
            continue
        e, slow = envelope(x, rate, *(single(edge) for edge in s.band))
        for frequency, half_width in s.lines:
            for i in range(1, s.harmonics + 1):
                f, h = single(frequency), single(half_width)
                values.append(amplitude(e, slow, i * f, i * h))
                # Phases are cut off at 2^-32 turns a sample, and the oscillators' rounding.
                tolerances.append(8 * error + len(x) * 2.0**-29 * (peak + values[-1]))
    joined = np.array(values)
    overflown = np.isinf(joined.astype(np.float32))
    joined[overflown] = np.inf
    return joined, np.array(tolerances) + 2.0**-149


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("vibration_features", ["features/vibration_features.c", "base/sine.c"])
    records = []

    def add(name: str, rate: float, windows: list[Floats], signals: list[Signal]) -> None:
        samples, channels = windows[0].shape
        payload = encode(channels, samples, rate, signals)
        records.append(
            make_record(
                core, name, payload, windows, lambda window: expected(window, rate, signals)
            )
        )

    lines = ((87.3, 0.0), (55.1, 1.5), (146.2, 146.2 * 0.02))
    inner = Signal(0, ALL, False, (2000.0, 4000.0), lines, 3)
    windows = [
        bearing(rng, 4096, 12000, fault=fault, resonance=3000, revolution=25.0)[:, None].astype(
            np.float32
        )
        for fault in (87.3, 0.0)
    ]
    add("bearing", 12000, windows, [inner, Signal(0, 1 | 1 << 5, True)])
    wide = bearing(rng, 1000, 8000, fault=100.0, resonance=1500)
    other = bearing(rng, 1000, 8000, fault=40.0, resonance=2500)
    two = np.stack([wide + 9.81, other * 1e-3], axis=1).astype(np.float32)
    signals = [
        Signal(0, ALL, False, (1000.0, 2000.0), ((100.0, 1.0),), 2),
        Signal(1, ALL, False, (1500.0, 3500.0), ((40.0, 0.0), (80.0, 80.0)), 1),
        Signal(0, 1 << 4, True),
        Signal(1, 0, False, (2450.0, 2550.0), ((40.0, 0.4),), 1),
    ]
    add("two channels, offset", 8000, [two], signals)
    n = 120
    noise = rng.normal(0, 1, (n, 1))
    hostile = {
        "noise": noise,
        "constant": np.full((n, 1), 0.1),
        "zeros": np.zeros((n, 1)),
        "offset 1000": 1000 + noise,
        "tiny": 1e-30 * noise,
        "denormal": 1e-42 * noise,
        "huge": 1e36 * noise,
        "largest": 3.4028234e38 * rng.choice([-1.0, 1.0], (n, 1)),
        "alternating": 3.4e38 * (-1.0) ** np.arange(n)[:, None],
        "spike": np.where(np.arange(n)[:, None] == 17, 1e6, 0.01 * noise),
        "nan": np.where(np.arange(n)[:, None] == n - 1, np.nan, noise),
        "infinity": np.where(np.arange(n)[:, None] == 0, -np.inf, noise),
    }
    for name, window in hostile.items():
        signals = [
            Signal(0, ALL, False, (200.0, 400.0), ((20.0, 0.0), (30.0, 12.0)), 2),
            Signal(0, ALL, True),
        ]
        add(name, 1000, [window.astype(np.float32)], signals)
    for samples in (1, 2, 3):
        windows = [rng.normal(1, 2, (samples, 1)).astype(np.float32) for _ in range(4)]
        add(f"{samples} samples", 100.0, windows, [Signal(0), Signal(0, ALL, True)])
    steps = np.where(np.arange(6000) < 3000, 3.0, -3.0)[:, None].astype(np.float32)
    add("6000 samples, large integral", 1.0, [steps], [Signal(0), Signal(0, ALL, True)])
    good = encode(2, 100, 1000.0, [Signal(0, ALL, False, (200.0, 400.0), ((20.0, 2.0),), 2)])

    def patched(word: int, value: int | float) -> bytes:
        packed = struct.pack("<I" if isinstance(value, int) else "<f", value)
        return good[: 4 * word] + packed + good[4 * word + 4 :]

    header, sizes, _, signal = struct.unpack_from("<4I", good)
    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("two words", good[:8], length),
            ("odd length", good + b"\0", length),
            ("truncated", good[:-4], length),
            ("too long", good + bytes(4), length),
            ("one signal more", patched(1, sizes + 1), length),
            ("255 lines", patched(3, signal | 255 << 16), length),
            ("version 0", patched(0, header & ~255), version),
            ("version 2", patched(0, header & ~255 | 2), version),
            ("no channels", patched(0, header & ~0xFF00), in_range),
            ("no samples", patched(0, header & 0xFFFF), in_range),
            ("no outputs", patched(1, sizes & 0xFFFF), in_range),
            ("4097 outputs", patched(1, sizes & 0xFFFF | 4097 << 16), in_range),
            ("one output more", patched(1, sizes + (1 << 16)), structure),
            ("rate 0", patched(2, 0.0), in_range),
            ("rate negative", patched(2, -1000.0), in_range),
            ("rate NaN", patched(2, 0x7FC00000), in_range),
            ("rate infinite", patched(2, 0x7F800000), in_range),
            ("feature 6", patched(3, signal | 1 << 14), layout),
            ("channel 2 of 2", patched(3, signal | 2), in_range),
            ("no harmonics", patched(3, signal & ~(127 << 24)), in_range),
            ("band upside down", patched(4, 500.0), in_range),
            ("band down to 0", patched(4, 10.0), in_range),
            ("band negative", patched(4, -10.0), in_range),
            ("band above half the rate", patched(5, 501.0), in_range),
            ("band NaN", patched(5, 0x7FC00000), in_range),
            ("band too narrow for the window", patched(5, 205.0), in_range),
            ("frequency 0", patched(6, 0.0), in_range),
            ("frequency too high", patched(6, 200.0), in_range),
            ("frequency NaN", patched(6, 0x7FC00000), in_range),
            ("half-width above the frequency", patched(7, 21.0), in_range),
            ("half-width negative", patched(7, -1.0), in_range),
        ],
    )
    write("vibration_features", records)


if __name__ == "__main__":
    main()
