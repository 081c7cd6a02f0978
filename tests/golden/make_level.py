"""Make level.vectors: streams of samples and what the level meter and its band filters say of them.

    python tests/golden/make_level.py

A case is a stream. Variants: 0 and 1 sl_level_q31 with int16 and int32 samples, 2 and 3
sl_level_f32 with float32 and int16, 4 and 5 sl_bands_q31 with int16 and int32, 6 sl_bands_f32 with
float32. The outputs of the meter are its results and then its flags, those of the band filters
their levels.
The values of the levels that tests/conformance/sound_reference.py computes are its own; others are
not defined by it and have an infinite tolerance.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conformance")]

import sound_reference  # noqa: E402
from vectors import Record, write_vectors  # noqa: E402

from senselet.runtime import _bands_f32, _bands_q31, _level_f32, _level_q31  # noqa: E402
from senselet.runtime.band_tables import BANDS  # noqa: E402
from senselet.runtime.sound import RESULTS  # noqa: E402
from senselet.runtime.sound_tables import WEIGHTINGS  # noqa: E402

OUT = HERE / "level.vectors"
TOLERANCE = {"peak": 2.0}  # dB: the reference finds the peak between the samples, too
STANDARD = 0.1
FULL_SCALE = 120
METERS: dict[int, tuple[Any, int, str]] = {
    0: (_level_q31, 16, "<i2"),
    1: (_level_q31, 24, "<i4"),
    2: (_level_f32, 32, "<f4"),
    3: (_level_f32, 16, "<i2"),
}
BANKS: dict[int, tuple[Any, int, str]] = {
    4: (_bands_q31, 16, "<i2"),
    5: (_bands_q31, 32, "<i4"),
    6: (_bands_f32, 32, "<f4"),
}


def as_type(signal: npt.NDArray[np.float64], bits: int, kind: str) -> npt.NDArray[Any]:
    if kind == "<f4":
        return np.asarray(signal, kind)
    most = 2 ** (bits - 1) - 1
    return np.asarray(np.clip(np.round(signal * 2 ** (bits - 1)), -most - 1, most), kind)


def sound(rate: int, seconds: float, seed: int) -> npt.NDArray[np.float64]:
    """Noise of changing level with a click in it, as a converter's filter leaves it."""
    from scipy.signal import butter, sosfilt

    rng = np.random.default_rng(seed)
    n = round(rate * seconds)
    noise = 0.05 * rng.normal(size=n) * np.linspace(1, 0.1, n)
    noise[n // 3] += 0.7
    band = butter(6, [30 / rate * 2, 0.7], "bandpass", output="sos")
    return np.asarray(sosfilt(band, noise))


def meter_record(variant: int, rate: int, weighting: int, seconds: float, flags: int) -> Record:
    module, bits, kind = METERS[variant]
    head = struct.pack(
        "<IIIii",
        1 | weighting << 8 | bits << 16 | flags << 24,
        rate,
        5 | 128 << 16,
        FULL_SCALE << 16,
        -(70 << 16),
    )
    payload = head + WEIGHTINGS[rate]
    signal = sound(rate, seconds, rate + variant)
    samples = as_type(signal, bits, kind)
    meter = module.open(payload, 0, len(payload))
    meter.push(samples)
    out = np.zeros(len(RESULTS), np.float32)
    meter.read(out)
    bits_out = np.append(out.view("<u4"), np.uint32(meter.flags()))
    values = np.append(out.astype(float), float(meter.flags()))
    tolerances = np.full(values.shape, np.inf)
    for name, value in sound_reference.levels(signal, rate, "ACZ"[weighting]).items():
        at = RESULTS.index(name)
        tolerances[at] = TOLERANCE.get(name, STANDARD)
        values[at] = value + FULL_SCALE
        assert abs(out[at] - values[at]) <= tolerances[at], (name, out[at], values[at])
    name = f"{'ACZ'[weighting]} {rate} Hz, variant {variant}"
    return Record(
        name, payload, 0, samples[None], bits_out[None], values[None], tolerances[None], variant
    )


def bank_record(variant: int, rate: int, summed: int, seconds: float) -> Record:
    module, bits, kind = BANKS[variant]
    payload = struct.pack("<IIi", 1 | bits << 8 | summed << 16, 0, FULL_SCALE << 16) + BANDS[rate]
    samples = as_type(sound(rate, seconds, rate + variant), bits, kind)
    bank = module.open(payload, 0, len(payload))
    bank.push(samples)
    out = np.zeros(bank.outputs(), np.float32)
    bank.read(out, 0)
    values = out.astype(float)
    tolerances = np.full(values.shape, np.inf)
    return Record(
        f"bands {rate} Hz, variant {variant}",
        payload,
        0,
        samples[None],
        out.view("<u4")[None],
        values[None],
        tolerances[None],
        variant,
    )


def refused(name: str, payload: bytes, status: int, variant: int) -> Record:
    return Record(name, payload, status, variant=variant)


def damaged(payload: bytes, word: int, value: int) -> bytes:
    return payload[: 4 * word] + struct.pack("<I", value) + payload[4 * word + 4 :]


def main() -> None:
    records = [
        meter_record(0, 16000, 0, 0.8, 0),
        meter_record(1, 48000, 1, 0.14, 1),
        meter_record(2, 44100, 0, 0.16, 1),
        meter_record(3, 8000, 2, 0.8, 0),
        meter_record(0, 22050, 2, 0.2, 0),
        bank_record(4, 16000, 1, 0.3),
        bank_record(5, 48000, 3, 0.08),
        bank_record(6, 32000, 1, 0.1),
    ]
    meter, bank = records[0].payload, records[5].payload
    one = 1 << 29
    records += [
        refused("short", meter[:-4], -3, 0),
        refused("version", damaged(meter, 0, 2), -2, 0),
        refused("weighting", damaged(meter, 0, 1 | 3 << 8 | 16 << 16), -7, 0),
        refused("sample bits", damaged(meter, 0, 1 | 20 << 16), -7, 0),
        refused("rate too high", damaged(meter, 1, 96000), -5, 0),
        refused("rate without ticks", damaged(meter, 1, 11025), -5, 0),
        refused("interval 0", damaged(meter, 2, 0), -5, 0),
        refused("full scale", damaged(meter, 3, 301 << 16), -5, 0),
        refused("pole at 1", damaged(meter, 6, 0), -5, 0),
        refused("pole of an average", damaged(meter, 10, 1 << 31), -5, 0),
        refused("unstable section", damaged(meter, 18, one), -5, 0),
        refused("bands: short", bank[:-4], -3, 4),
        refused("bands: sums", damaged(bank, 0, 1 | 16 << 8 | 2 << 16), -7, 4),
        refused("bands: too many", damaged(bank, 3, 31 | 72 << 8), -5, 4),
        refused("bands: unstable", damaged(bank, 5, 1 << 30), -5, 4),
        refused("bands: no factor", damaged(bank, 10, 0), -5, 4),
    ]
    write_vectors(OUT, records)
    print(f"{OUT.name}: {len(records)} records, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
