"""Make mel.vectors and mel_q15.vectors: ``python tests/golden/make_mel.py``.

Values come from librosa 0.11.0 (Slaney's scale) and python_speech_features 0.6 (HTK's) in double
precision, which this needs (``pip install librosa==0.11.0 python_speech_features==0.6``) and no
test does; bits from the C core built for this machine.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import librosa
import numpy as np
import python_speech_features as psf
from steps import Doubles, Floats, StepCore, make_record, refused, write

RATE = 16000
BASE = ["base/sine.c", "base/logarithm.c", "features/mel_bank.c"]


@dataclass(frozen=True)
class Case:
    """One payload."""

    samples: int
    bands: int = 32
    frame: int = 512
    fft: int = 512
    hop: int = 256
    result: int = 1  # 0 power, 1 decibels, 2 natural
    htk: bool = False  # as python_speech_features
    channels: int = 1
    channel: int = 0
    floor: float = 1e-10

    def edges_and_gains(self) -> tuple[Doubles, Doubles]:
        """Return them in double precision, as the two libraries define them."""
        if self.htk:
            mels = np.linspace(0, psf.base.hz2mel(RATE / 2), self.bands + 2)
            edges = np.floor((self.fft + 1) * psf.base.mel2hz(mels) / RATE)
            return edges, np.full(self.bands, 1 / self.fft)
        hertz = librosa.mel_frequencies(self.bands + 2, fmin=0, fmax=RATE / 2)
        return hertz * self.fft / RATE, 2 / (hertz[2:] - hertz[:-2])

    def payload(self) -> bytes:
        """Return the payload."""
        edges, gains = self.edges_and_gains()
        window = 4 if self.htk else 1
        words = struct.pack(
            "<IHHHHIIf",
            1 | self.result << 8 | window << 12,
            self.frame,
            self.fft,
            self.hop,
            self.bands,
            self.samples | self.channels << 24,
            self.channel,
            self.floor,
        )
        words += np.round(edges * 2**20).astype("<u4").tobytes()
        return words + gains.astype("<f4").tobytes()

    def power(self, window: Floats) -> Doubles:
        """Return the bands' power, frame after frame, by the library."""
        x = window.astype(np.float64).reshape(self.samples, self.channels)[:, self.channel]
        if self.htk:
            with np.errstate(all="ignore"):
                frames = psf.sigproc.framesig(x, self.frame, self.hop, np.hamming)
                spectra = psf.sigproc.powspec(frames, self.fft)
            bank = psf.base.get_filterbanks(self.bands, self.fft, RATE, 0, RATE / 2)
            count = 1 + (self.samples - self.frame) // self.hop
            return np.asarray(spectra @ bank.T)[:count]
        spectra = np.abs(
            librosa.stft(
                x, n_fft=self.fft, hop_length=self.hop, win_length=self.frame, center=False
            )
        )
        bank = librosa.filters.mel(
            sr=RATE, n_fft=self.fft, n_mels=self.bands, norm="slaney", dtype=np.float64
        )
        return np.asarray((bank @ spectra**2).T)


def expected(case: Case, window: Floats, fixed: bool) -> tuple[Doubles, Doubles]:
    """Return values and tolerances.

    float32: edges are rounded to 2^-20 bins and samples' products to 2^-24; the transform's error
    is 2e-7 of the spectrum. int16: a bin's noise is that of rounding to 16 bits after 1/fft.
    """
    count = 1 + (case.samples - case.frame) // case.hop
    finite = np.isfinite(window.reshape(case.samples, case.channels)[:, case.channel])
    starts = np.arange(count) * case.hop
    frame_finite = np.array([finite[s : s + case.frame].all() for s in starts])
    clean = np.where(np.isfinite(window), window, 0).astype(np.float32)
    power = case.power(clean)
    power[~frame_finite] = np.nan
    gains = case.edges_and_gains()[1]
    x = clean.astype(np.float64).reshape(case.samples, case.channels)[:, case.channel]
    peaks = np.array([np.abs(x[s : s + case.frame]).max() for s in starts])[:, None]
    if fixed:
        # Amplitude noise of a bin: a few units of 2^-15 of full scale, times fft.
        noise = 4.0 * 2.0**-15 * peaks * case.fft
        bins = np.diff(case.edges_and_gains()[0])
        width = np.maximum(bins[:-1] + bins[1:], 2)
        tolerance = (
            gains * (2 * noise * np.sqrt(power / gains * 2) + noise**2 * width) + 2e-4 * power
        )
    else:
        strongest = (power / gains).max(axis=1, keepdims=True)
        tolerance = 1e-5 * power + 2e-6 * gains * np.sqrt(
            strongest * (power / gains + 1e-12 * strongest)
        )
    if case.result == 0:
        return power.ravel(), (tolerance + 1e-44).ravel()
    factor = 10 / np.log(10) if case.result == 1 else 1.0
    low = np.maximum(power - tolerance, case.floor)
    floored = np.maximum(power, case.floor)
    high = np.maximum(power + tolerance, case.floor)
    error = factor * np.maximum(np.log(floored / low), np.log(high / floored)) + 2e-5 * factor
    values = factor * np.log(floored)
    return values.ravel(), error.ravel()


