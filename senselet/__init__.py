"""Senselet: machine learning and signal processing in C for MicroPython sensors."""

from senselet.runtime import Model, Stream, load

__version__ = "0.1.0"
__all__ = ["Model", "Stream", "__version__", "load"]
