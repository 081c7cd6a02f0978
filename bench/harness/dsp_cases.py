"""What is computed: the input, the exact result, and what an instruction count is divided by."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, get_window, sosfilt

from . import signals

ROWS = 8
LOUDEST = 0.9
HALF = 0.5  # the peak where filters may overshoot

Array = NDArray[Any]
Kind = Literal["rfft", "biquad", "logmel"]


@dataclass(frozen=True)
class Case:
    """A function to measure.

    Attributes
    ----------
    name
        As in the results.
    kind
        Family: what libraries offer.
    samples
        Values in a row.
    bits
        Of the input; None: float32.
    rate
        Samples a second.
    sos
        The filter's coefficients as scipy has them (biquads).
    """

    name: str
    kind: Kind
    samples: int
    bits: int | None
    rate: float = 16000.0
    sos: tuple[tuple[float, ...], ...] = ()

    @property
    def divisor(self) -> int:
        """What the instructions of a row are divided by: 1, or samples times stages."""
        return self.samples * len(self.sos) if self.kind == "biquad" else 1

    @cached_property
    def rows(self) -> Array:
        peak = HALF if self.kind == "biquad" else LOUDEST
        return signals.rows(ROWS, self.samples, self.rate, peak, self.bits)

    @cached_property
    def exact(self) -> Array:
        """The result in double precision."""
        return EXACT[self.kind](self)


def _exact_rfft(case: Case) -> Array:
    return np.fft.rfft(case.rows)


def _exact_biquad(case: Case) -> Array:
    whole = sosfilt(np.array(case.sos), case.rows.ravel())
    return np.asarray(whole).reshape(case.rows.shape)


BANDS, LOWEST, HIGHEST = 32, 0.0, 8000.0


def mel(hertz: Array | float) -> Any:
    """Return the mel scale of HTK."""
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def mel_filters(samples: int, rate: float) -> Array:
    """Return triangles of height 1 in mel, BANDS rows by samples / 2 + 1 bins."""
    edges = np.linspace(mel(LOWEST), mel(HIGHEST), BANDS + 2)
    at = mel(np.fft.rfftfreq(samples, 1 / rate))
    rising = (at - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - at) / (edges[2:] - edges[1:-1])[:, None]
    filters = np.maximum(0, np.minimum(rising, falling))
    filters[:, 0] = 0
    return np.asarray(filters)


def log_mel_db(case: Case, power: float, symmetric: bool = False) -> Array:
    """Return levels in dB of the bands of |X| ** power under a Hann window; a sum is a sum.

    A `symmetric` window has the length of the row less one as its period.
    """
    window = get_window("hann", case.samples, fftbins=not symmetric)
    spectrum = np.abs(np.fft.rfft(case.rows * window)) ** power
    sums = spectrum @ mel_filters(case.samples, case.rate).T
    return np.asarray(20 / power * np.log10(np.maximum(sums, 1e-30)))


def _exact_logmel(case: Case) -> Array:
    return log_mel_db(case, 2)


EXACT: dict[Kind, Callable[[Case], Array]] = {
    "rfft": _exact_rfft,
    "biquad": _exact_biquad,
    "logmel": _exact_logmel,
}


def _sections(order: int, frequency: float, kind: str, rate: float) -> tuple[Any, ...]:
    """Return a Butterworth filter whose sections all have a gain of 1 in the pass-band.

    scipy gives the first section the whole gain, which costs every 16-bit library the same bits.
    """
    sos = butter(order, frequency, kind, fs=rate, output="sos")
    pass_band = 1 if kind == "low" else -1  # z at frequency 0, or at half the rate
    powers = np.array([1, pass_band, 1])
    sos[:, :3] *= ((sos[:, 3:] @ powers) / (sos[:, :3] @ powers))[:, None]
    return tuple(tuple(float(c) for c in row) for row in sos)


CASES = [
    Case("rfft-256-q15", "rfft", 256, 16),
    Case("rfft-256-f32", "rfft", 256, None),
    Case("rfft-1024-f32", "rfft", 1024, None),
    Case("biquad-q15", "biquad", 256, 16, 16000, _sections(4, 1000, "low", 16000)),
    Case("biquad-q31-20hz", "biquad", 256, 32, 48000, _sections(4, 20, "high", 48000)),
    Case("biquad-f32", "biquad", 256, None, 16000, _sections(4, 1000, "low", 16000)),
    Case("logmel-512-q15", "logmel", 512, 16),
    Case("logmel-512-f32", "logmel", 512, None),
]


def judge(case: Case, found: Array, exact: Array) -> dict[str, float]:
    """Return how exact a result is, for the loud rows and for the quiet ones.

    Signal-to-noise ratio in dB; for levels in dB the root of the mean squared error in dB.
    """
    half = ROWS // 2
    figures = {}
    for name, part in (("", slice(None, half)), ("_quiet", slice(half, None))):
        if case.kind == "logmel":
            difference = found[part] - exact[part]
            figures[f"error{name}_db"] = round(float(np.sqrt(np.mean(difference**2))), 4)
        else:
            figures[f"snr{name}_db"] = round(signals.ratio_db(found[part], exact[part]), 2)
    return figures
