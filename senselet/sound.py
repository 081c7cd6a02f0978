"""Sound level meter: weighted levels in decibels from a microphone's samples."""

from senselet.runtime.sound import LevelMeter
from senselet.runtime.sound_bands import BandMeter

__all__ = ["BandMeter", "LevelMeter"]
