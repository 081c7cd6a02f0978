"""Make mfcc.vectors: ``python tests/golden/make_mfcc.py``.

Values come from librosa 0.11.0 and python_speech_features 0.6 in double precision, which this needs
(``pip install librosa==0.11.0 python_speech_features==0.6``) and no test does; bits from the C core
built for this machine.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import librosa
import numpy as np
import python_speech_features as psf
import scipy.fft
from steps import Doubles, Floats, StepCore, make_record, refused, write


@dataclass(frozen=True)
class Case:
    """One payload."""

    frames: int
    bands: int
    coefficients: int
    first: int = 0
    orders: int = 0
    half: int = 4
    htk: bool = False
    lifter: int = 0

    def payload(self) -> bytes:
        """Return the payload."""
        word = 1 | self.orders << 8 | self.htk << 12 | self.htk << 16
        return struct.pack(
            "<IHHHBBI",
            word,
            self.frames,
            self.bands,
            self.coefficients,
            self.first,
            self.half,
            self.lifter,
        )

    def expected(self, window: Floats) -> tuple[Doubles, Doubles]:
        """Return values and tolerances."""
        x = window.astype(np.float64).reshape(self.frames, self.bands)
        bad = np.asarray(~np.isfinite(x).all(axis=1))
        x = np.where(bad[:, None], 0, x)
        end = self.first + self.coefficients
        if self.htk:
            c = scipy.fft.dct(x, type=2, axis=1, norm="ortho")[:, :end]
            c = psf.base.lifter(c, self.lifter)[:, self.first :]
        else:
            c = librosa.feature.mfcc(S=x.T, n_mfcc=end, lifter=self.lifter).T[:, self.first :]
        row = np.abs(x).max(axis=1, keepdims=True)
        lift = 1 + self.lifter / 2
        # 30-bit inputs, Q24 cosines and gains of 24 bits: 2^-24 each of the sum at worst.
        error = 3 * 2.0**-24 * row * np.sqrt(self.bands) * lift + 2.0**-24 * np.abs(c)
        c[bad] = np.nan
        parts, errors = [c], [error]
        h = self.half
        clean = np.where(bad[:, None], 0, c)
        for order in range(1, self.orders + 1):
            if self.htk:
                d = psf.base.delta(np.nan_to_num(parts[-1]), h)
                growth = 1.0
                before = np.isnan(parts[-1]).any(axis=1)
                for t in range(self.frames):
                    look = np.clip(np.delete(np.arange(t - h, t + h + 1), h), 0, self.frames - 1)
                    if before[look].any():
                        d[t] = np.nan
            else:
                d = librosa.feature.delta(clean, width=2 * h + 1, order=order, axis=0)
                growth = 1.0 if order == 1 else 4.0
                for t in range(self.frames):
                    middle = np.clip(t, h, self.frames - 1 - h)
                    look = np.arange(middle - h, middle + h + 1)
                    weights = look - middle
                    m = 2 * h + 1
                    if order == 2:
                        weights = m * weights**2 - (weights**2).sum()
                    if bad[look[weights != 0]].any():
                        d[t] = np.nan
            spread = np.nanmax(errors[0], axis=0, initial=0) + 2.0**-23 * np.nanmax(
                np.abs(np.nan_to_num(c)), axis=0, initial=0
            )
            parts.append(d)
            errors.append(growth * np.broadcast_to(spread, d.shape) + 2.0**-23 * np.abs(d))
        values = np.concatenate(parts, axis=1)
        tolerances = np.nan_to_num(np.concatenate(errors, axis=1)) + 1e-44
        return values.ravel(), tolerances.ravel()


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("mfcc", ["base/sine.c", "features/mfcc.c"])
    records = []

    def add(name: str, case: Case, windows: list[Floats]) -> None:
        records.append(make_record(core, name, case.payload(), windows, case.expected))

    def sounds(frames: int, bands: int) -> list[Floats]:
        noise = rng.normal(-40, 15, (frames, bands))
        broken = noise.copy()
        broken[frames // 2, bands - 1] = np.nan
        endless = noise.copy()
        endless[0, 0] = -np.inf
        slopes = np.linspace(-100, 0, frames)[:, None] + np.linspace(0, 30, bands)
        found = [noise, broken, endless, slopes, np.zeros((frames, bands)), noise * 1e30]
        return [window.astype(np.float32) for window in found]

    add("librosa", Case(9, 32, 13), sounds(9, 32))
    add("librosa, deltas", Case(20, 40, 13, 0, 2, 4, False, 22), sounds(20, 40))
    add("librosa, short deltas", Case(7, 20, 12, 1, 2, 1), sounds(7, 20))
    add("librosa, first order", Case(9, 8, 8, 0, 1, 4), sounds(9, 8))
    add("HTK", Case(12, 26, 13, 0, 0, 2, True, 22), sounds(12, 26))
    add("HTK, deltas", Case(15, 26, 12, 1, 2, 2, True, 22), sounds(15, 26))
    add("HTK, one frame", Case(1, 26, 13, 0, 2, 2, True, 22), sounds(1, 26)[::3])
    add("short lifter", Case(2, 64, 64, 0, 0, 1, False, 5), sounds(2, 64))
    add("most bands", Case(1, 256, 256), sounds(1, 256))
    good = Case(9, 8, 4, 0, 1).payload()

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    half = 4 << 24
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("too long", good + bytes(4), length),
            ("version 0", patched(0, 0), version),
            ("order 3", patched(0, 1 | 3 << 8), layout),
            ("kind of deltas 2", patched(0, 1 | 2 << 12), layout),
            ("reserved bit", patched(0, 1 | 1 << 20), layout),
            ("no frames", patched(1, 8 << 16), in_range),
            ("one band", patched(1, 9 | 1 << 16), in_range),
            ("no coefficients", patched(2, half), in_range),
            ("9 of 8 coefficients", patched(2, 9 | half), in_range),
            ("8 coefficients from 1", patched(2, 8 | 1 << 16 | half), in_range),
            ("no width", patched(2, 4), in_range),
            ("lifter 257", patched(3, 257), in_range),
            ("too few frames", patched(1, 8 | 8 << 16), structure),
        ],
    )
    write("mfcc", records)


if __name__ == "__main__":
    main()
