"""Sound level meter: weighted levels in decibels from a microphone's samples."""

from array import array
from struct import pack

from .errors import describe, failure
from .sound_tables import WEIGHTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .sound_bands import BandMeter

# The results, as core/dsp/level.h numbers them.
RESULTS = (
    "fast",
    "slow",
    "impulse",
    "leq",
    "exposure",
    "fast_max",
    "fast_min",
    "slow_max",
    "slow_min",
    "impulse_max",
    "peak",
    "l10",
    "l50",
    "l90",
    "interval_leq",
    "interval_max",
    "interval_min",
    "interval_peak",
    "full_scale",
)
FLAGS = {"overload": 1, "interval_overload": 2, "under_range": 4, "invalid": 8}
BINS = 768  # of the histogram: 144 dB, in steps of 0.19 dB


class LevelMeter:
    """A sound level meter after IEC 61672-1, behind the microphone.

    Every result is an attribute, a level in decibels; NaN where there is none yet. Results advance
    every 20 ms of signal. Pushing samples allocates nothing.

    Parameters
    ----------
    rate : int
        Samples a second: 8000, 16000, 22050, 24000, 32000, 44100 or 48000.
    weighting : str
        ``"A"``, ``"C"`` or ``"Z"``.
    sample_bits : int
        16 for blocks of int16; 24 or 32 for blocks of int32 that hold the sample in their lower 24
        bits, or as I2S microphones deliver it, in the upper ones. Float blocks don't care.
    arithmetic : str
        ``"fixed"``, integers; or ``"float"``, on processors with an FPU, which also takes blocks of
        float32 with full scale 1.
    bands : str, optional
        ``"third_octave"`` or ``"octave"``: band levels as well, in `bands`, at 16000, 32000, 44100
        and 48000 Hz.
    interval : int
        Milliseconds, a multiple of 20, that the interval results are taken over.
    full_scale : float
        Level in dB of a sine of full scale: 120 for a microphone of -26 dBFS at 94 dB.
    span : int
        Decibels from full scale down to the lower end of the range, below which `under_range` is
        set. By default 80 for 16 bits and 115 for more; noise of the microphone may leave less.
    impulse : bool
        Whether to compute `impulse` and `impulse_max`.
    statistics : bool
        Whether to keep the histogram for `l10`, `l50` and `l90` (3 kB).

    Attributes
    ----------
    fast, slow, impulse : float
        Time-weighted level now: F (125 ms), S (1 s), I (35 ms).
    leq, exposure : float
        Equivalent level and sound exposure level (SEL) since the start.
    fast_max, fast_min, slow_max, slow_min, impulse_max : float
        Extremes of the time-weighted levels since the start.
    peak : float
        C-weighted peak level since the start.
    l10, l50, l90 : float
        F level exceeded 10, 50 and 90 % of the time since the start.
    interval_leq, interval_max, interval_min, interval_peak : float
        Equivalent level, extremes of the F level and C-weighted peak of the last complete interval.
    full_scale : float
        The calibration: keep it, and give it to the next meter.
    overload, interval_overload : bool
        Whether samples reached full scale since the start, or in the last complete interval.
    under_range : bool
        Whether the F level is below the range now.
    invalid : bool
        Whether a sample was NaN, infinite or far out of range; it counted as 0.
    levels : array of float32
        All levels in the order of `RESULTS`, as `read` left them.
    bands : BandMeter or None
        The band levels: `bands.frequencies`, `bands.read()` since the start and
        `bands.interval_levels`. Their intervals end with the block in which the meter's do.

    Examples
    --------
    ::

        meter = LevelMeter(rate=16000, sample_bits=32)
        while microphone.readinto(block):
            if meter.push(block):  # another second is complete
                print(meter.interval_leq, meter.interval_max, meter.overload)
    """

    if TYPE_CHECKING:
        fast: float
        slow: float
        impulse: float
        leq: float
        exposure: float
        fast_max: float
        fast_min: float
        slow_max: float
        slow_min: float
        impulse_max: float
        peak: float
        l10: float
        l50: float
        l90: float
        interval_leq: float
        interval_max: float
        interval_min: float
        interval_peak: float
        full_scale: float
        overload: bool
        interval_overload: bool
        under_range: bool
        invalid: bool

    def __init__(
        self,
        rate: int = 48000,
        weighting: str = "A",
        sample_bits: int = 24,
        arithmetic: str = "fixed",
        bands: "str | None" = None,
        *,
        interval: int = 1000,
        full_scale: float = 120.0,
        span: "int | None" = None,
        impulse: bool = False,
        statistics: bool = True,
    ) -> None:
        if rate not in WEIGHTINGS:
            raise ValueError("rate: " + str(rate) + " Hz is none of " + str(sorted(WEIGHTINGS)))
        if weighting not in ("A", "C", "Z"):
            raise ValueError("weighting: expected 'A', 'C' or 'Z', found " + repr(weighting))
        if sample_bits not in (16, 24, 32):
            raise ValueError("sample_bits: expected 16, 24 or 32, found " + str(sample_bits))
        if interval % 20 or not 20 <= interval <= 1310700:
            raise ValueError(
                "interval: expected a multiple of 20 ms, at most 1310700, found " + str(interval)
            )
        if span is None:
            span = 80 if sample_bits == 16 else 115
        if not 0 <= span <= 200:
            raise ValueError("span: expected 0 ... 200 dB, found " + str(span))
        payload = (
            pack(
                "<IIIii",
                1 | "ACZ".find(weighting) << 8 | sample_bits << 16 | bool(impulse) << 24,
                rate,
                interval // 20 | (BINS if statistics else 0) << 16,
                0,
                -(span << 16),
            )
            + WEIGHTINGS[rate]
        )
        if arithmetic == "fixed":
            from ._level_q31 import open as open_level
        elif arithmetic == "float":
            try:
                from ._level_f32 import open as open_level  # type: ignore[assignment]
            except ImportError:
                raise ValueError(
                    "arithmetic: 'float' is for processors with an FPU, and its module "
                    + "senselet._level_f32 is not here; take 'fixed'"
                ) from None
        else:
            raise ValueError("arithmetic: expected 'fixed' or 'float', found " + repr(arithmetic))
        native = open_level(payload, 0, len(payload))
        if isinstance(native, int):
            raise failure(native, "the level meter's payload")
        self._native = native
        self._number = array("f", [0])
        self.levels = array("f", [0] * len(RESULTS))
        self.bands: "BandMeter | None" = None
        if bands is not None:
            from .sound_bands import BandMeter

            self.bands = BandMeter(rate, bands, sample_bits, arithmetic)
        self.set_full_scale(full_scale)

    def push(self, block: "Buffer") -> int:
        """Measure the next samples.

        Parameters
        ----------
        block : buffer of int16, int32 or float32
            Any number of samples; what the meter takes is told by `sample_bits`.

        Returns
        -------
        int
            How many intervals they completed.
        """
        intervals = self._native.push(block)
        if intervals < 0:
            raise failure(intervals, "the block of samples", "found " + describe(block))
        if self.bands is not None:
            self.bands.push(block)
            if intervals:
                self.bands.next()
        return intervals

    def read(self) -> "array[float]":
        """Put all levels into `levels`, and return it. Allocates nothing."""
        self._native.read(self.levels)
        return self.levels

    def __getattr__(self, name: str) -> "float | bool":
        if name in FLAGS:
            return bool(self._native.flags() & FLAGS[name])
        if name in RESULTS:
            return self.read()[RESULTS.index(name)]
        raise AttributeError(name)

    def restart(self) -> None:
        """Start a new measurement. The filters and the time-weighted levels run on."""
        self._native.restart()
        if self.bands is not None:
            self.bands.restart()

    def reset(self) -> None:
        """Forget everything, as after a gap in the samples."""
        self._native.reset()
        if self.bands is not None:
            self.bands.reset()

    def calibrate(self, level: float = 94.0) -> None:
        """Set `full_scale` so that the last complete interval's equivalent level is `level` dB.

        Raises
        ------
        ValueError
            If no interval is complete, or the last one was overloaded or under range.
        """
        self._number[0] = level
        status = self._native.calibrate(self._number)
        if status < 0:
            raise failure(status, "the calibration", "play a steady tone within the range")
        if self.bands is not None:
            self.bands.set_full_scale(self.full_scale)

    def set_full_scale(self, level: float) -> None:
        """Set the level of a sine of full scale, -200 ... 300 dB."""
        self._number[0] = level
        status = self._native.set_full_scale(self._number)
        if status < 0:
            raise failure(status, "full_scale", "expected -200 ... 300 dB")
        if self.bands is not None:
            self.bands.set_full_scale(level)
