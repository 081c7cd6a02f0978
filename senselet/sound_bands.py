"""Third-octave and octave levels of a sound."""

from senselet.runtime.sound_bands import BandMeter

__all__ = ["BandMeter"]
