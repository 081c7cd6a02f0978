"""Biquad cascades of streams."""

from senselet.runtime.filters import Biquad, BiquadQ15, BiquadQ31

__all__ = ["Biquad", "BiquadQ15", "BiquadQ31"]
