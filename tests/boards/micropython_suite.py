"""Runs tests of MicroPython's own suite on a board.

Each is a program. It passes if it prints what its ``.exp`` file holds or, where there is none,
what CPython prints for it; or ``SKIP``, if it finds that the firmware lacks its subject.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import board_support  # noqa: F401 - finds the folder boards

from boards.cache import entry, hash_of
from boards.micropython_source import source, source_key
from senselet.links import BoardError, Link

TIMEOUT = 60.0
SKIP = "SKIP\n"
ANY_LINES = "########"  # in an .exp file


def suite_folder() -> Path:
    """Return the folder of MicroPython's tests."""
    return source() / "tests"


def find(*patterns: str) -> list[str]:
    """Return the names of the tests that match, such as ``basics/int1.py``."""
    folder = suite_folder()
    found = {path for pattern in patterns for path in folder.glob(pattern)}
    return sorted(str(path.relative_to(folder)) for path in found)


def expectations(names: Iterable[str]) -> dict[str, str]:
    """Return what each test should print; what CPython said is kept in the cache."""
    names = sorted(names)

    def make(folder: Path) -> None:
        def write(name: str) -> None:
            path = _kept(folder, name)
            path.write_bytes(_expected(name).encode())

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(write, names))

    folder = entry("expected", hash_of(source_key(), sys.version, *names), make)
    return {name: _kept(folder, name).read_bytes().decode() for name in names}


def _kept(folder: Path, name: str) -> Path:
    return folder / (name.replace("/", "_") + ".exp")


def _expected(name: str) -> str:
    path = suite_folder() / name
    written = path.with_suffix(".py.exp")
    if written.exists():
        return written.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-BS", path],
        env={**os.environ, "PYTHONPATH": str(path.parent), "PYTHONIOENCODING": "utf-8"},
        cwd=path.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=TIMEOUT,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else "CRASH\n"


def matches(output: str, wanted: str) -> bool:
    """Compare what a test printed with what it should print."""
    wanted = wanted.replace("\r\n", "\n")
    if ANY_LINES not in wanted:
        return output == wanted
    lines = (
        "(.*\n)*?" if line.strip() == ANY_LINES else re.escape(line)
        for line in wanted.splitlines(keepends=True)
    )
    return re.fullmatch("".join(lines), output) is not None


def run(link: Link, name: str) -> str:
    """Run a test in a fresh interpreter and return what it printed."""
    link.soft_reset()
    code = (suite_folder() / name).read_text(encoding="utf-8")
    try:
        return link.execute(code, TIMEOUT)
    except BoardError as error:
        return f"{error.output}{error.traceback}\n"


def failures(link: Link, expected: dict[str, str]) -> dict[str, str]:
    """Run tests and return those that fail, with what they printed."""
    failed = {}
    for name, wanted in expected.items():
        output = run(link, name)
        if output != SKIP and not matches(output, wanted):
            failed[name] = output
    return failed
