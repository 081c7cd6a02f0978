"""Compare what a board answered with what the laptop computed, line by line.

python -m examples.motion.compare build/demo/laptop.txt build/demo/m3.txt
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path


@dataclass(frozen=True)
class Comparison:
    """Number of lines, and the first pair that differs."""

    lines: int
    difference: tuple[int, str, str] | None

    @property
    def identical(self) -> bool:
        """Whether both files have the same lines, and some at all."""
        return self.difference is None and self.lines > 0


def compare(first: Path, second: Path) -> Comparison:
    """Compare two files of evidence."""
    left, right = (path.read_text().splitlines() for path in (first, second))
    for number, (a, b) in enumerate(zip_longest(left, right, fillvalue="(nothing)"), start=1):
        if a != b:
            return Comparison(max(len(left), len(right)), (number, a, b))
    return Comparison(len(left), None)


def main(arguments: list[str]) -> int:
    """Compare the two files named; 0 if they are the same."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    result = compare(Path(arguments[0]), Path(arguments[1]))
    if result.difference is not None:
        line, a, b = result.difference
        print(f"line {line} differs:\n  {a}\n  {b}")
    else:
        print(f"{result.lines} lines, all the same")
    return 0 if result.identical else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
