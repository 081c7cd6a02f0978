"""Senselet's runtime: models on a board and on the laptop, from the same source.

On a board this package is ``/lib/senselet``; on the laptop ``import senselet`` gives it, too. It
does no arithmetic on samples: Python moves buffers, the C modules beside it compute.
"""

from .model import Model, load
from .stream import Stream

__all__ = ["Model", "Stream", "load"]
