"""Read sound files (WAV, FLAC) as a board's microphone would have delivered them.

A sensor of 16-bit integers has 32768 counts at full scale, one of float32 has 1.0; both times the
recipe's scale. So the numbers that a model learns from are those that the board computes from its
own samples, whatever the file's resolution.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselet.data.errors import DataError

SUFFIXES = (".wav", ".flac")
COUNTS = 32768  # of a 16-bit sensor at full scale
UNKNOWN_LENGTHS = (0, 2**32 - 1)  # written by recorders that can't go back to the header

Doubles = NDArray[np.float64]


def read_sound(path: Path, name: str, **form: Any) -> tuple[Doubles, float]:
    """Read a file's samples, full scale being 1, and its rate.

    Parameters
    ----------
    path, name
        The file, and how to call it in messages.
    form
        ``format``, ``subtype``, ``samplerate`` and ``channels`` of a file without a header.

    Raises
    ------
    DataError
        If it is damaged, or of a kind that can't be read.
    """
    import soundfile

    if path.suffix.lower() == ".wav":
        _check_wav(path, name)
    try:
        with soundfile.SoundFile(path, **form) as file:
            whole = file.subtype.startswith("PCM")
            promised = file.frames
            values = file.read(promised, dtype="int32" if whole else "float64", always_2d=True)
            rate = float(file.samplerate)
    except soundfile.LibsndfileError as error:
        raise DataError(
            f"{name} can't be read as sound: {error.error_string.strip().rstrip('.')}",
            "is it really a sound file? WAV and FLAC are read",
        ) from error
    if len(values) < promised:
        raise DataError(
            f"{name} is damaged: {promised} samples should be there, {len(values)} can be read",
            "record or copy it again",
        )
    # Integers of any width come with their highest bit in bit 31.
    return values.astype(np.float64) / (2.0**31 if whole else 1.0), rate


def to_sensor(values: Doubles, sample_type: str, scale: float) -> Doubles:
    """Return the samples in the sensor's unit; of a 16-bit sensor rounded to whole counts."""
    if sample_type != "int16":
        return values * scale
    counts = np.clip(np.rint(values * COUNTS), -COUNTS, COUNTS - 1)
    # The product is exact in double precision: the board rounds it to float32 as well.
    return counts * float(np.float32(scale))


def _check_wav(path: Path, name: str) -> None:
    """Refuse a file that ends before its header says: the library would read what there is."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if len(head) < 12 or head[:4] not in (b"RIFF", b"RIFX", b"RF64") or head[8:] != b"WAVE":
            raise DataError(f"{name} is not a WAV file", "its first bytes are not RIFF and WAVE")
        if head[:4] != b"RIFF":
            return
        while len(chunk := file.read(8)) == 8:
            kind, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
            if kind == b"data":
                there = size - file.tell()
                if length not in UNKNOWN_LENGTHS and length > there:
                    raise DataError(
                        f"{name} is cut off: {length} bytes of samples should be there, and "
                        f"{there} are",
                        "copy or record it again",
                    )
                return
            file.seek(length + length % 2, 1)
    raise DataError(f"{name} is damaged: it has no samples", "record or copy it again")
