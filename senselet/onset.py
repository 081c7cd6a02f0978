"""Onsets of events in a stream: the module that boards have, too."""

from senselet.runtime.onset import OnsetDetector

__all__ = ["OnsetDetector"]
