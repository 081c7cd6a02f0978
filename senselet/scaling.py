"""Scaling of features: the module that boards have, too."""

from senselet.runtime.scaling import Scaling

__all__ = ["Scaling"]
