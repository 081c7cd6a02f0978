"""Senselet's own functions, as calls of its native modules' methods, for every case."""

import struct
from collections.abc import Callable

import numpy as np
from scipy.signal import get_window

from .dsp_cases import BANDS, HIGHEST, LOWEST, Array, Case, mel
from .natives import Call

Decode = Callable[[Array], Array]
Ours = tuple[str, Call, Decode, Callable[[Case], Array] | None]


def packed(items: Array, scale: float = 1.0) -> Array:
    """Return the bins 0 ... n / 2 of a spectrum that has the last one's real part in place 1."""
    x = items.astype(np.float64) * scale
    spectrum = np.zeros((len(x), x.shape[1] // 2 + 1), dtype=np.complex128)
    spectrum[:, 1:-1] = x[:, 2::2] + 1j * x[:, 3::2]
    spectrum[:, 0], spectrum[:, -1] = x[:, 0], x[:, 1]
    return spectrum


def float_sections(case: Case) -> bytes:
    """Return the payload of core/dsp/biquad.h: one channel, a stream."""
    sos = np.array(case.sos)
    coefficients = np.hstack([sos[:, :3], sos[:, 4:]]).astype("<f4")
    return struct.pack("<II", 1 | 1 << 8, len(sos)) + coefficients.tobytes()


def fixed_sections(case: Case) -> bytes:
    """Return the payload of core/dsp/biquad_fixed.h."""
    payload = struct.pack("<I", 1 | len(case.sos) << 8)
    for b0, b1, b2, _, a1, a2 in case.sos:
        sizes = [abs(c) for c in (b0, b1, b2, a1, a2)]
        needed = max(sum(sizes), 4 * max(sizes))
        fraction = next(f for f in (30, 29, 28) if needed < 7.999 * 2 ** (30 - f))
        words = [round(c * 2.0**fraction) for c in (b0, b1, b2, a1, a2)]
        payload += struct.pack("<5iI", *words, fraction)
    return payload


def _rfft(case: Case) -> list[Ours]:
    payload = struct.pack("<I", 1 | case.samples << 16)
    module, kind = ("_fft_q15", "FFTq15") if case.bits else ("_fft", "FFT")
    scale = case.samples / 2**15 if case.bits else 1.0
    call = Call(module, kind, "run", payload, {"x": "in place"}, {"kind": 0})
    return [("senselet", call, lambda x: packed(x, scale), None)]


def _biquad(case: Case) -> list[Ours]:
    module, kind = {
        16: ("_biquad_q15", "BiquadQ15"),
        32: ("_biquad_q31", "BiquadQ31"),
        None: ("_biquad", "Biquad"),
    }[case.bits]
    payload = float_sections(case) if case.bits is None else fixed_sections(case)
    unit = 1.0 if case.bits is None else 2.0 ** (1 - case.bits)
    call = Call(module, kind, "process", payload, {"block": "in", "out": case.samples})
    return [("senselet", call, lambda x: x.astype(np.float64) * unit, None)]


def _logmel(case: Case) -> list[Ours]:
    n = case.samples
    edges = linear_edges(case)
    payload = struct.pack("<I", 1 | DECIBELS << 8 | HANN << 12)
    payload += struct.pack("<HHHHIIf", n, n, n, BANDS, n | 1 << 24, 0, MEL_FLOOR)
    payload += np.round(edges * 2**20).astype("<u4").tobytes()
    payload += np.ones(BANDS, dtype="<f4").tobytes()
    module, kind = ("_mel_q15", "MelQ15") if case.bits else ("_mel", "Mel")
    items = "i16" if case.bits else "f32"
    call = Call(module, kind, "run", payload, {"window": "in", "out": BANDS}, items=items)
    return [("senselet", call, lambda x: x.astype(np.float64), _exact_logmel)]


DECIBELS, HANN = 1, 1  # as core/features/mel_bank.h numbers them
MEL_FLOOR = 1e-12


def linear_edges(case: Case) -> Array:
    """Return the bands' edges in bins, equally far apart on HTK's scale."""
    mels = np.linspace(mel(LOWEST), mel(HIGHEST), BANDS + 2)
    hertz = 700 * (10 ** (mels / 2595) - 1)
    return np.asarray(np.minimum(hertz / case.rate * case.samples, case.samples / 2))


def _exact_logmel(case: Case) -> Array:
    """Levels in dB of the bands' power, whose triangles are straight over frequency."""
    power = np.abs(np.fft.rfft(case.rows * get_window("hann", case.samples))) ** 2
    edges, bins = linear_edges(case), np.arange(case.samples // 2 + 1)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(10 * np.log10(np.maximum(power @ triangles.T, MEL_FLOOR)))


def our_calls(case: Case) -> list[Ours]:
    """Return name, call, decoder and exact result (None: the case's) of what computes a case."""
    return {"rfft": _rfft, "biquad": _biquad, "logmel": _logmel}[case.kind](case)
