"""Read what a board logged: JSON lines or CSV, numbers over time."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselet.data import DataError
from senselet.data.files import TIME_COLUMNS

Doubles = NDArray[np.float64]
USUAL = re.compile(r"L[ACZ](F|eq|Fmax)|LCpeak")  # of a sound level meter's many levels


@dataclass(frozen=True)
class Log:
    """Series of numbers.

    Attributes
    ----------
    seconds
        When each row was written, counted from the recording's start.
    series
        Name and values of each quantity, NaN where a row lacks it.
    """

    seconds: Doubles
    series: dict[str, Doubles]


def read_log(path: str | Path, *, names: Sequence[str] = (), interval: float = 1.0) -> Log:
    """Read a log.

    A line is a JSON object, or a row of a CSV file whose first line names the columns. Lines that
    are neither are passed over: a board prints other things, too. Numbers are taken, flags (true,
    false) are not; a list of numbers, such as a spectrum, neither.

    Parameters
    ----------
    path
        The file.
    names
        What to take; without any LAF, LAeq, LAFmax, LCpeak (or C or Z for A) of a sound level
        meter, or else all numbers.
    interval
        Seconds from row to row, where no column tells the time (`docs/data.md` has their names).

    Raises
    ------
    DataError
        If there is nothing to plot.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from error
    rows = _json_rows(lines) or _csv_rows(lines)
    known = list(dict.fromkeys(name for row in rows for name in row))
    series = {
        name: np.array([row.get(name, math.nan) for row in rows], np.float64) for name in known
    }
    seconds: Doubles = (np.arange(len(rows), dtype=np.float64) + 1) * interval
    for name in known:
        if name.lower() in TIME_COLUMNS:
            seconds = np.asarray(series.pop(name) / TIME_COLUMNS[name.lower()], np.float64)
            break
    for name in names:
        if name not in series:
            raise DataError(f"{path} has no {name!r}", f"it has {', '.join(series) or 'nothing'}")
    chosen = names or [name for name in series if USUAL.fullmatch(name)] or list(series)
    series = {name: series[name] for name in chosen}
    if not series:
        raise DataError(
            f"{path} has no numbers to plot",
            "it must hold a JSON object a line, or be a CSV file with a header",
        )
    return Log(seconds, series)


def _json_rows(lines: list[str]) -> list[dict[str, float]]:
    rows = []
    for line in lines:
        start = line.find("{")  # what comes before may be there to overwrite a terminal's line
        if start < 0:
            continue
        try:
            content = json.loads(line[start:])
        except json.JSONDecodeError:
            continue
        row = {name: float(value) for name, value in content.items() if _is_number(value)}
        if row:
            rows.append(row)
    return rows


def _csv_rows(lines: list[str]) -> list[dict[str, float]]:
    rows = []
    for cells in csv.DictReader(line for line in lines if not line.startswith("#")):
        row = {}
        for name, cell in cells.items():
            try:
                row[str(name).strip()] = float(cell)
            except (TypeError, ValueError):
                continue
        if row:
            rows.append(row)
    return rows


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
