"""Building a native module of one's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from senselet.errors import ExplainedError
from senselet.links._boards import boards_module
from senselet.links.link import LOADABLE

ENTRY = re.compile(r"^\s*mp_obj_t\s+mpy_init\s*\(", re.MULTILINE)
CORE = Path(__file__).resolve().parents[2] / "core"  # in a checkout


class NativeModuleError(ExplainedError):
    """A native module that can't be made or built; compilers' words are in the message."""


def architectures() -> list[str]:
    """The architectures that modules can be built for."""
    return list(boards_module("native_module").ARCHITECTURES)


def fittest(architecture: str) -> str:
    """The architecture to build for, so that the module runs on boards of that one."""
    known = architectures()
    for name in LOADABLE.get(architecture, (architecture,)):
        if name in known:
            return name
    raise NativeModuleError(
        f"the board loads native modules for {architecture!r}, which can't be built here.",
        f"Use a board of one of these: {', '.join(known)}.",
    )


def source_file(folder: Path) -> Path:
    """The C file of a module's folder: the one that defines ``mpy_init``."""
    if not folder.is_dir():
        raise NativeModuleError(
            f"{folder} is no folder.", "`senselet new module NAME` makes one to start with."
        )
    found = [file for file in sorted(folder.glob("*.c")) if ENTRY.search(file.read_text())]
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "no file"
        raise NativeModuleError(
            f"one C file of {folder} must define mpy_init, the function that MicroPython calls; "
            f"{names} does.",
            "`senselet new module NAME` shows how.",
        )
    return found[0]


def build_module(
    folder: Path | str,
    architecture: str,
    *,
    out: Path | None = None,
    optimise: str = "-O2",
    on_warning: Callable[[str], None] | None = None,
) -> Path:
    """Build the native module of a folder.

    Parameters
    ----------
    folder
        Holds one C file that defines ``mpy_init``; that file's name is the module's. It may
        include others.
    architecture
        What for, one of `architectures`.
    out
        The folder to write to; ``build/ARCHITECTURE`` in the module's own unless given.
    optimise
        ``-O2`` is fast, ``-Os`` is small.
    on_warning
        Called with what the compiler says of a source that it takes.

    Returns
    -------
    Path
        The ``.mpy`` file, to be copied to a board's ``/lib``.

    Raises
    ------
    NativeModuleError
        If a tool is missing, or refuses the source.
    """
    folder = Path(folder).absolute()
    c_file = source_file(folder)
    builder = boards_module("native_module")
    result = (out or folder / "build" / architecture) / f"{c_file.stem}.mpy"
    try:
        target = builder.architecture(architecture)
        said = builder.compile_module(
            target,
            c_file,
            result.absolute(),
            includes=[folder, *([CORE] if (CORE / "base" / "status.h").exists() else [])],
            flags=(optimise,),
            library=target.name != "x64",
        )
    except boards_module("cache").BuildError as error:
        raise NativeModuleError(str(error.args[0]), error.hint) from error
    if said.strip() and on_warning is not None:
        on_warning(said.strip())
    return result
