"""Tables that commands print."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from senselet.deploy import Needs


def kilobytes(count: int) -> str:
    """A number of bytes, for people: 12345 is ``12.3 kB``."""
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count} B"


def confusion_table(labels: Sequence[str], confusion: NDArray[np.int64]) -> Table:
    """Windows by what they were (rows) and what the model said (columns)."""
    table = Table(title="true (rows) and predicted (columns)", title_style="dim")
    table.add_column("")
    for label in labels:
        table.add_column(label, justify="right")
    table.add_column("recall", justify="right")
    for number, (label, row) in enumerate(zip(labels, confusion, strict=True)):
        cells = [
            f"[bold green]{count}[/]"
            if column == number and count
            else (str(count) if count else "[dim]·[/]")
            for column, count in enumerate(row)
        ]
        total = int(row.sum())
        recall = f"{row[number] / total:.2f}" if total else "-"
        table.add_row(f"[bold]{label}[/]", *cells, recall)
    return table


def needs_table(needs: Sequence[Needs]) -> Table:
    """What a model needs on each board."""
    table = Table()
    table.add_column("board")
    for heading in ("flash", "of it modules", "peak RAM", "instructions a window", "core alone"):
        table.add_column(heading, justify="right")
    for need in needs:
        whole, core = need.instructions_per_window, need.core_instructions_per_window
        table.add_row(
            need.target,
            kilobytes(need.flash_bytes),
            kilobytes(need.module_bytes),
            kilobytes(need.ram_bytes),
            f"{whole:,}" if whole is not None else "-",
            f"{core:,}" if core is not None else "-",
        )
    return table
