"""Features of muscle signals (sEMG), on a board and on the laptop: core/features/emg_features.h."""

import struct

from . import _emg_features
from .window_step import WindowStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

FEATURES = (
    "integrated_emg",
    "mean_absolute_value",
    "waveform_length",
    "zero_crossings",
    "slope_sign_changes",
    "willison_amplitude",
)


class EmgFeatures(WindowStep):
    """Hudgins' features, integrated EMG and Willison amplitude of each channel of a window.

    Parameters
    ----------
    samples
        Samples a window.
    channels
        Values a sample.
    threshold
        Of the three counts, in the signal's unit: a little above the noise at rest.
    features
        Names out of `FEATURES`; the outputs have the order of `FEATURES`, channel after channel.
    centred
        Subtract each channel's mean first.

    Examples
    --------
    >>> from array import array
    >>> EmgFeatures(4).run(array("f", [1.0, -2.0, 3.0, 3.0]))
    array('f', [9.0, 2.25, 8.0, 2.0, 1.0, 3.0])
    """

    def __init__(
        self,
        samples: int,
        channels: int = 1,
        threshold: float = 0.0,
        features: "Sequence[str]" = FEATURES,
        centred: bool = False,
    ) -> None:
        if not (1 <= samples <= 65535 and 1 <= channels <= 255):
            raise ValueError(
                f"{samples} samples of {channels} channels; expected 1 ... 65535 of 1 ... 255"
            )
        wanted = 0
        for name in features:
            if name not in FEATURES:
                raise ValueError("there is no feature " + repr(name) + "; see FEATURES")
            wanted |= 1 << FEATURES.index(name)
        count = sum(wanted >> i & 1 for i in range(len(FEATURES)))
        payload = struct.pack("<BBHHH", 1, channels, samples, channels, channels * count)
        for channel in range(channels):
            word = channel | wanted << 8 | int(centred) << 24
            payload += struct.pack("<If", word, threshold)
        super().__init__(_emg_features, payload, "threshold or features")
