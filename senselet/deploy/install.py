"""Install the runtime, the native modules and a model on a board: all of it, or nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import senselet
from senselet.deploy.files import board_files, module_folder
from senselet.deploy.imports import program_imports
from senselet.deploy.needs import Needs, estimate
from senselet.errors import ExplainedError
from senselet.links import BoardError, Link, LinkError

NEW = ".new"  # names of files that are complete, but not yet in their place
BLOCK = 4096  # flash file systems give space out in blocks of about this size
MPY_ABI = 6


class InstallError(ExplainedError):
    """An installation that was refused or undone; the board is as it was before."""


@dataclass(frozen=True)
class Installed:
    """What an installation did."""

    architecture: str
    needs: Needs | None
    written: list[str]
    unchanged: list[str]


def install(
    link: Link,
    model_path: Path | None = None,
    *,
    program: str | Mapping[str, bytes] | None = None,
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Installed:
    """Install a model, a program or both, and of the runtime what they need.

    Everything is written under temporary names and checked; only then do all files take their
    names. A full file system or a link cut in the middle leaves the old files usable.

    Parameters
    ----------
    link
        The board.
    model_path
        The ``.sense`` file; it goes to ``/NAME.sense``. Without model and program the whole runtime
        and all native modules are installed.
    program
        Source of a ``main.py`` to install, too; or several files, path on the board and content,
        as `program_files` reads them. What they import of Senselet is found in them.
    on_progress
        Called with the path on the board, the bytes sent of it and its size.

    Raises
    ------
    InstallError
        If the board can't take it: too little memory or space, another architecture.
    ProgramError
        If the program imports a part of Senselet that boards don't have.
    NoModulesError, LinkError
        If there are no modules for the board; if the link fails.
    """
    own = {"/main.py": program.encode()} if isinstance(program, str) else dict(program or {})
    sources = {path: text.decode() for path, text in own.items() if path.endswith(".py")}
    imports = program_imports(sources) if program is not None else None
    data = model_path.read_bytes() if model_path is not None else b""
    model = senselet.load(str(model_path)) if model_path is not None else None
    info = link.info()
    if info.mpy_abi[0] != MPY_ABI:
        found = info.mpy_abi[0] or "no"
        raise InstallError(
            f"the board's MicroPython {info.version} loads .mpy files of version {found}, and "
            f"Senselet's are of version {MPY_ABI}.",
            "Update the board's firmware to MicroPython 1.24 or newer.",
        )
    files = board_files(model, info.architecture, imports)
    if model_path is not None:
        files[f"/{model_path.name}"] = data
    files.update(own)

    needs = estimate(model, len(data), info.architecture) if model is not None else None
    if needs is not None and needs.ram_bytes > info.free_heap:
        raise InstallError(
            f"the model needs about {needs.ram_bytes} bytes of RAM, and the board has "
            f"{info.free_heap} free: {needs.ram_bytes - info.free_heap} are missing.",
            "Train a smaller model (fewer or shallower trees), or use a board with more RAM.",
        )
    _remove_new(link, list(files))
    changed = {path: content for path, content in files.items() if not link.holds(path, content)}
    space = sum(-(-len(content) // BLOCK) * BLOCK for content in changed.values())
    if changed and space > link.free_space("/"):
        free = link.free_space("/")
        raise InstallError(
            f"the files need {space} bytes of flash, and the board has {free} free: "
            f"{space - free} are missing. Nothing was changed.",
            "Remove files from the board that are no longer needed."
            if own or model is not None
            else "Name a model or a program: then only what it needs is copied.",
        )
    _write(link, changed, on_progress)
    return Installed(
        module_folder(info.architecture).name,
        needs,
        list(changed),
        [path for path in files if path not in changed],
    )


def _write(
    link: Link,
    files: dict[str, bytes],
    on_progress: Callable[[str, int, int], None] | None,
) -> None:
    try:
        for path, content in files.items():

            def report(sent: int, total: int, path: str = path) -> None:
                if on_progress is not None:
                    on_progress(path, sent, total)

            link.put(path + NEW, content, report)
    except BoardError as error:
        _remove_new(link, list(files))
        raise InstallError(
            f"the board could not write a file ({error.kind} {error.detail}). Nothing was changed.",
            "If its flash is full, remove files that are no longer needed.",
        ) from error
    # The names change in one program on the board, so that a cut link can't come in between.
    link.execute(_RENAME.format(new=NEW, paths=list(files)), timeout=30)


def _remove_new(link: Link, paths: list[str]) -> None:
    """Take away what an interrupted installation left behind."""
    names = [path + NEW for path in paths] + [path + NEW + ".part" for path in paths]
    folders = {posixpath.dirname(path) for path in paths}
    with suppress(LinkError):
        link.execute(_REMOVE.format(names=names, folders=sorted(folders)), timeout=30)


_RENAME = """
import os
for p in {paths}:
    try:
        os.rename(p + {new!r}, p)
    except OSError: # FAT does not replace
        os.remove(p)
        os.rename(p + {new!r}, p)
"""

_REMOVE = """
import os
for f in {folders}:
    try:
        found = os.listdir(f or "/")
    except OSError:
        continue
    for n in found:
        p = (f if f != "/" else "") + "/" + n
        if p in {names}:
            os.remove(p)
"""
