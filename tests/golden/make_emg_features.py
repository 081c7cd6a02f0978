"""Make tests/golden/emg_features.vectors: ``python tests/golden/make_emg_features.py``.

Values come from tests/reference/emg_features.py in double precision, bits from the C core built for
this machine.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from steps import Doubles, Floats, StepCore, make_record, refused, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reference.emg_features import emg_features, sample_error

ALL = 0x3F


@dataclass(frozen=True)
class Signal:
    """A signal of the payload."""

    channel: int
    threshold: float
    wanted: int = ALL
    centred: bool = False


def encode(channels: int, samples: int, signals: list[Signal]) -> bytes:
    """Return the payload."""
    outputs = sum(signal.wanted.bit_count() for signal in signals)
    data = struct.pack("<BBHHH", 1, channels, samples, len(signals), outputs)
    for s in signals:
        data += struct.pack("<If", s.channel | s.wanted << 8 | s.centred << 24, s.threshold)
    return data


def expected(window: Floats, signals: list[Signal]) -> tuple[Doubles, Doubles]:
    """Return values and tolerances of one window."""
    values, tolerances = [], []
    for s in signals:
        x = window[:, s.channel].astype(np.float64)
        wanted = np.array([s.wanted >> i & 1 for i in range(6)], bool)
        if not np.all(np.isfinite(x)):
            values.append(np.full(wanted.sum(), np.nan))
            tolerances.append(np.zeros(wanted.sum()))
            continue
        error = sample_error(x)
        if s.centred:
            mean = np.mean(x)
            error += 2.0**-28 * np.max(np.abs(x)) if mean != 0 else 0.0
            x = x - mean
        value, tolerance = emg_features(x, float(np.float32(s.threshold)), error)
        values.append(value[wanted])
        tolerances.append(tolerance[wanted] + (tolerance[wanted] > 0) * 2.0**-149)
    joined = np.concatenate(values)
    overflown = np.isinf(joined.astype(np.float32))
    joined[overflown] = np.inf
    return joined, np.concatenate(tolerances)


def muscle(rng: np.random.Generator, samples: int, channels: int) -> Floats:
    """Return a burst of muscle activity as int16 counts: noise of 20-450 Hz shaped by an envelope.

    The usual phenomenological model: band-limited Gaussian noise whose amplitude follows the force.
    """
    time = np.arange(samples) / 1000
    noise = np.fft.rfft(rng.normal(0, 1, (samples, channels)), axis=0)
    frequency = np.fft.rfftfreq(samples, 1 / 1000)
    noise[(frequency < 20) | (frequency > 450)] = 0
    burst = 0.02 + np.exp(-(((time - 0.1) / 0.05) ** 2))
    signal = np.fft.irfft(noise, samples, axis=0) * burst[:, None] * 4000
    return np.clip(np.round(signal), -32768, 32767).astype(np.float32)


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("emg_features", ["features/emg_features.c"])
    records = []

    def add(name: str, windows: list[Floats], signals: list[Signal]) -> None:
        samples, channels = windows[0].shape
        records.append(
            make_record(
                core, name, encode(channels, samples, signals), windows,
                lambda window: expected(window, signals),
            )
        )  # fmt: skip

    counts = [Signal(c, 100.0, ALL, centred) for c in range(4) for centred in (False, True)]
    add("muscle, int16", [muscle(rng, 200, 4) for _ in range(6)], counts)
    volts = [Signal(c, 1e-5) for c in range(4)]
    add("muscle, volt", [muscle(rng, 200, 4) * np.float32(1e-6) for _ in range(3)], volts)
    n = 60
    noise = rng.normal(0, 1, (n, 2))
    hostile = {
        "noise": noise,
        "constant": np.tile([0.1, -3.3], (n, 1)),
        "zeros": np.zeros((n, 2)),
        "negative zero": np.where(noise > 0, -0.0, 0.0),
        "plateaus": rng.integers(-1, 2, (n, 2)),
        "offset 1000": 1000 + noise,
        "offset -1e6, last bit": -1e6 + 0.0625 * rng.integers(0, 2, (n, 2)),
        "tiny": 1e-30 * noise,
        "denormal": 1e-42 * noise,
        "huge": 1e37 * noise,
        "largest": 3.4028234e38 * rng.choice([-1.0, 1.0], (n, 2)),
        "spike": np.where(np.arange(n)[:, None] == 17, 1e9, 0.01 * noise),
        "nan": np.where(np.arange(n)[:, None] == n - 1, [np.nan, 1.0], noise),
        "infinity": np.where(np.arange(n)[:, None] == 0, [0.0, -np.inf], noise),
    }
    for name, window in hostile.items():
        scale = float(np.nanmax(np.abs(np.where(np.isfinite(window), window, 0)), initial=1e-45))
        signals = []
        for threshold in (0.0, 1.0, 0.3 * scale, min(scale, 3e38), 3e38, 1e-45):
            signals += [Signal(0, threshold), Signal(1, threshold, ALL, True)]
        add(name, [window.astype(np.float32)], signals)
    for samples in (1, 2, 3, 4):
        windows = [rng.integers(-2, 3, (samples, 1)).astype(np.float32) for _ in range(8)]
        add(
            f"{samples} samples",
            windows,
            [Signal(0, t, ALL, c) for t in (0, 1) for c in (False, True)],
        )
    alternating = (3.4e38 * (-1.0) ** np.arange(3000)).astype(np.float32)[:, None]
    add("3000 samples", [alternating * np.float32(1e-38)], [Signal(0, 6.0), Signal(0, 7.0)])
    one_each = [Signal(0, 0.5, 1 << bit) for bit in range(6)] + [Signal(1, 0.5, 0)]
    add("one feature each", [noise.astype(np.float32)], one_each)
    good = encode(2, 10, [Signal(0, 1.0), Signal(1, 2.0, 5)])

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    header, sizes, signal = struct.unpack_from("<3I", good)
    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("half a header", good[:4], length),
            ("odd length", good + b"\0", length),
            ("truncated", good[:-4], length),
            ("too long", good + bytes(4), length),
            ("one signal more", patched(1, sizes + 1), length),
            ("version 0", patched(0, header & ~255), version),
            ("version 2", patched(0, header & ~255 | 2), version),
            ("no channels", patched(0, header & ~0xFF00), in_range),
            ("no samples", patched(0, header & 0xFFFF), in_range),
            ("no features", patched(1, sizes & 0xFFFF), in_range),
            ("4097 features", patched(1, sizes & 0xFFFF | 4097 << 16), in_range),
            ("one feature more", patched(1, sizes + (1 << 16)), structure),
            ("feature 6", patched(2, signal | 1 << 14), layout),
            ("feature 15", patched(2, signal | 1 << 23), layout),
            ("channel 2 of 2", patched(2, signal | 2), in_range),
            ("reserved bit", patched(2, signal | 1 << 25), in_range),
            ("negative threshold", patched(3, 0xBF800000), in_range),
            ("infinite threshold", patched(3, 0x7F800000), in_range),
            ("NaN threshold", patched(3, 0x7FC00000), in_range),
        ],
    )
    write("emg_features", records)


if __name__ == "__main__":
    main()
