"""Make tests/golden/filters.vectors: ``python tests/golden/make_filters.py``.

A case is a stream. The variant is the filter, as `VARIANTS` numbers them; results of integers are
given as int32 words. Values come from scipy.signal and numpy in double precision, with the
coefficients as rounded; bits from the extension modules, built from the same core. Every tolerance
is stated where the record is made.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
from vectors import Record, write_vectors

from senselet.runtime import (
    _autocorrelation,
    _biquad,
    _biquad_design,
    _biquad_q15,
    _biquad_q31,
    _fir,
    _fir_q15,
    _median,
    _moving_average,
    _pitch,
    _smoothing,
    _smoothing_i16,
)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "host"))
from biquads import butterworth, filtered, fixed_payload, fixed_sos, float_payload  # noqa: E402

# Variant: opener, item type of streams.
VARIANTS: list[tuple[Any, Any]] = [
    (_biquad.open, np.float32),
    (_biquad_q15.open, np.int16),
    (_biquad_q31.open, np.int32),
    (_biquad_q31.open, np.int16),
    (_fir.open, np.float32),
    (_fir_q15.open, np.int16),
    (_moving_average.open_moving_average, np.float32),
    (_smoothing_i16.open_moving_average, np.int16),
    (_smoothing.open_dc_blocker, np.float32),
    (_smoothing_i16.open_dc_blocker, np.int16),
    (_smoothing.open_envelope, np.float32),
    (_smoothing_i16.open_envelope, np.int16),
    (_median.open, np.float32),
    (_median.open, np.int16),
]
DESIGN_FLOATS, DESIGN_INTEGERS, AUTOCORRELATION, PITCH = range(14, 18)
COUNT = 240
RECORDS: list[Record] = []


def stream(items: Any, seed: int) -> Any:
    """Noise, half of it small, with full scale at times."""
    x = np.random.default_rng(seed).normal(size=COUNT) * np.repeat([0.6, 0.01], COUNT // 2)
    x = np.clip(x, -1, 1 - 2.0**-15)
    if items is np.float32:
        return x.astype(np.float32)
    return np.floor(x * -float(np.iinfo(items).min)).astype(items)


def words(out: Any) -> Any:
    """Outputs as the file keeps them."""
    out = np.ascontiguousarray(out)
    return out.view(np.uint32) if out.dtype == np.float32 else out.astype(np.int32).view(np.uint32)


def add(name: str, variant: int, payload: bytes, x: Any, values: Any, tolerance: float) -> None:
    opener, items = VARIANTS[variant]
    opened = opener(payload, 0, len(payload))
    if variant in (4, 5):
        out = np.zeros(opened.outputs(len(x)), items)
        opened.process(x, out)
    else:
        out = np.zeros_like(x)
        opened.process(x, out)
    error = np.abs(out.astype(float) - values)
    if not np.all(error <= tolerance):
        raise SystemExit(f"{name}: off by {np.nanmax(error)}, tolerance {tolerance}")
    bits = words(out)[None]
    RECORDS.append(
        Record(
            name, payload, 0, x[None], bits, values[None], np.full(bits.shape, tolerance), variant
        )
    )


def refuse(name: str, variant: int, payload: bytes, status: int) -> None:
    RECORDS.append(Record(name, payload, status, variant=variant))


def clipped(values: Any, items: Any) -> Any:
    limits = np.iinfo(items)
    return np.clip(values, limits.min, limits.max)


def biquads() -> None:
    filters = {
        "low-pass": butterworth(5, 0.1),
        "high-pass": butterworth(2, 0.05, "high"),
        "band-pass": butterworth(2, [0.2, 0.4], "band"),
        "20 Hz": butterworth(2, 20 / 24000, "high"),
    }
    for name, sos in filters.items():
        x = stream(np.float32, 1)
        # Float32 and a pole at 0.998: 1e-4; else a few roundings of a sum.
        limit = 1e-4 if name == "20 Hz" else 2e-6
        add(name, 0, float_payload(sos), x, filtered(sos.astype(np.float32), x), limit)
        payload = fixed_payload(sos)
        for variant, short, limit in ((1, True, 40.0), (2, False, 2000.0), (3, False, 2.0)):
            items = VARIANTS[variant][1]
            if variant == 1 and name == "20 Hz":
                refuse("q15 " + name, 1, payload, -14)
                continue
            x = stream(items, 2)
            values = clipped(filtered(fixed_sos(sos, short), x), items)
            add(f"{name} {variant}", variant, payload, x, values, limit)
    good = float_payload(filters["high-pass"])
    refuse("empty", 0, b"", -3)
    refuse("a word more", 0, good + bytes(4), -3)
    refuse("version", 0, b"\2" + good[1:], -2)
    refuse("no channels", 0, b"\1\0" + good[2:], -5)
    refuse("no sections", 0, good[:4] + bytes(4), -5)
    refuse("pole outside", 0, good[:24] + struct.pack("<f", 1.0) + good[28:], -14)
    refuse("not a number", 0, good[:8] + struct.pack("<f", np.nan) + good[12:], -5)
    damaged = stream(np.float32, 3)
    damaged[[10, 50, 51]] = [np.nan, np.inf, -np.inf]
    whole = np.where(np.isfinite(damaged), damaged, 0)
    sos = filters["low-pass"].astype(np.float32)
    add("missing", 0, float_payload(sos), damaged, filtered(sos, whole), 2e-6)


def fir() -> None:
    for up, down in ((1, 1), (1, 5), (3, 2), (160, 147)):
        taps = scipy.signal.firwin(max(8 * up, 33), 0.9 / max(up, down, 2)) * up
        header = 1 | up << 8 | down << 16
        count = -(-COUNT * up // down)
        exact = taps.astype(np.float32)
        short = np.round(taps * 2**14).astype(np.int16)
        for variant, coefficients, scale in ((4, exact, 1.0), (5, short, 2.0**14)):
            x = stream(VARIANTS[variant][1], 4)
            padded = np.append(x.astype(float), np.zeros(len(taps)))
            values = scipy.signal.upfirdn(coefficients / scale, padded, up, down)[:count]
            if variant == 4:
                payload = struct.pack("<II", header, len(taps)) + exact.tobytes()
                add(f"{up}/{down}", variant, payload, x, values, 2e-6)
            else:
                payload = struct.pack("<IHH", header, len(taps), 14) + short.tobytes()
                payload += bytes(-len(payload) % 4)
                add(f"{up}/{down}", variant, payload, x, clipped(values, np.int16), 0.5)
    refuse("down 0", 4, struct.pack("<IIf", 1 | 1 << 8, 1, 1), -5)
    refuse("too few taps", 4, struct.pack("<IIf", 1 | 2 << 8 | 1 << 16, 1, 1), -5)
    refuse("a tap less", 4, struct.pack("<IIf", 1 | 1 << 8 | 1 << 16, 2, 1), -3)
    too_large = struct.pack("<IHH4h", 1 | 1 << 8 | 1 << 16, 4, 15, *[32767] * 4)
    refuse("too much gain", 5, too_large, -5)


def smoothing() -> None:
    for length in (1, 4, 33):
        x = stream(np.float32, 5)
        values = np.convolve(x.astype(float), np.full(length, 1 / length))[:COUNT]
        add(f"mean of {length}", 6, struct.pack("<II", 1, length), x, values, 3e-6)
        x = stream(np.int16, 5)
        sums = np.convolve(x.astype(np.int64), np.ones(length, np.int64))[:COUNT]
        values = ((2 * sums + length) // (2 * length)).astype(float)
        add(f"mean of {length}", 7, struct.pack("<II", 1, length), x, values, 0)
    refuse("mean of nothing", 6, struct.pack("<II", 1, 0), -5)
    for cutoff, rate in ((1.0, 100.0), (20.0, 48000.0), (25.0, 100.0)):
        payload = struct.pack("<Iff", 1, rate, cutoff)
        a = [1, -np.exp(-2 * np.pi * cutoff / rate)]
        for variant, limit in ((8, 2e-6), (9, 0.51)):
            x = stream(VARIANTS[variant][1], 6)
            values = scipy.signal.lfilter([1, -1], a, x.astype(float))
            values = values if variant == 8 else clipped(values, np.int16)
            add(f"above {cutoff}", variant, payload, x, values, limit)
    refuse("cut-off", 8, struct.pack("<Iff", 1, 100, 26), -5)
    for attack, release in ((0.001, 0.01), (0.0, 0.05), (0.02, 0.0)):
        payload = struct.pack("<I3f", 1, 8000, attack, release)
        times = np.array([attack, release], np.float32).astype(float) * 8000
        rise, fall = (1.0 if t == 0 else -np.expm1(-1 / t) for t in times)
        for variant, limit in ((10, 2e-6), (11, 0.51)):
            x = stream(VARIANTS[variant][1], 7)
            level, levels = 0.0, []
            for value in np.abs(x.astype(float)):
                level += (rise if value > level else fall) * (value - level)
                levels.append(level)
            shown = np.minimum(levels, 32767) if variant == 11 else np.array(levels)
            add(f"{attack} {release}", variant, payload, x, shown, limit)
    refuse("attack", 10, struct.pack("<I3f", 1, 8000, -1, 1), -5)
    for length in (1, 5, 31):
        late = length // 2
        for variant in (12, 13):
            x = stream(VARIANTS[variant][1], 8)
            padded = np.concatenate([np.zeros(late), x.astype(float)])
            values = scipy.signal.medfilt(padded, length)[:COUNT]
            add(f"median of {length}", variant, struct.pack("<II", 1, length), x, values, 0)
    refuse("median of two", 12, struct.pack("<II", 1, 2), -5)


def design() -> None:
    requests = [
        (0, 4, 48000, 20, 0, 0),
        (0, 1, 100, 49, 0, 0),
        (1, 7, 16000, 100, 0, 0),
        (2, 3, 48000, 891, 1122, 0),
        (2, 4, 16000, 100, 7000, 0),
        (3, 0, 48000, 1000, 2, 6),
        (4, 0, 48000, 60, 0.7, -4),
        (5, 0, 48000, 8000, 0.7, 3.5),
    ]
    for kind, order, *numbers in requests:
        payload = struct.pack("<I4f", 1 | kind << 8 | order << 16, *numbers)
        opened: Any = _biquad_design.open(payload, 0, 20)
        n = opened.sections()
        for variant, size, fill in (
            (DESIGN_FLOATS, 2 + 5 * n, opened.floats),
            (DESIGN_INTEGERS, 1 + 6 * n, opened.integers),
        ):
            bits = np.zeros((1, size), np.uint32)
            fill(bits)
            # The responses are compared in tests/host/test_filter_design.py; here only the bits.
            anything = np.full(bits.shape, np.inf)
            record = Record(f"kind {kind}", payload, 0, np.zeros((1, 1), np.float32), bits)
            record.values, record.tolerances, record.variant = (
                np.zeros(bits.shape),
                anything,
                variant,
            )
            RECORDS.append(record)
    for name, word in (("kind 6", 1 | 6 << 8), ("order 9", 1 | 9 << 16), ("order 0", 1)):
        status = -7 if name == "kind 6" else -5
        refuse(name, DESIGN_FLOATS, struct.pack("<I4f", word, 100, 1, 0, 0), status)
    refuse("too high", DESIGN_FLOATS, struct.pack("<I4f", 1 | 1 << 16, 100, 50, 0, 0), -5)


def windows() -> None:
    x = stream(np.float32, 9)
    for centred in (0, 1):
        payload = struct.pack("<BBHI", 1, centred, COUNT, 60)
        y = x.astype(float) - (x.astype(float).mean() if centred else 0)
        values = (np.correlate(y, y, "full")[COUNT - 1 :] / (y @ y))[None, :60]
        out = np.zeros((1, 60), np.float32)
        opened: Any = _autocorrelation.open(payload, 0, len(payload))
        opened.run(x, out)
        assert np.abs(out - values).max() < 1e-6
        limit = np.full(out.shape, 1e-6)
        RECORDS.append(
            Record("lags", payload, 0, x[None], words(out), values, limit, AUTOCORRELATION)
        )
    t = np.arange(COUNT) / 8000
    tones = [np.sin(2 * np.pi * f * t) + 0.3 * np.cos(4 * np.pi * f * t) for f in (100, 151.5, 390)]
    x = np.array([*tones, np.zeros(COUNT)], np.float32)
    payload = struct.pack("<BBH4f", 1, 0, COUNT, 8000, 70, 1000, 0.15)
    opened = _pitch.open(payload, 0, len(payload))
    out = np.zeros((4, 2), np.float32)
    for row, result in zip(x, out, strict=True):
        opened.run(row.copy(), result)
    values = np.array([[100, 1], [151.5, 1], [390, 1], [0, 0]])
    limits = np.tile([0.8, 0.05], (4, 1))
    assert np.all(np.abs(out - values) <= limits)
    RECORDS.append(Record("tones", payload, 0, x, words(out), values, limits, PITCH))
    refuse("lags", AUTOCORRELATION, struct.pack("<BBHI", 1, 0, 5, 6), -5)
    refuse("lowest", PITCH, struct.pack("<BBH4f", 1, 0, COUNT, 8000, 31, 1000, 0.15), -5)


def main() -> None:
    """Write the vectors."""
    biquads()
    fir()
    smoothing()
    design()
    windows()
    write_vectors(Path(__file__).with_name("filters.vectors"), RECORDS)


if __name__ == "__main__":
    main()
