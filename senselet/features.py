"""Features of sound and vibration: senselet.runtime.features."""

from senselet.runtime.features import Mel, mel_payload

__all__ = ["Mel", "mel_payload"]
