"""Files of Debian packages that hold recordings: fetched by the machine's own apt, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from senselet.data.errors import DataError
from senselet.data.watch import cache_folder

SECONDS = 300

Report = Callable[[str], None]


def package_files(package: str, *, report: Report | None = None) -> Path:
    """Return the folder that holds a package's files, as they would lie below ``/``.

    It is fetched the first time, from the mirrors that apt is configured for, and kept in the
    cache. Nothing is installed, and no rights are needed.

    Raises
    ------
    DataError
        If this machine has no apt, or the package can't be fetched.
    """
    kept = cache_folder() / "debian"
    # The version stands in the name; the newest is what apt would give.
    found = sorted(kept.glob(f"{package}_*"), key=lambda folder: folder.stat().st_mtime)
    if found:
        return found[-1]
    (report or (lambda _: None))(f"Fetching the recordings of the Debian package {package}")
    hint = f"the recordings come from the Debian package {package}; it is fetched by apt-get"
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise DataError(f"There is no {program} on this machine", hint)
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept, prefix=".") as name:
        folder = Path(name)
        archive = _download(package, folder, hint)
        content = folder / "content"
        _run(["dpkg-deb", "-x", str(archive), str(content)], folder, hint)
        version = archive.stem.split("_")[1]
        target = kept / f"{package}_{version}"
        try:
            content.rename(target)
        except OSError:  # another process was faster
            if not target.is_dir():
                raise
    return target


def _download(package: str, folder: Path, hint: str) -> Path:
    """Let apt download the package into the folder; with lists of our own if it has none."""
    try:
        _run(["apt-get", "-qq", "download", package], folder, hint)
    except DataError:
        for part in ("lists/partial", "archives/archives/partial"):
            (folder / part).mkdir(parents=True)
        own = [
            *("-o", f"Dir::State::Lists={folder / 'lists'}"),
            *("-o", f"Dir::Cache={folder / 'archives'}"),
        ]
        _run(["apt-get", "-qq", *own, "update"], folder, hint)
        _run(["apt-get", "-qq", *own, "download", package], folder, hint)
    archives = list(folder.glob("*.deb"))
    if len(archives) != 1:
        raise DataError(f"apt-get did not download {package}", hint)
    return archives[0]


def _run(command: list[str], folder: Path, hint: str) -> None:
    environment = os.environ | {"LC_ALL": "C"}
    try:
        result = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DataError(f"{command[0]} fails: {error}", hint) from error
    if result.returncode:
        lines = result.stderr.strip().splitlines()
        raise DataError(f"{command[0]} fails: {lines[-1] if lines else 'no reason given'}", hint)