def sounds(rng: np.random.Generator, samples: int) -> dict[str, Floats]:
    """Return sounds: noise, a tone, brown noise as of speech, quiet, silence, bad samples."""
    time = np.arange(samples) / RATE
    noise = rng.normal(0, 0.2, samples)
    brown = np.cumsum(rng.normal(0, 0.01, samples))
    brown -= brown.mean()
    vowel = sum(np.sin(2 * np.pi * 140 * k * time) / k**1.5 for k in range(1, 50))
    broken = np.where(np.arange(samples) == samples - 1, np.nan, noise)
    endless = np.where(np.arange(samples) == 0, np.inf, noise)
    found: dict[str, Any] = {
        "noise": np.clip(noise, -1, 1),
        "brown noise": np.clip(brown, -1, 1),
        "vowel": 0.3 * vowel,
        "quiet vowel": np.round(0.003 * vowel * 32768) / 32768,
        "tone": 0.9 * np.sin(2 * np.pi * 1000 * time),
        "full scale": np.where(np.arange(samples) % 64 < 32, 1, -1),
        "last bit": rng.integers(-1, 2, samples) / 32768,
        "silence": np.zeros(samples),
        "counts": np.round(noise * 32768),
        "nan": broken,
        "infinity": endless,
    }
    return {name: np.asarray(sound, np.float32) for name, sound in found.items()}


def make(kind: str, fixed: bool) -> None:
    """Write the vectors of one step."""
    rng = np.random.default_rng(20261122)
    transform = "dsp/fft_q15.c" if fixed else "dsp/fft.c"
    core = StepCore(kind, [*BASE, transform, f"features/{kind}.c"])
    records = []

    def add(name: str, case: Case, windows: list[Floats]) -> None:
        records.append(
            make_record(
                core, name, case.payload(), windows,
                lambda window: expected(case, window, fixed),
            )
        )  # fmt: skip

    for result, word in enumerate(("power", "decibels", "natural")):
        skip = 1 if word == "decibels" else 3  # the others' files would be as large again
        windows = list(sounds(rng, 1024).values())[::skip]
        add(f"librosa, {word}", Case(1024, result=result), windows)
        case = Case(880, 26, 400, 512, 160, result, True, floor=2.220446049250313e-16)
        add(f"HTK, {word}", case, list(sounds(rng, 880).values())[::skip])
    stereo = np.stack(list(sounds(rng, 600).values())[:3], axis=1)
    for channel in range(3):
        add(f"channel {channel}", Case(600, 20, 256, 256, 100, 1, False, 3, channel), [stereo])
    add("hop above frame", Case(1000, 8, 64, 64, 300), [sounds(rng, 1000)["noise"]])
    add("shortest", Case(16, 3, 16, 16, 16, 0), [sounds(rng, 16)["noise"]])
    add("longest", Case(4096, 64, 4096, 4096, 1, 1), [sounds(rng, 4096)["brown noise"]])
    good = Case(64, 4, 32, 32, 16).payload()

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    w = struct.unpack_from("<6I", good)
    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("header alone", good[:24], length),
            ("truncated", good[:-4], length),
            ("too long", good + bytes(4), length),
            ("version 2", patched(0, w[0] + 1), version),
            ("result 3", patched(0, w[0] | 3 << 8), layout),
            ("window function 5", patched(0, 1 | 5 << 12), layout),
            ("reserved bits", patched(0, w[0] | 1 << 16), layout),
            ("frame 1", patched(1, 1 | 32 << 16), in_range),
            ("frame longer than fft", patched(1, 33 | 32 << 16), in_range),
            ("fft 48", patched(1, 32 | 48 << 16), in_range),
            ("fft 8192", patched(1, 32 | 8192 << 16), in_range),
            ("hop 0", patched(2, 4 << 16), in_range),
            ("no bands", patched(2, 16), in_range),
            ("window shorter than frame", patched(3, 31 | 1 << 24), structure),
            ("no channels", patched(3, 64), in_range),
            ("2^20 + 1 samples", patched(3, (1 << 20) + 1 | 1 << 24), in_range),
            ("3000 frames", patched(3, 48016 | 1 << 24), in_range),
            ("channel 1 of 1", patched(4, 1), in_range),
            ("floor 0", patched(5, 0), in_range),
            ("floor negative", patched(5, 0xBF800000), in_range),
            ("floor infinite", patched(5, 0x7F800000), in_range),
            ("edges fall", patched(7, 16 << 20), structure),
            ("edge above half", patched(11, (16 << 20) + 1), in_range),
            ("gain 0", patched(12, 0), in_range),
            ("gain NaN", patched(15, 0x7FC00000), in_range),
        ],
    )
    write(kind, records)


def main() -> None:
    """Write the vectors of both."""
    make("mel", False)
    make("mel_q15", True)


if __name__ == "__main__":
    main()
