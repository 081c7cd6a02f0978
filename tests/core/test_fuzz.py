"""A minute of fuzzing the model file's reader and all modules; `make fuzz` takes ten."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_fuzzing_finds_nothing() -> None:
    """The fuzzer, from its seeds and what earlier runs left in build/fuzz."""
    command = [sys.executable, str(HERE / "fuzz.py"), "60", "--processes", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
