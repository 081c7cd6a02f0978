"""Features of sound and vibration: the module that boards have, too."""

from senselet.runtime.features import MFCC, PCEN, Mel

__all__ = ["MFCC", "PCEN", "Mel"]
