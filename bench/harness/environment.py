"""A private Python environment for the benchmarks, with the other libraries in it.

They are installed from the package index when a benchmark starts, pinned in bench/requirements.txt,
into build/bench; nothing of them is part of this project. Only the standard library is used here.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
REQUIREMENTS = ROOT / "bench" / "requirements.txt"


def enter() -> None:
    """Make sure that this program runs in the benchmarks' environment: make it, and start again."""
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = BUILD / f"python-{key}"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    complete = folder / "complete"
    if not complete.exists():
        print(f"Installing the libraries to measure into {folder.relative_to(ROOT)} ...")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        install += ["--disable-pip-version-check", "--requirement", REQUIREMENTS]
        subprocess.run([str(part) for part in install], check=True)
        complete.touch()
    python = str(folder / "bin" / "python")
    sys.stdout.flush()
    os.execv(python, [python, *sys.argv])
