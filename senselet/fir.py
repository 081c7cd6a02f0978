"""FIR filters, decimators and resamplers of streams."""

from senselet.runtime.fir import Fir, FirQ15

__all__ = ["Fir", "FirQ15"]
