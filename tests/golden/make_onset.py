"""Make tests/golden/onset.vectors: ``python tests/golden/make_onset.py``.

Values come from tests/reference/onset.py in double precision, bits from the C core built for this
machine.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from steps import Doubles, Floats, StepCore, make_record, refused, write

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reference.onset import Settings, onsets


def encode(
    settings: Settings,
    samples: int,
    rate: float,
    channels: int = 1,
    channel: int = 0,
    full_scale: int = 0,
) -> bytes:
    """Return the payload; full scale is 2^full_scale."""
    s = settings
    return struct.pack(
        "<BBHBBBBHHfffI", 1, channels, samples, channel, s.emphasis, s.memory, s.adaptation,
        s.hop, s.distance, rate, s.threshold, 0.0 - s.floor, 128 + full_scale,
    )  # fmt: skip


def clicks(rng: np.random.Generator, samples: int, at: list[int], noise: float) -> Doubles:
    """Return decaying clicks in noise."""
    x = rng.normal(0, noise, samples)
    for start in at:
        t = np.arange(samples - start)
        x[start:] += 0.5 * np.exp(-t / 60) * np.sin(0.9 * t + 1)
    return x


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("onset", ["features/onset.c", "base/logarithm.c"], pointer=False)
    records = []

    def add(
        name: str,
        windows: list[Doubles],
        settings: Settings,
        rate: float = 8000.0,
        channels: int = 1,
        channel: int = 0,
        full_scale: int = 0,
    ) -> None:
        samples = len(windows[0]) // channels

        def reference(window: Floats) -> tuple[Doubles, Doubles]:
            x = window.reshape(-1, channels)[:, channel].astype(np.float64)
            found, margin = onsets(x / 2.0**full_scale, settings)
            if margin < 1e-3:  # dB; levels are right to 3e-5, and samples cut off at 2^-20
                raise SystemExit(f"{name}: a decision is too close: {margin} dB")
            first = (found[0][0] if found else samples) / rate
            rise = max((r for _, r in found), default=0.0)
            # A sample at the floor, -60 dB, is rounded to 5e-4 of itself.
            coarse = 1e-3 if settings.hop > 1 else 1e-2
            return np.array([len(found), first, rise]), np.array([0, 2.0**-23 * first, coarse])

        payload = encode(settings, samples, rate, channels, channel, full_scale)
        arrays = [window.astype(np.float32) for window in windows]
        records.append(make_record(core, name, payload, arrays, reference))

    plain = Settings(hop=32)
    trains = [clicks(rng, 1600, [200, 600, 760, 1333], noise) for noise in (1e-3, 1e-2)]
    trains.append(rng.normal(0, 0.1, 1600))
    add("clicks", trains, plain)
    add("no emphasis", trains, replace(plain, emphasis=False))
    add("not adaptive", trains, replace(plain, adaptation=0))
    add("distance", trains, replace(plain, distance=40))
    add("memory 1", trains, replace(plain, memory=1))
    add("memory 8", trains, replace(plain, memory=8))
    add("hop 1", [train[:400] for train in trains], replace(plain, hop=1, threshold=30.0))
    add("hop 1600", trains, replace(plain, hop=1600))
    add("int16 scale", [np.round(train * 32768) for train in trains], plain, full_scale=15)
    add("tiny scale", [train * 2.0**-100 for train in trains], plain, full_scale=-100)
    both = np.stack([trains[2], trains[0]], axis=1).ravel()
    for channel in (0, 1):
        add(f"channel {channel} of 2", [both], plain, channels=2, channel=channel)
    spoilt = trains[0].copy()
    spoilt[480] = np.nan
    spoilt[[1000, 1080]] = np.inf, -np.inf
    add("missing samples", [spoilt, np.full(1600, np.nan), np.full(1600, np.inf)], plain)
    steep = np.concatenate([np.zeros(400), np.geomspace(1e-4, 1, 600), np.ones(600)])
    tone = steep * np.sin(np.arange(1600))
    add("crescendo", [tone], replace(plain, memory=1, threshold=1.5, adaptation=0, emphasis=False))
    add("silence", [np.zeros(1600), 1e-4 * rng.normal(0, 1, 1600)], plain)
    add("overload", [1e3 * trains[0]], plain)
    good = encode(plain, 100, 8000.0, 2)

    def patched(word: int, value: int | float) -> bytes:
        packed = struct.pack("<I" if isinstance(value, int) else "<f", value)
        return good[: 4 * word] + packed + good[4 * word + 4 :]

    w0, w1, w2 = struct.unpack_from("<3I", good)
    length, version, in_range = -3, -2, -5
    rows: list[tuple[str, bytes, int]] = [
        ("empty", b"", length),
        ("truncated", good[:-4], length),
        ("too long", good + bytes(4), length),
        ("version 0", patched(0, w0 & ~255), version),
        ("version 2", patched(0, w0 & ~255 | 2), version),
        ("no channels", patched(0, w0 & ~0xFF00), in_range),
        ("no samples", patched(0, w0 & 0xFFFF), in_range),
        ("channel 2 of 2", patched(1, w1 | 2), in_range),
        ("reserved bit", patched(1, w1 | 1 << 9), in_range),
        ("memory 0", patched(1, w1 & ~0xFF0000), in_range),
        ("memory 9", patched(1, w1 & ~0xFF0000 | 9 << 16), in_range),
        ("adaptation 16", patched(1, w1 & 0xFFFFFF | 16 << 24), in_range),
        ("hop 0", patched(2, w2 & ~0xFFFF), in_range),
        ("hop 32768", patched(2, w2 & ~0xFFFF | 32768), in_range),
        ("full scale 2^-101", patched(6, 27), in_range),
        ("full scale 2^101", patched(6, 229), in_range),
    ]
    for word, name, wrong in (
        (3, "rate", (0.0, -1.0)),
        (4, "threshold", (0.0, 0.005, -10.0, 100.01, 1e30)),
        (5, "floor", (-1.0, 120.01, 1e30)),
    ):
        for value in (*wrong, float("nan"), float("inf"), float("-inf")):
            rows.append((f"{name} {value:g}", patched(word, value), in_range))
    records += refused(core, rows)
    write("onset", records)


if __name__ == "__main__":
    main()
