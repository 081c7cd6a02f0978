"""The files of a program for a board."""

from __future__ import annotations

from pathlib import Path

from senselet.deploy.imports import ProgramError

# What lies in a program's folder for people, and for Python on the laptop.
NOT_FOR_BOARDS = (".md", ".rst", ".png", ".svg", ".jpg", ".c", ".h", ".pyc")


def program_files(path: Path) -> dict[str, bytes]:
    """Path on the board and content of a program's files.

    Parameters
    ----------
    path
        A program, which becomes ``/main.py``; or a folder with a ``main.py`` and what belongs to
        it, whose files keep their names. Left out are hidden files, texts and pictures for people,
        C sources, and the folder's own ``__init__.py``.

    Raises
    ------
    ProgramError
        If the folder has no ``main.py``.
    OSError
        If it can't be read.
    """
    if not path.is_dir():
        return {"/main.py": path.read_bytes()}
    if not (path / "main.py").is_file():
        raise ProgramError(
            f"{path} has no main.py, which is what a board runs when it starts.",
            "Name the program itself, or a folder that has a main.py.",
        )
    files = {}
    for file in sorted(path.rglob("*")):
        inner = file.relative_to(path)
        hidden = any(part.startswith((".", "__pycache__")) for part in inner.parts)
        if file.is_file() and not hidden and file.suffix not in NOT_FOR_BOARDS:
            files[f"/{inner.as_posix()}"] = file.read_bytes()
    files.pop("/__init__.py", None)
    return files
