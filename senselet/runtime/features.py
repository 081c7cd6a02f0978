"""Features of sound and vibration, on a board and on the laptop: frames, mel bands."""

from struct import pack

from .errors import failure
from .window_step import WindowStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from typing_extensions import Buffer

RESULTS = ("power", "decibels", "natural")
WINDOWS = ("rectangular", "hann", "hamming", "hann_symmetric", "hamming_symmetric")
SCALES = ("slaney", "htk")
NORMS = ("none", "slaney")
EDGES = ("exact", "whole_bins")
POWERS = ("sum", "mean")


def _number(words: "tuple[str, ...]", word: str, what: str) -> int:
    if word not in words:
        raise ValueError("there is no " + what + " " + repr(word) + "; known are " + str(words))
    return words.index(word)


def mel_bands(
    bands: int,
    fft: int,
    rate: float,
    lowest: float,
    highest: float,
    scale: str,
    norm: str,
    edges: str,
    power: str,
) -> "Any":
    """Edges and gains of mel bands, array of uint32: core/features/mel_scale.h."""
    from array import array

    from . import _mel_scale

    word = 1 | _number(SCALES, scale, "scale") << 8 | _number(NORMS, norm, "norm") << 12
    word |= _number(EDGES, edges, "kind of edges") << 16 | _number(POWERS, power, "power") << 20
    payload = pack("<IHHfff", word, bands, fft, rate, lowest, highest)
    written = _mel_scale.open_scale(payload, 0, 20)
    if isinstance(written, int):
        raise failure(written, "bands, fft, rate, lowest or highest")
    words = array("I", bytes(8 * bands + 8))
    written.write(words)
    return words


def mel_payload(
    samples: int,
    rate: float,
    bands: int = 32,
    *,
    frame: int = 512,
    hop: int = 256,
    fft: "int | None" = None,
    window: str = "hann",
    lowest: float = 0.0,
    highest: "float | None" = None,
    scale: str = "slaney",
    norm: str = "slaney",
    edges: str = "exact",
    power: str = "sum",
    result: str = "decibels",
    floor: float = 1e-10,
    channels: int = 1,
    channel: int = 0,
) -> bytes:
    """Payload of the steps ``mel`` and ``mel_q15``; the parameters are those of `Mel`."""
    if fft is None:
        fft = 16
        while fft < frame:
            fft *= 2
    if not (
        0 < samples < 1 << 24
        and 0 < frame <= fft < 1 << 16
        and 0 < hop < 1 << 16
        and 0 < bands <= 256
        and 0 <= channel < channels < 256
    ):
        raise ValueError("samples, frame, hop, fft, bands or channel lies outside its range")
    if highest is None:
        highest = rate / 2
    words = mel_bands(bands, fft, rate, lowest, highest, scale, norm, edges, power)
    word = 1 | _number(RESULTS, result, "result") << 8 | _number(WINDOWS, window, "window") << 12
    header = pack(
        "<IHHHHIIf", word, frame, fft, hop, bands, samples | channels << 24, channel, floor
    )
    return header + bytes(words)


