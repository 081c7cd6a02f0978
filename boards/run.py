"""Running other programs, with their output kept for the case that they fail."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .cache import BuildError

LINES_SHOWN = 30


def run(
    command: Sequence[str | Path],
    *,
    what: str,
    hint: str = "",
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return its output.

    Raises
    ------
    BuildError
        With the last lines of the output, if the program is missing or fails.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise BuildError(f"{what} needs the program {command[0]}, not found.", hint) from error
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-LINES_SHOWN:])
        raise BuildError(
            f"{what} failed ({command[0]} ended with {done.returncode}):\n{tail}", hint
        )
    return done.stdout
