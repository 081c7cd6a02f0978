"""Rows of results, and the file that holds them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One figure."""

    case: str
    target: str
    library: str
    metric: str
    value: float


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write rows, each on a line of its own, so that a change shows as what it is."""
    lines = ",\n".join(json.dumps(row._asdict()) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[\n{lines}\n]\n")


def read(path: Path) -> list[Row]:
    """Read what `write` has written."""
    return [Row(**row) for row in json.loads(path.read_text())]
