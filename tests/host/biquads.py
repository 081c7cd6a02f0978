"""Payloads of biquad cascades from scipy's `sos`, and what scipy makes of them."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.signal

Array = npt.NDArray[np.float64]
LAYOUT = [0, 1, 2, 4, 5]  # b0, b1, b2, a1, a2 in a row of `sos`


def float_payload(sos: Array, channels: int = 1, samples: int = 0) -> bytes:
    """The payload of core/dsp/biquad.h."""
    header = struct.pack("<II", 1 | channels << 8 | samples << 16, len(sos))
    return header + sos[:, LAYOUT].astype("<f4").tobytes()


def fixed_rows(sos: Array) -> npt.NDArray[np.int64]:
    """Six integers a section: core/dsp/biquad_fixed.h."""
    rows = []
    for c in sos[:, LAYOUT]:
        room = max(np.abs(c).sum(), 4 * np.abs(c).max())
        fraction = next(f for f in (30, 29, 28) if room < 2.0 ** (33 - f) * 0.9999)
        rows.append([*(round(v) for v in c * 2.0**fraction), fraction])
    return np.array(rows, np.int64)


def fixed_payload(sos: Array) -> bytes:
    return struct.pack("<I", 1 | len(sos) << 8) + fixed_rows(sos).astype("<i4").tobytes()


def fixed_sos(sos: Array, short: bool) -> Array:
    """What the rounded coefficients are worth in a q31 cascade, or in a q15 one."""
    rows = fixed_rows(sos)
    values = rows[:, :5] * 2.0 ** -rows[:, 5:]
    if short:
        needed = np.abs(values[:, :3]).sum(1) + 1.5 * np.abs(values[:, 3:]).sum(1)
        scale = 2.0 ** np.where(needed < 3.996, 14, np.where(needed < 7.992, 13, 12))[:, None]
        values = np.floor(values * scale + 0.5) / scale
    return np.column_stack([values[:, :3], np.ones(len(sos)), values[:, 3:]])


def butterworth(*arguments: object, **options: object) -> Array:
    """scipy's, with a peak gain of 1 in every section but the last, which has the rest."""
    sos: Array = scipy.signal.butter(*arguments, output="sos", **options)
    for i in range(len(sos) - 1):
        gain = np.abs(scipy.signal.freqz_sos(sos[i : i + 1], 8192)[1]).max()
        sos[i, :3] /= gain
        sos[i + 1, :3] *= gain
    return sos


def filtered(sos: Array, x: npt.NDArray[np.floating]) -> Array:
    result: Array = scipy.signal.sosfilt(np.ascontiguousarray(sos), x.astype(float))
    return result


def signal_to_noise(found: npt.NDArray[np.generic], expected: Array) -> float:
    """In decibels."""
    error = np.asarray(found, float) - expected
    return float(10 * np.log10((expected**2).sum() / (error**2).sum()))


def opened(module: Any, payload: bytes) -> Any:
    """The object, or the status if it is refused."""
    return module.open(payload, 0, len(payload))
