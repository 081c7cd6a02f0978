"""Features of vibration: the module that boards have, too."""

from senselet.runtime.vibration import FEATURES, VibrationFeatures

__all__ = ["FEATURES", "VibrationFeatures"]
