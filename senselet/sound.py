"""Sound level meter: weighted levels in decibels from a microphone's samples."""

from senselet.runtime.sound import LevelMeter

__all__ = ["LevelMeter"]
