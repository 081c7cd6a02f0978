"""Features of sound and vibration: the module that boards have, too."""

from senselet.runtime.features import MFCC, PCEN, SPECTRAL, Mel, Spectral

__all__ = ["MFCC", "PCEN", "SPECTRAL", "Mel", "Spectral"]
