"""Onsets of events in a stream of samples, on a board and on the laptop: core/features/onset.h."""

import struct
from array import array

from . import _onset
from .errors import SAMPLES, count_items, describe, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer


class OnsetDetector:
    """Finds clicks, knocks, notes, steps: moments at which the level jumps.

    Parameters
    ----------
    rate
        Samples a second, a whole number.
    channels, channel
        Values a sample, and which of them is listened to.
    hop
        Samples a frame; one two-hundredth of a second if not told.
    threshold
        By how many dB the level must rise, 0.01 ... 100.
    floor
        What is softer, in dB of full scale, counts as this: -120 ... 0.
    distance_ms
        Least time from one onset to the next.
    memory
        Frames that the level is compared with, 1 ... 8.
    adaptation
        The threshold follows the mean rise of about ``2**adaptation`` frames; 0: it stays.
    emphasis
        Take the level of the differences of samples, which favours what is sudden.
    full_scale_bits
        Full scale of float32 samples is ``2**full_scale_bits``; that of int16 is 32768.

    Attributes
    ----------
    found : array of uint32
        Of the latest block: position and rise in dB / 65536 of each onset, one after the other. A
        position is the number of a sample since the start, modulo 2**32.

    Examples
    --------
    >>> detector = OnsetDetector(8000)
    >>> block = array("h", [0] * 2000)
    >>> block[1234] = 20000
    >>> detector.process(block), detector.found[0]
    (1, 1234)
    """

    def __init__(
        self,
        rate: int,
        channels: int = 1,
        channel: int = 0,
        hop: int = 0,
        threshold: float = 10.0,
        floor: float = -60.0,
        distance_ms: int = 0,
        memory: int = 3,
        adaptation: int = 6,
        emphasis: bool = True,
        full_scale_bits: int = 0,
    ) -> None:
        hop = hop or rate // 200 or 1
        distance = (distance_ms * rate + 500 * hop) // (1000 * hop) if hop > 0 else 0
        for name, value, least, most in (
            ("rate", rate, 1, 1 << 24),
            ("channels", channels, 1, 255),
            ("channel", channel, 0, channels - 1),
            ("hop", hop, 1, 32767),
            ("distance in frames", distance, 0, 65535),
            ("memory", memory, 1, 8),
            ("adaptation", adaptation, 0, 15),
            ("full_scale_bits", full_scale_bits, -100, 100),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} is {value}; expected {least} ... {most}")
        payload = struct.pack("<BBH", 1, channels, 1)
        payload += struct.pack("<BBBB", channel, int(emphasis), memory, adaptation)
        payload += struct.pack("<HHf", hop, distance, rate)
        payload += struct.pack("<ffI", threshold, 0.0 - floor, 128 + full_scale_bits)
        detector = _onset.open(payload, 0, len(payload))
        if isinstance(detector, int):
            raise failure(detector, "threshold or floor")
        self._detector = detector
        self._hop_items = hop * channels
        self.found = array("I", [0, 0])

    def process(self, block: "Buffer") -> int:
        """Take the next samples; return the number of onsets, which are in `found`.

        Parameters
        ----------
        block : buffer of float32 or int16
            Channels interleaved. Memory is allocated only if it is longer than all before it.
        """
        try:
            most = 2 * (count_items(block) // self._hop_items + 1)
        except TypeError:
            most = 2
        if len(self.found) < most:
            self.found = array("I", bytes(4 * most))
        items = self._detector.process(block, self.found)
        if items < 0:
            raise failure(items, "block", SAMPLES + describe(block))
        return items // 2

    def reset(self) -> None:
        """Start anew: the next sample is number 0."""
        self._detector.reset()

    @property
    def missing(self) -> int:
        """Number of samples that were NaN or infinite."""
        return self._detector.missing()
