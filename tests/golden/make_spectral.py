"""Make spectral.vectors: ``python tests/golden/make_spectral.py``.

Values come from librosa 0.11.0 (centroid, bandwidth, roll-off, flatness) and numpy in double
precision, which this needs (``pip install librosa==0.11.0``) and no test does; bits from the C core
built for this machine. Tolerances follow from one bound, that of a bin's error after the transform
of 16 bits.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import librosa
import numpy as np
import scipy.stats
from steps import Doubles, Floats, StepCore, make_record, refused, write

RATE = 16000.0
NOISE = 4.0  # units of the int16 spectrum by which a bin's magnitude may be wrong


@dataclass(frozen=True)
class Case:
    """One payload; all features are asked for."""

    samples: int
    frame: int
    fft: int
    hop: int
    power: int = 0
    hann: int = 1
    channels: int = 1
    channel: int = 0
    bands: tuple[tuple[int, int], ...] = ()
    rolloff: int = round(0.85 * 65536)
    wanted: int = 127

    def payload(self) -> bytes:
        """Return the payload."""
        head = struct.pack(
            "<IHHHHIIfI",
            1 | self.power << 8 | self.hann << 12,
            *(self.frame, self.fft, self.hop, len(self.bands)),
            self.samples | self.channels << 24,
            self.channel | self.rolloff << 8,
            RATE,
            self.wanted,
        )
        return head + b"".join(struct.pack("<HH", *band) for band in self.bands)

    def expected(self, window: Floats) -> tuple[Doubles, Doubles]:
        """Return values and tolerances."""
        x = window.astype(np.float64).reshape(self.samples, self.channels)[:, self.channel]
        names = self.wanted.bit_count() + len(self.bands)
        if not np.isfinite(x).all():
            return np.full(names, np.nan), np.zeros(names)
        starts = range(0, self.samples - self.frame + 1, self.hop)
        taper = np.hanning(self.frame + 1)[:-1] if self.hann else np.ones(self.frame)
        spectra = np.abs([np.fft.rfft(x[s : s + self.frame] * taper, self.fft) for s in starts])
        peak = np.abs(x).max()
        unit = 2.0 ** np.ceil(np.log2(peak)) * 2.0**-15 * self.fft if peak > 0 else 0.0
        noise = NOISE * unit
        p = np.mean(spectra**2, axis=0)
        rms = np.sqrt(p)
        bands = [p[a:b].sum() for a, b in self.bands]
        band_errors = [(2 * noise * rms[a:b] + noise**2).sum() for a, b in self.bands]
        if peak == 0:
            return np.array([0, 0, 0, 1, 0, 0, 0, *bands], np.float64), np.zeros(names)
        s = p if self.power else rms
        doubt = 2 * noise * rms + noise**2 if self.power else np.full(s.size, noise)
        share = 2 * doubt.sum() / s.sum()
        f = np.arange(s.size) * RATE / self.fft
        how = {"S": s[:, None], "sr": RATE, "n_fft": self.fft, "freq": f}
        centroid = librosa.feature.spectral_centroid(**how)[0, 0]
        spread = librosa.feature.spectral_bandwidth(**how)[0, 0]
        rolloff = librosa.feature.spectral_rolloff(**how, roll_percent=self.rolloff / 65536)[0, 0]
        sums = np.cumsum(s) / s.sum()
        near = np.abs(sums - self.rolloff / 65536) <= share
        span = f[near].max() - f[near].min() if near.any() else 0.0
        flatness = librosa.feature.spectral_flatness(S=p[:, None], power=1.0, amin=1e-300)[0, 0]
        high = np.mean(np.log(rms + noise)) - np.mean(np.log(np.maximum(rms - noise, unit / 50)))
        entropy = scipy.stats.entropy(p, base=2)
        lost = min(1.0, 2 * (2 * noise * rms + noise**2).sum() / p.sum())
        mixing = scipy.stats.entropy([lost, 1 - lost], base=2) + lost * np.log2(p.size)
        steps = np.linalg.norm(np.diff(spectra, axis=0), axis=1)
        flux = steps.mean() if steps.size else 0.0
        order = np.sort(rms)
        sure = order[-1] - order[-2] > 2 * noise
        top = RATE / 2
        values: list[float] = [centroid, spread, rolloff, flatness, flux, entropy, f[np.argmax(p)]]
        errors = [
            min(top, top * share + 1e-6 * top),
            min(top, 2 * top * np.sqrt(share) + RATE / self.fft / 32),
            span + RATE / self.fft * (1 + near.any()),
            min(1.0, abs(np.expm1(4 * high)) * flatness + 1e-5),
            2 * noise * np.sqrt(p.size),
            mixing + 2e-3,
            0.0 if sure else top,
        ]
        pick = [i for i in range(7) if self.wanted >> i & 1]
        values = [values[i] for i in pick] + bands
        errors = [errors[i] for i in pick] + [
            e + 1e-6 * b for e, b in zip(band_errors, bands, strict=True)
        ]
        return np.array(values, np.float64), np.array(errors, np.float64)


def sounds(rng: np.random.Generator, samples: int) -> list[Floats]:
    """Return noise, brown noise, a vowel, a quiet one, a tone, silence and bad samples."""
    time = np.arange(samples) / RATE
    noise = rng.normal(0, 0.2, samples)
    brown = np.cumsum(rng.normal(0, 0.01, samples))
    vowel = 0.3 * sum(np.sin(2 * np.pi * 140 * k * time) / k**1.5 for k in range(1, 50))
    sweep = np.sin(2 * np.pi * (200 + 1e5 * time) * time)
    found = [
        *(noise, brown - brown.mean(), vowel, 0.003 * vowel, 1e10 * vowel, sweep),
        *(0.9 * np.sin(2 * np.pi * 1000 * time), np.zeros(samples)),
        *(np.where(time == 0, np.nan, noise), np.where(time == time[-1], np.inf, noise)),
    ]
    return [np.asarray(sound, np.float32) for sound in found]


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    sources = ["base/sine.c", "base/logarithm.c", "dsp/fft_q15.c"]
    core = StepCore("spectral", [*sources, "features/spectral.c"])
    records = []

    def add(name: str, case: Case, windows: list[Floats]) -> None:
        records.append(make_record(core, name, case.payload(), windows, case.expected))

    bands = ((0, 4), (4, 32), (32, 257), (256, 257))
    add("one frame, magnitude", Case(512, 512, 512, 512, bands=bands), sounds(rng, 512))
    add("one frame, power", Case(512, 512, 512, 512, 1, bands=bands), sounds(rng, 512))
    add("frames", Case(1000, 400, 512, 160, 0, 1, bands=bands), sounds(rng, 1000))
    add("no window function", Case(256, 100, 128, 50, 1, 0), sounds(rng, 256))
    stereo = np.stack(sounds(rng, 300)[:2], axis=1)
    for channel in range(2):
        add(f"channel {channel}", Case(300, 256, 256, 20, 0, 1, 2, channel), [stereo])
    for bit in range(7):
        case = Case(64, 32, 32, 16, bands=((0, 17),), wanted=1 << bit)
        add(f"feature {bit}", case, sounds(rng, 64)[:2])
    add("energies alone", Case(64, 32, 32, 16, bands=((1, 3),), wanted=0), sounds(rng, 64)[:2])
    good = Case(64, 32, 32, 16, bands=((0, 17),)).payload()

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("truncated", good[:-4], length),
            ("too long", good + bytes(4), length),
            ("version 0", patched(0, 0), version),
            ("S 2", patched(0, 1 | 2 << 8), layout),
            ("window 2", patched(0, 1 | 2 << 12), layout),
            ("feature 7", patched(6, 128), layout),
            ("fft 48", patched(1, 32 | 48 << 16), in_range),
            ("frame longer than fft", patched(1, 33 | 32 << 16), in_range),
            ("hop 0", patched(2, 1 << 16), in_range),
            ("no channels", patched(3, 64), in_range),
            ("shorter than a frame", patched(3, 31 | 1 << 24), structure),
            ("channel 1 of 1", patched(4, 1 | 100 << 8), in_range),
            ("roll-off 0", patched(4, 0), in_range),
            ("rate 0", patched(5, 0), in_range),
            ("rate NaN", patched(5, 0x7FC00000), in_range),
            ("band without bins", patched(7, 3 | 3 << 16), in_range),
            ("band above half", patched(7, 18 << 16), in_range),
        ],
    )
    write("spectral", records)


if __name__ == "__main__":
    main()
