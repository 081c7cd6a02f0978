"""Autocorrelation and pitch of a window."""

from senselet.runtime.pitch import Autocorrelation, Pitch

__all__ = ["Autocorrelation", "Pitch"]
