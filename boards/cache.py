"""A cache of built things in the user's cache folder, safe against interruption and concurrency.

Each entry is a folder ``<name>-<key>``, where the key is a hash of everything that the content
depends on. It is made under another name and renamed when complete, so an entry that exists is
whole. A lock file lets a second process wait for the first instead of doing the work twice.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

KEY_DIGITS = 16
ENTRIES_KEPT = 6  # of each name: those used last


class BuildError(Exception):
    """Something could not be fetched or built.

    Attributes
    ----------
    hint : str
        What the user can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\nHint: {self.hint}" if self.hint else message


def cache_folder() -> Path:
    """Return Senselet's folder for things that can be built again."""
    chosen = os.environ.get("SENSELET_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / "senselet"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "senselet"


def hash_of(*parts: str | bytes) -> str:
    """Return a short hash of the parts, in which their borders count."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:KEY_DIGITS]


def hash_of_files(folder: Path, files: Iterable[Path]) -> str:
    """Return a short hash of the files' names within the folder and their contents."""
    parts: list[str | bytes] = []
    for file in sorted(files):
        parts += [str(file.relative_to(folder)), file.read_bytes()]
    return hash_of(*parts)


def report(message: str) -> None:
    """Write one line of progress to standard error."""
    print(message, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Report that a step begins, and how long it took."""
    report(f"{what} ...")
    start = time.monotonic()
    yield
    report(f"{what}: done in {time.monotonic() - start:.1f} s")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, waiting for it, and saying so, if another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            report(f"Waiting for another process that makes {path.stem.lstrip('.')} ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield  # the lock goes with the file's closing, also when the process is killed


def entry(name: str, key: str, make: Callable[[Path], None]) -> Path:
    """Return the folder of a cache entry, which is made first if it does not exist.

    Parameters
    ----------
    name, key
        What it is, and the hash of all it depends on.
    make
        Fills the empty folder that it is given. The folder is renamed afterwards: what is inside
        must not contain its path.
    """
    folder = cache_folder() / f"{name}-{key}"
    if folder.is_dir():
        os.utime(folder)
        return folder
    with locked(folder.parent / f".{name}-{key}.lock"):
        if not folder.is_dir():
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)  # what an interrupted process has left
            partial.mkdir(parents=True)
            make(partial)
            partial.rename(folder)
            _prune(name)
    return folder


def _prune(name: str) -> None:
    """Remove those entries of a name that were not used for the longest time."""
    pattern = f"{name}-{'[0-9a-f]' * KEY_DIGITS}"
    entries = sorted(cache_folder().glob(pattern), key=lambda path: path.stat().st_mtime)
    for entry_folder in entries[:-ENTRIES_KEPT]:
        shutil.rmtree(entry_folder, ignore_errors=True)
        entry_folder.with_name(f".{entry_folder.name}.lock").unlink(missing_ok=True)
