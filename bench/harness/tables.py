"""Figures as tables of a document."""

from .results import Row

TARGETS = {"x64": "x86-64", "m3": "Cortex-M3", "m4f": "Cortex-M4F", "rv32": "RV32IMAC"}
DASH = "\N{EN DASH}"

Figures = dict[str, float]
Table = dict[tuple[str, str, str], Figures]  # (case, target, library) -> metric -> value


def gather(rows: list[Row]) -> Table:
    """Sort rows into a table."""
    table: Table = {}
    for row in rows:
        table.setdefault(row[:3], {})[row.metric] = row.value
    return table


def number(value: float | None, digits: int = 0) -> str:
    """Format a figure; a dash where there is none."""
    return DASH if value is None else f"{value:,.{digits}f}"


def markdown(head: list[str], lines: list[list[str]]) -> str:
    """Return a table whose first column is text and whose others are numbers."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *lines]) + "\n"
