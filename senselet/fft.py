"""Spectra: FFT, windows, short-time transform, single frequencies."""

from senselet.runtime.fft import FFT, STFT, Window

__all__ = ["FFT", "STFT", "Window"]
