"""Third-octave and octave levels of a sound."""

from array import array
from struct import pack

from .band_tables import BANDS
from .errors import describe, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer

# Nominal mid-band frequencies in Hz, from 25 Hz on: IEC 61260-1, annex E.
NOMINAL: "tuple[float, ...]" = (
    25,
    31.5,
    40,
    50,
    63,
    80,
    100,
    125,
    160,
    200,
    250,
    315,
    400,
    500,
    630,
    800,
    1000,
    1250,
    1600,
    2000,
    2500,
    3150,
    4000,
    5000,
    6300,
    8000,
    10000,
    12500,
    16000,
    20000,
)
KILOHERTZ = 16  # where 1000 is among them


class BandMeter:
    """Levels of third-octave or octave bands, IEC 61260-1 class 1.

    Parameters
    ----------
    rate : int
        Samples a second: 16000, 32000, 44100 or 48000.
    width : str
        ``"third_octave"`` or ``"octave"``.
    sample_bits, arithmetic, full_scale
        As for `senselet.sound.LevelMeter`.

    Attributes
    ----------
    frequencies : tuple
        Nominal mid-band frequencies in Hz, the lowest first.
    levels : array of float32
        Equivalent levels of the bands in dB since the start, as `read` left them.
    interval_levels : array of float32
        The same of the interval that `next` ended last.

    Examples
    --------
    ::

        bands = BandMeter(rate=48000)
        bands.push(block)
        for frequency, level in zip(bands.frequencies, bands.read()):
            print(frequency, level)
    """

    def __init__(
        self,
        rate: int = 48000,
        width: str = "third_octave",
        sample_bits: int = 24,
        arithmetic: str = "fixed",
        full_scale: float = 120.0,
    ) -> None:
        if rate not in BANDS:
            raise ValueError("rate: " + str(rate) + " Hz is none of " + str(sorted(BANDS)))
        if width not in ("third_octave", "octave"):
            raise ValueError("bands: expected 'third_octave' or 'octave', found " + repr(width))
        summed = 3 if width == "octave" else 1
        payload = pack("<IIi", 1 | sample_bits << 8 | summed << 16, 0, 0) + BANDS[rate]
        if arithmetic == "fixed":
            from ._bands_q31 import open as open_bands
        else:
            from ._bands_f32 import open as open_bands  # type: ignore[assignment]
        native = open_bands(payload, 0, len(payload))
        if isinstance(native, int):
            raise failure(native, "the band filters' payload")
        self._native = native
        self._number = array("f", [0])
        count = native.outputs()
        # An octave is named after the middle one of its three third-octaves.
        highest = native.highest() + KILOHERTZ - summed // 2
        lowest = highest - (count - 1) * summed
        self.frequencies = tuple([NOMINAL[i] for i in range(lowest, highest + 1, summed)])
        self.levels = array("f", [0] * count)
        self.interval_levels = array("f", [0] * count)
        self.next()
        self.set_full_scale(full_scale)

    def push(self, block: "Buffer") -> None:
        """Filter the next samples, 256 at a time."""
        status = self._native.push(block)
        if status < 0:
            raise failure(status, "the block of samples", "found " + describe(block))

    def read(self) -> "array[float]":
        """Put the levels since the start into `levels`, and return it."""
        self._native.read(self.levels, 0)
        return self.levels

    def next(self) -> "array[float]":
        """End an interval: put its levels into `interval_levels`, and return it."""
        self._native.read(self.interval_levels, 1)
        self._native.clear(1)
        return self.interval_levels

    def restart(self) -> None:
        """Start a new measurement. The filters run on."""
        self._native.clear(0)

    def reset(self) -> None:
        """Forget everything, as after a gap in the samples."""
        self._native.reset()

    def set_full_scale(self, level: float) -> None:
        """Set the level of a sine of full scale, -200 ... 300 dB."""
        self._number[0] = level
        status = self._native.set_full_scale(self._number)
        if status < 0:
            raise failure(status, "full_scale", "expected -200 ... 300 dB")
