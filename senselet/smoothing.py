"""Moving average, median, DC blocker and envelope follower of streams."""

from senselet.runtime.smoothing import DcBlocker, Envelope, Median, MovingAverage

__all__ = ["DcBlocker", "Envelope", "Median", "MovingAverage"]