class Mel(WindowStep):
    """Power in mel bands, or its logarithm, of the frames of a window of sound.

    Parameters
    ----------
    samples, rate
        Samples in a window, and a second.
    bands
        1 ... 256; their edges lie at equal distances in mel from `lowest` to `highest` Hz (half the
        rate, if not told).
    frame, hop, fft
        Samples of a frame, from one to the next, and of the transform (16, 32 ... 4096: the next
        one up, if not told).
    window
        Window function, out of `WINDOWS`.
    scale, norm, edges, power
        ``"slaney"``, ``"slaney"``, ``"exact"`` and ``"sum"`` as librosa has them; ``"htk"``,
        ``"none"``, ``"whole_bins"`` and ``"mean"`` as python_speech_features has.
    result
        ``"power"``, ``"decibels"`` or ``"natural"`` logarithm.
    floor
        The logarithm of less power is that of this one.
    channels, channel
        Values a sample, and which of them is taken.
    arithmetic
        ``"float"``, or ``"fixed"``: integers, for processors without FPU. With that, windows may be
        int16 (32768 is 1.0).

    Attributes
    ----------
    frames
        Rows of the output; each has `bands` columns.

    Examples
    --------
    >>> from array import array
    >>> mel = Mel(1024, 16000, 20, arithmetic="fixed")
    >>> out = mel.run(array("h", [0] * 1024))
    >>> mel.frames, len(out), round(out[0], 3)
    (3, 60, -100.0)
    """

    def __init__(
        self,
        samples: int,
        rate: float,
        bands: int = 32,
        arithmetic: str = "float",
        **how: "Any",
    ) -> None:
        payload = mel_payload(samples, rate, bands, **how)
        if arithmetic == "float":
            from . import _mel as module
        else:
            from . import _mel_q15 as module  # type: ignore[no-redef]
        super().__init__(module, payload, "samples, frame, hop, fft or floor")
        self.frames: int = self.outputs // bands


class MFCC(WindowStep):
    """Cepstral coefficients, and their deltas, of frames of log-mel bands (the output of `Mel`).

    Parameters
    ----------
    frames, bands
        Shape of the input.
    coefficients, first
        How many, beginning with number `first` (0 is the level).
    orders
        0, or 1 for deltas as well, or 2 for those of second order, too.
    half
        Frames on either side that deltas look at.
    lifter
        Of the sine lifter; 0 is none.
    convention
        ``"librosa"`` or ``"htk"`` (python_speech_features), for deltas and lifter.
    """

    def __init__(
        self,
        frames: int,
        bands: int,
        coefficients: int = 13,
        first: int = 0,
        orders: int = 0,
        half: int = 4,
        lifter: int = 0,
        convention: str = "librosa",
    ) -> None:
        from . import _mfcc

        payload = mfcc_payload(frames, bands, coefficients, first, orders, half, lifter, convention)
        super().__init__(_mfcc, payload, "frames, bands, coefficients, first, orders or half")


def mfcc_payload(
    frames: int,
    bands: int,
    coefficients: int,
    first: int,
    orders: int,
    half: int,
    lifter: int,
    convention: str,
) -> bytes:
    """Payload of the step ``mfcc``; the parameters are those of `MFCC`."""
    for number in (frames, bands, coefficients, first, orders, half, lifter):
        if not 0 <= number < 65536:
            raise ValueError("frames ... lifter must be whole numbers from 0 on")
    htk = _number(("librosa", "htk"), convention, "convention")
    if orders > 2 or first > 255 or half > 255:
        raise ValueError("orders must be 0 ... 2, first and half at most 255")
    word = 1 | orders << 8 | htk << 12 | htk << 16
    return pack("<IHHHBBI", word, frames, bands, coefficients, first, half, lifter)


class PCEN(WindowStep):
    """Per-channel energy normalisation of frames of mel bands, as librosa.pcen.

    Parameters
    ----------
    frames, bands
        Shape of the input, power or magnitude.
    rate, hop
        Samples a second, and from frame to frame.
    seconds, gain, bias, power, eps
        As librosa's time_constant, gain, bias, power and eps.
    start
        ``"one"``: the smoothed level before the first frame is 1, as librosa's; or ``"first"``
        frame's.
    """

    def __init__(
        self,
        frames: int,
        bands: int,
        rate: float,
        hop: int,
        seconds: float = 0.4,
        gain: float = 0.98,
        bias: float = 2.0,
        power: float = 0.5,
        eps: float = 1e-6,
        start: str = "one",
    ) -> None:
        from . import _pcen

        payload = pcen_payload(frames, bands, rate, hop, seconds, gain, bias, power, eps, start)
        super().__init__(_pcen, payload, "frames, bands, rate, hop or another parameter")

    def process(self, frames: "Buffer", out: "Buffer") -> None:
        """Normalise frames of a stream, any number of them; the smoothed levels are kept.

        Parameters
        ----------
        frames, out : buffer of float32
            Rows of `bands`; they may be the same buffer.
        """
        status = self._step.process(frames, out)
        if status:
            raise failure(status, "frames or out")

    def reset(self) -> None:
        """Forget the levels."""
        self._step.reset()


