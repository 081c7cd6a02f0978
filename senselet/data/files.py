"""Read one recording from a file: CSV, ``.npy``, ``.npz`` or sound."""

from __future__ import annotations

import csv
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselet.data import sound_file
from senselet.data.errors import DataError
from senselet.data.recording import STEREO, Recording, check_rate, unnamed_channels
from senselet.data.resample import resample as resampled

SUFFIXES = (".csv", ".npy", ".npz", *sound_file.SUFFIXES)
# Header names of a time column, and how many of its units make a second.
TIME_COLUMNS = {
    "time": 1.0,
    "time_s": 1.0,
    "seconds": 1.0,
    "timestamp": 1.0,
    "t": 1.0,
    "time_ms": 1e3,
    "milliseconds": 1e3,
    "time_us": 1e6,
    "microseconds": 1e6,
    "time_ns": 1e9,
}
MISSING_VALUES = frozenset(("", "nan", "na", "n/a", "null", "none", "-"))

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class _Table:
    """A file's content: columns as they stand, names if it has any, the rate if it tells it."""

    values: Doubles
    names: tuple[str, ...] | None = None
    rate: float = 0.0


def load_file(
    path: str | Path,
    *,
    label: str,
    groups: Mapping[str, str] | None = None,
    rate: float = 0.0,
    name: str | None = None,
    sample_type: str = "float32",
    scale: float = 1.0,
    resample: bool = False,
) -> Recording:
    """Load one recording.

    Parameters
    ----------
    path
        A ``.csv``, ``.npy``, ``.npz``, ``.wav`` or ``.flac`` file; docs/data.md describes them.
    label
        What happened in it.
    groups
        Subject, session and the like.
    rate
        Samples a second, if known. A file that tells its own rate, or has a time column, must
        agree with it.
    name
        How to call it in messages; the path if None.
    sample_type, scale
        Of the sensor that a sound file stands for: ``"int16"`` has 32768 counts at full scale,
        ``"float32"`` has 1.0, each of them ``scale`` in the sensor's unit.
    resample
        Convert a recording of another rate instead of refusing it.

    Raises
    ------
    DataError
        If the file can't be read or makes no recording.
    """
    path = Path(path)
    name = str(path) if name is None else name
    readers = {".csv": _read_csv, ".npy": _read_npy, ".npz": _read_npz}
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise DataError(
            f"{name} is of a kind that Senselet doesn't read", f"it reads {', '.join(SUFFIXES)}"
        )
    try:
        if kind in sound_file.SUFFIXES:
            values, found = sound_file.read_sound(path, name)
            values = sound_file.to_sensor(values, sample_type, scale)
            names = STEREO if values.shape[1] == 2 else None
            table = _Table(values, names, found)
        else:
            table = readers[kind](path, name)
    except DataError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{name} can't be read: {reason}") from error
    recording = _recording(table, name, label, dict(groups or {}))
    if rate > 0:
        if resample:
            return resampled(recording, rate, sample_type=sample_type, scale=scale)
        check_rate(recording, rate)
    return recording if recording.rate > 0 else replace(recording, rate=rate)


def _recording(table: _Table, name: str, label: str, groups: dict[str, str]) -> Recording:
    values, names = table.values, table.names
    if values.ndim == 1:
        values = values[:, None]
    if values.ndim != 2:
        raise DataError(
            f"{name} holds an array of {values.ndim} dimensions",
            "one row a sample, one column a channel",
        )
    found, jitter = table.rate, 0.0
    names = unnamed_channels(values.shape[1]) if names is None else names
    if len(names) != values.shape[1]:
        raise DataError(
            f"{name} has {values.shape[1]} columns, but {len(names)} names: {', '.join(names)}"
        )
    times = [index for index, column in enumerate(names) if column.lower() in TIME_COLUMNS]
    if len(times) > 1:
        raise DataError(f"{name} has two time columns: {names[times[0]]}, {names[times[1]]}")
    if times:
        scale = TIME_COLUMNS[names[times[0]].lower()]
        found, jitter = _clock(values[:, times[0]] / scale, name)
        values = np.delete(values, times[0], axis=1)
        names = tuple(column for index, column in enumerate(names) if index != times[0])
    if not names:
        raise DataError(f"{name} has no channel")
    with np.errstate(over="ignore"):
        samples = values.astype(np.float32)
    return Recording(samples, found, names, label, groups, name, jitter)


