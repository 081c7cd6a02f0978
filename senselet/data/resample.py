"""Bring recordings to another rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.signal import firwin, resample_poly

from senselet.data.errors import DataError
from senselet.data.recording import RATE_TOLERANCE, Recording
from senselet.data.sound_file import COUNTS

# A low-pass filter, flat to 0.9 of the lower of the two Nyquist frequencies, 80 dB down from 1.1.
WINDOW = ("kaiser", 8.0)
ZEROS = 24  # zero crossings of the filter on each side
LARGEST_FACTOR = 2000


def resample(
    recording: Recording, rate: float, *, sample_type: str = "float32", scale: float = 1.0
) -> Recording:
    """Return the recording at another rate; itself if it has that rate, to 2 %.

    Parameters
    ----------
    recording
        Its rate must be known, and no sample missing.
    rate
        Samples a second wanted.
    sample_type, scale
        ``"int16"`` rounds to whole counts of that scale, as the board's sensor delivers them.

    Raises
    ------
    DataError
        If it can't be converted.

    Examples
    --------
    >>> tone = Recording(np.zeros((441, 1), "f4"), 44100, ("microphone",), "quiet")
    >>> len(resample(tone, 16000)), resample(tone, 16000).rate
    (160, 16000)
    """
    if recording.rate <= 0 or abs(recording.rate / rate - 1) <= RATE_TOLERANCE:
        return recording
    if not np.isfinite(recording.samples).all():
        raise DataError(
            f"{recording.name} has missing values and can't be resampled", "fill the gaps"
        )
    factor = Fraction(rate / recording.rate).limit_denominator(LARGEST_FACTOR)
    up, down = factor.numerator, factor.denominator
    if max(up, down) > LARGEST_FACTOR or up == 0:
        raise DataError(
            f"{recording.name} can't be resampled from {recording.rate:g} to {rate:g} a second"
        )
    low_pass = firwin(2 * ZEROS * max(up, down) + 1, 1 / max(up, down), window=WINDOW)
    values = resample_poly(recording.samples.astype(np.float64), up, down, axis=0, window=low_pass)
    if sample_type == "int16":
        unit = float(np.float32(scale))
        values = np.clip(np.rint(values / unit), -COUNTS, COUNTS - 1) * unit
    return replace(recording, samples=values.astype(np.float32), rate=rate)