def pcen_payload(
    frames: int,
    bands: int,
    rate: float,
    hop: int,
    seconds: float,
    gain: float,
    bias: float,
    power: float,
    eps: float,
    start: str,
) -> bytes:
    """Payload of the step ``pcen``; the parameters are those of `PCEN`."""
    if not (0 < frames < 65536 and 0 < bands < 65536 and 0 < hop < 65536):
        raise ValueError("frames, bands or hop lies outside 1 ... 65535")
    word = 1 | _number(("one", "first"), start, "start") << 8
    head = pack("<IHHffI", word, frames, bands, seconds, rate, hop)
    return head + pack("<ffff", gain, bias, power, eps)


# Features of the spectrum, by the native module that computes them; numbers as in spectral.h.
SPECTRAL = {
    "spectral_shape": {"centroid": 0, "spread": 1, "rolloff": 2, "dominant": 6},
    "spectral_noise": {"flatness": 3, "entropy": 5},
    "spectral_change": {"flux": 4},
}


def spectral_payload(
    kind: str,
    samples: int,
    rate: float,
    features: "Sequence[str]",
    bands: "Sequence[tuple[int, int]]" = (),
    frame: int = 512,
    hop: int = 256,
    weight: str = "magnitude",
    window: str = "hann",
    rolloff: int = 55706,
    channels: int = 1,
    channel: int = 0,
) -> bytes:
    """Payload of the steps ``spectral_...``; the parameters are those of `Spectral`."""
    known = SPECTRAL[kind]
    wanted = 0
    for name in features:
        if name not in known:
            raise ValueError("there is no feature " + repr(name) + " in " + kind)
        wanted |= 1 << known[name]
    fft = 16
    while fft < frame:
        fft *= 2
    if not (
        0 < samples < 1 << 24
        and 1 < frame <= 4096
        and 0 < hop < 1 << 16
        and len(bands) <= 64
        and 0 < rolloff < 1 << 16
        and 0 <= channel < channels < 256
    ):
        raise ValueError("samples, frame, hop, bands, rolloff or channel lies outside its range")
    word = 1 | _number(("magnitude", "power"), weight, "weight") << 8
    word |= _number(("rectangular", "hann"), window, "window") << 12
    payload = pack("<IHHHH", word, frame, fft, hop, len(bands))
    payload += pack("<IIfI", samples | channels << 24, channel | rolloff << 8, rate, wanted)
    for first, end in bands:
        payload += pack("<HH", first, end)
    return payload


class Spectral(WindowStep):
    """Features of the mean spectrum of a window's frames: core/features/spectral.h.

    Parameters
    ----------
    kind
        The native module, a key of `SPECTRAL`.
    samples, rate
        Samples in a window, and a second.
    features
        Out of ``SPECTRAL[kind]``; outputs have the order of their numbers.
    bands
        With ``"spectral_change"``: first bin and last bin + 1 of bands whose energies follow.
    frame, hop
        Samples of a frame (the transform has the next power of two), and from one to the next.
    weight
        Of centroid, spread and roll-off: ``"magnitude"`` as librosa, or ``"power"``.
    window
        ``"hann"`` or ``"rectangular"``.
    rolloff
        The share, in 2^-16; 55706 is 0.85.
    channels, channel
        Values a sample, and which of them is taken.
    """

    def __init__(
        self, kind: str, samples: int, rate: float, features: "Sequence[str]" = (), **how: "Any"
    ) -> None:
        payload = spectral_payload(kind, samples, rate, features, **how)
        if kind == "spectral_shape":
            from . import _spectral_shape as module
        elif kind == "spectral_noise":
            from . import _spectral_noise as module  # type: ignore[no-redef]
        else:
            from . import _spectral_change as module  # type: ignore[no-redef]
        super().__init__(module, payload, "features, bands, frame or samples")