def _clock(seconds: Doubles, name: str) -> tuple[float, float]:
    """Rate and jitter of a column of times."""
    if len(seconds) < 2:
        raise DataError(f"{name} has {len(seconds)} samples, which tell no rate")
    if not np.isfinite(seconds).all():
        row = int(np.flatnonzero(~np.isfinite(seconds))[0])
        raise DataError(f"{name} has no time for sample {row}")
    steps = np.diff(seconds)
    if (steps <= 0).any():
        row = int(np.flatnonzero(steps <= 0)[0]) + 1
        raise DataError(
            f"{name}: time does not advance at sample {row} ({seconds[row]:g} s)",
            "sort the rows by time and remove doubles",
        )
    typical = float(np.median(steps))
    longest = int(steps.argmax())
    # A clock read to the millisecond jitters by half of one; a lost sample leaves a hole of two.
    if steps[longest] > 2.5 * typical:
        raise DataError(
            f"{name} has a hole of {steps[longest]:.3g} s after sample {longest}, where samples "
            f"are {typical:.3g} s apart",
            "split the recording there, or fill the hole with empty values",
        )
    span = float(seconds[-1] - seconds[0])
    rate = (len(seconds) - 1) / span
    even = seconds[0] + np.arange(len(seconds)) / rate
    # Times are rarely exact: 3 digits of the rate are what they are worth.
    return _rounded(rate), float(np.abs(seconds - even).max())


def _rounded(rate: float) -> float:
    nearest = float(round(rate))
    return nearest if nearest and abs(rate / nearest - 1) < 0.002 else float(f"{rate:.4g}")


def _read_csv(path: Path, name: str) -> _Table:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{name} is not text (UTF-8)", "is it really a CSV file?") from error
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        raise DataError(f"{name} is empty")
    delimiter = _delimiter(lines[0][1])
    try:
        rows = [
            (number, [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))])
            for number, line in lines
        ]
    except csv.Error as error:
        raise DataError(f"{name} is not a CSV file: {error}") from error
    names = None
    if any(_number(cell) is None for cell in rows[0][1]):
        names = tuple(rows[0][1])
        rows = rows[1:]
        if "" in names:
            raise DataError(f"{name}: column {names.index('') + 1} has no name in the header")
    if not rows:
        raise DataError(f"{name} has a header, but no samples")
    width = len(names) if names else len(rows[0][1])
    values = np.empty((len(rows), width))
    for index, (number, cells) in enumerate(rows):
        if len(cells) != width:
            raise DataError(f"{name}, line {number}: {len(cells)} values where {width} belong")
        for column, cell in enumerate(cells):
            value = _number(cell)
            if value is None:
                raise DataError(f"{name}, line {number}: {cell!r} is not a number")
            values[index, column] = value
    return _Table(values, names)


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count) if any(mark in line for mark in ",;\t") else ","


def _number(cell: str) -> float | None:
    if cell.lower() in MISSING_VALUES:
        return math.nan
    try:
        # int("1_0") and float("1_0") are numbers for Python, but not for any recorder.
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def _read_npy(path: Path, name: str) -> _Table:
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise DataError(
            f"{name} is not a plain .npy file of numbers", "save it with numpy.save()"
        ) from error
    if not isinstance(array, np.ndarray):
        raise DataError(f"{name} is an archive, not an array", "call it .npz")
    return _Table(_numeric(array, name))


def _read_npz(path: Path, name: str) -> _Table:
    """Read ``samples`` (or the only array), ``channels``, ``rate`` and ``time``."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            if not hasattr(archive, "files"):
                raise DataError(f"{name} is not an archive", "call it .npy")
            content: dict[str, Any] = {key: archive[key] for key in archive.files}
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{name} is not a .npz archive of plain arrays", "save it with numpy.savez()"
        ) from error
    arrays = [key for key in content if key not in ("channels", "rate", "time")]
    key = "samples" if "samples" in content else arrays[0] if len(arrays) == 1 else None
    if key is None:
        raise DataError(
            f"{name} has no array 'samples'; it holds {', '.join(content) or 'nothing'}",
            "numpy.savez(path, samples=…, channels=…, rate=…)",
        )
    values = _numeric(content[key], name)
    values = values[:, None] if values.ndim == 1 else values
    names = None
    if "channels" in content:
        names = tuple(str(channel) for channel in np.atleast_1d(content["channels"]))
    rate = 0.0
    if "rate" in content:
        rates = _numeric(content["rate"], name)
        rate = float(rates) if rates.ndim == 0 else math.nan
        if not (math.isfinite(rate) and rate > 0):
            raise DataError(f"{name}: the rate is {content['rate']}, not a positive number")
    if "time" in content:
        times = _numeric(content["time"], name)
        if times.ndim != 1 or len(times) != len(values):
            raise DataError(f"{name} has {times.size} times for {len(values)} samples")
        names = ("time", *(names or unnamed_channels(values.shape[1])))
        values = np.column_stack([times, values])
    return _Table(values, names, rate)


def _numeric(array: NDArray[Any], name: str) -> Doubles:
    if array.dtype.kind not in "fiub":
        raise DataError(f"{name} holds {array.dtype}, not real numbers")
    return array.astype(np.float64)
