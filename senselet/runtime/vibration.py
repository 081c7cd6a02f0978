"""Features of vibration, on a board and on the laptop: core/features/vibration_features.h."""

import struct

from . import _vibration_features
from .window_step import WindowStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FEATURES = (
    "peak",
    "crest_factor",
    "shape_factor",
    "impulse_factor",
    "clearance_factor",
    "velocity",
)


class VibrationFeatures(WindowStep):
    """Shape factors, velocity and the envelope spectrum of each channel of a window.

    Parameters
    ----------
    samples
        Samples a window.
    rate
        Samples a second.
    channels
        Values a sample.
    features
        Names out of `FEATURES`; the outputs have the order of `FEATURES`, followed by the lines,
        channel after channel.
    band
        Lowest and highest frequency in Hz of the band whose envelope is analysed.
    lines
        Pairs of a frequency and a half-width in Hz: amplitude of the envelope there, at each of its
        harmonics, the largest within the half-width. A half-width of 0 is that frequency alone.
    harmonics
        Multiples of each line's frequency, 1 for the frequency alone.
    raw
        Leave the mean in; otherwise it is subtracted.

    Examples
    --------
    >>> from array import array
    >>> square_wave = array("f", [1.0, -1.0] * 8)
    >>> VibrationFeatures(16, 100, features=["peak", "crest_factor"]).run(square_wave)
    array('f', [1.0, 1.0])
    """

    def __init__(
        self,
        samples: int,
        rate: float,
        channels: int = 1,
        features: "Sequence[str]" = FEATURES,
        band: "tuple[float, float] | None" = None,
        lines: "Sequence[tuple[float, float]]" = (),
        harmonics: int = 1,
        raw: bool = False,
    ) -> None:
        if not (1 <= samples <= 65535 and 1 <= channels <= 255):
            raise ValueError(
                f"{samples} samples of {channels} channels; expected 1 ... 65535 of 1 ... 255"
            )
        if len(lines) > 255 or not 1 <= harmonics <= 127:
            raise ValueError(
                f"{len(lines)} lines, {harmonics} harmonics; expected at most 255, and 1 ... 127"
            )
        if len(lines) > 0 and band is None:
            raise ValueError("lines of the envelope's spectrum need a band")
        wanted = 0
        for name in features:
            if name not in FEATURES:
                raise ValueError("there is no feature " + repr(name) + "; see FEATURES")
            wanted |= 1 << FEATURES.index(name)
        count = sum(wanted >> i & 1 for i in range(len(FEATURES))) + len(lines) * harmonics
        if not 1 <= channels * count <= 4096:
            raise ValueError(f"{channels * count} outputs; expected 1 ... 4096")
        payload = struct.pack("<BBHHHf", 1, channels, samples, channels, channels * count, rate)
        for channel in range(channels):
            word = channel | wanted << 8 | len(lines) << 16 | int(raw) << 31
            if band is not None and len(lines) > 0:
                payload += struct.pack("<Iff", word | harmonics << 24, band[0], band[1])
                for line in lines:
                    payload += struct.pack("<ff", line[0], line[1])
            else:
                payload += struct.pack("<I", word)
        super().__init__(_vibration_features, payload, "rate, band or lines")
