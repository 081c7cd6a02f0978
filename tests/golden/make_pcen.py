"""Make pcen.vectors: ``python tests/golden/make_pcen.py``.

Values come from librosa 0.11.0 in double precision, which this needs (``pip install
librosa==0.11.0``) and no test does; bits from the C core built for this machine.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import librosa
import numpy as np
from steps import Doubles, Floats, StepCore, make_record, refused, write


@dataclass(frozen=True)
class Case:
    """One payload."""

    frames: int
    bands: int
    seconds: float = 0.4
    rate: float = 16000.0
    hop: int = 256
    gain: float = 0.98
    bias: float = 2.0
    power: float = 0.5
    eps: float = 1e-6
    start: int = 0

    def payload(self) -> bytes:
        """Return the payload."""
        return struct.pack(
            "<IHHffIffff",
            1 | self.start << 8,
            self.frames,
            self.bands,
            *(self.seconds, self.rate, self.hop, self.gain, self.bias, self.power, self.eps),
        )

    def expected(self, window: Floats) -> tuple[Doubles, Doubles]:
        """Return values and tolerances: float32 has 2^-24 for each of some ten operations."""
        x = window.astype(np.float64).reshape(self.frames, self.bands)
        good = np.isfinite(x) & (x >= 0)
        gain, bias, power, eps, seconds = (
            float(np.float32(v)) for v in (self.gain, self.bias, self.power, self.eps, self.seconds)
        )
        values = np.full(x.shape, np.nan)
        tolerances = np.zeros(x.shape)
        for band in range(self.bands):
            # A bad value leaves the state as it is: as if its frame were not there.
            e = x[good[:, band], band]
            if e.size == 0:
                continue
            state = None if not self.start else np.array([e[0]])
            zi = None
            t = seconds * self.rate / self.hop
            b = (np.sqrt(1 + 4 * t**2) - 1) / (2 * t**2)
            if state is not None:
                zi = state * (1 - b)
            out = librosa.pcen(
                e, sr=self.rate, hop_length=self.hop, gain=gain, bias=bias, power=power,
                time_constant=seconds, eps=eps, zi=zi,
            )  # fmt: skip
            values[good[:, band], band] = out
            inner = e * (eps + 1e-30 + librosa_level(e, b, zi)) ** -gain
            slope = power * (inner + bias) ** (power - 1) * inner
            tolerances[good[:, band], band] = (
                6 * 2.0**-24 * ((inner + bias) ** power + bias**power + 8 * slope)
            )
        return values.ravel(), tolerances.ravel()


def librosa_level(e: Doubles, b: float, zi: Doubles | None) -> Doubles:
    """Return the smoothed level, for tolerances."""
    level = np.empty(e.size)
    last = 1.0 if zi is None else float(zi[0] / (1 - b))
    for t in range(e.size):
        last += b * (e[t] - last)
        level[t] = last
    return level


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("pcen", ["base/logarithm_float.c", "features/pcen.c"])
    records = []

    def add(name: str, case: Case, windows: list[Floats]) -> None:
        records.append(make_record(core, name, case.payload(), windows, case.expected))

    def sounds(frames: int, bands: int) -> list[Floats]:
        noise = rng.gamma(1.0, 1.0, (frames, bands)) * 10.0 ** rng.integers(-3, 4, bands)
        broken = noise.copy()
        broken[frames // 2, 0] = np.nan
        broken[frames // 3, 1] = np.inf
        broken[0, 1] = -1.0
        onset = np.where(np.arange(frames)[:, None] < frames // 2, 1e-4, 1.0) * np.ones(bands)
        found = [noise, noise * 1e6, noise * 1e-6, broken, onset, np.zeros((frames, bands))]
        return [window.astype(np.float32) for window in found]

    add("defaults", Case(40, 8), sounds(40, 8))
    add("from the first frame", Case(20, 8, start=1), sounds(20, 8))
    add("no bias", Case(20, 4, bias=0.0), sounds(20, 4))
    add("other", Case(20, 4, 0.06, 22050.0, 220, 0.8, 10.0, 0.25, 1e-3), sounds(20, 4))
    add("no gain", Case(5, 4, gain=0.0, power=1.0), sounds(5, 4))
    good = Case(9, 8).payload()

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    length, version, in_range, layout = -3, -2, -5, -7
    nan, minus, infinite = 0x7FC00000, 0xBF800000, 0x7F800000
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("too long", good + bytes(4), length),
            ("version 0", patched(0, 0), version),
            ("start 2", patched(0, 1 | 2 << 8), layout),
            ("no frames", patched(1, 8 << 16), in_range),
            ("no bands", patched(1, 9), in_range),
            ("257 bands", patched(1, 9 | 257 << 16), in_range),
            ("negative time", patched(2, minus), in_range),
            ("rate 0", patched(3, 0), in_range),
            ("hop 0", patched(4, 0), in_range),
            ("gain NaN", patched(5, nan), in_range),
            ("bias infinite", patched(6, infinite), in_range),
            ("power 0", patched(7, 0), in_range),
            ("eps 0", patched(8, 0), in_range),
        ],
    )
    write("pcen", records)


if __name__ == "__main__":
    main()
