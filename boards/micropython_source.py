"""MicroPython's source code: the user's own, or the one of Debian's source package.

``MPY_DIR`` in the environment names a MicroPython checkout. Without it, the version that Debian
unstable holds today is fetched through apt, from the mirror that this machine uses anyway, and
kept in the cache. apt's own lists and configuration stay untouched, and no rights are needed.
"""

import os
import re
import shutil
from pathlib import Path

from .cache import BuildError, cache_folder, hash_of, locked, step
from .run import run

OLDEST = (1, 26)
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
HINT = "Set MPY_DIR to a MicroPython checkout, version 1.26 or newer."
TOOLS_HINT = f"apt-get install dpkg-dev, or: {HINT}"

# What decides the content of a build; the rest (tests, other ports, documentation) does not.
FOLDERS_THAT_COUNT = ("extmod", "lib", "mpy-cross", "ports/unix", "py", "shared", "tools")


def source() -> Path:
    """Return the folder of MicroPython's source, which is fetched first if need be.

    It holds ``py/dynruntime.mk``, ``tools/mpy_ld.py``, ``tests/`` and so on, and is to be left
    as it is: build elsewhere, by ``BUILD=``.
    """
    own = os.environ.get("MPY_DIR")
    if own:
        folder = Path(own).expanduser().resolve()
        _check_version(folder)
        return folder
    cached = _cached()
    if cached is not None:
        return cached
    with locked(cache_folder() / ".micropython.lock"):
        return _cached() or _fetch()


def source_key() -> str:
    """Return a hash that changes when the source does."""
    folder = source()
    if not os.environ.get("MPY_DIR"):
        return hash_of(folder.name)  # a Debian version never changes its content
    parts = []
    for name in FOLDERS_THAT_COUNT:
        for parent, inner, files in os.walk(folder / name):
            inner[:] = sorted(part for part in inner if not part.startswith(("build", ".", "__")))
            for file in sorted(files):
                path = Path(parent, file)
                if path.is_file():
                    status = path.stat()
                    parts.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hash_of(*parts)


def version(folder: Path) -> tuple[int, int]:
    """Return (major, minor) of a MicroPython source folder."""
    header = folder / "py" / "mpconfig.h"
    try:
        text = header.read_text()
    except OSError as error:
        raise BuildError(
            f"{folder} is no MicroPython source: it lacks py/mpconfig.h.", HINT
        ) from error
    numbers = [
        re.search(rf"#define MICROPY_VERSION_{part} +(\d+)", text) for part in ("MAJOR", "MINOR")
    ]
    major, minor = (int(number[1]) if number else 0 for number in numbers)
    return major, minor


def _check_version(folder: Path) -> None:
    found = version(folder)
    if found < OLDEST:
        raise BuildError(
            f"{folder} is MicroPython {found[0]}.{found[1]}, and 1.26 or newer is needed.", HINT
        )


def _cached() -> Path | None:
    """Return the newest source in the cache."""
    found = [
        folder
        for folder in cache_folder().glob("micropython-*")
        if folder.is_dir() and not folder.name.endswith(".partial")
    ]
    return max(found, key=lambda folder: folder.stat().st_mtime, default=None)


def _mirrors() -> list[str]:
    """Return the Debian mirrors of this machine's apt configuration."""
    lines = run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"],
        what="Finding Debian's mirror",
        hint=HINT,
    ).splitlines()
    # The configuration names them even before the first "apt-get update", though without origin.
    lines = sorted(set(lines))
    known = [line.split("|")[2] for line in lines if line.startswith("Debian|Debian|")]
    unknown = [line.split("|")[2] for line in lines if line.startswith("|")]
    return known or unknown


def _fetch() -> Path:
    """Fetch the source package of Debian unstable and unpack it."""
    work = cache_folder() / "micropython.partial"
    shutil.rmtree(work, ignore_errors=True)
    for part in ("lists/partial", "archives/archives/partial", "files"):
        (work / part).mkdir(parents=True)
    mirrors = _mirrors()
    if not mirrors:
        raise BuildError("apt's configuration names no Debian mirror.", HINT)
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    for mirror in mirrors:
        (work / "sources.list").write_text(f"deb-src {signed}{mirror} sid main\n")
        try:
            with step("Fetching MicroPython's source package from Debian"):
                _apt(work, "update")
                _apt(work, "source", "--download-only", "micropython")
            break
        except BuildError:
            if mirror == mirrors[-1]:
                raise
    description = next((work / "files").glob("*.dsc"))
    unpacked = work / "source"
    with step("Unpacking MicroPython's source"):
        run(
            ["dpkg-source", "--no-check", "-x", description, unpacked],
            what="Unpacking MicroPython's source",
            hint=TOOLS_HINT,
        )
    _check_version(unpacked)
    folder = cache_folder() / f"micropython-{description.stem.removeprefix('micropython_')}"
    unpacked.rename(folder)
    shutil.rmtree(work)
    return folder


def _apt(work: Path, *arguments: str) -> None:
    run(
        [
            "apt-get",
            *("-o", f"Dir::Etc::sourcelist={work / 'sources.list'}"),
            *("-o", "Dir::Etc::sourceparts=/dev/null"),
            *("-o", f"Dir::State::Lists={work / 'lists'}"),
            *("-o", f"Dir::Cache={work / 'archives'}"),
            *("-o", "APT::Sandbox::User=root"),  # the cache may lie where _apt cannot read
            *("-o", "APT::Update::Error-Mode=any"),
            *arguments,
        ],
        what="Fetching MicroPython's source package",
        hint=HINT,
        folder=work / "files",
    )
