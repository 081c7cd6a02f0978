"""Spectra: FFT, windows, short-time transform, single frequencies."""

from senselet.runtime.fft import FFT, STFT, Goertzel, Window

__all__ = ["FFT", "STFT", "Goertzel", "Window"]
