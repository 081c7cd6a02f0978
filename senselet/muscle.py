"""Features of muscle signals: the module that boards have, too."""

from senselet.runtime.muscle import FEATURES, EmgFeatures

__all__ = ["FEATURES", "EmgFeatures"]
