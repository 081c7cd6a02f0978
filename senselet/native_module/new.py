"""The folder that a native module of one's own starts with."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from senselet.native_module.build import NativeModuleError

TEMPLATE = Path(__file__).with_name("template")
PLACEHOLDER = "my_module"  # in the template's names and texts


def new_module(name: str, parent: Path | str = ".") -> Path:
    """Make a folder with a native module that works, to be changed to one's own.

    Parameters
    ----------
    name
        What programs will import; also the folder's name.
    parent
        Where to make it.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    NativeModuleError
        If that is no name for a module, or the folder exists.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or keyword.iskeyword(name):
        raise NativeModuleError(
            f"{name!r} can't be the name of a module.",
            "Use letters, digits and underscores, and no digit first.",
        )
    folder = Path(parent) / name
    if folder.exists():
        raise NativeModuleError(f"{folder} exists already.", "Choose another name.")
    texts = {
        file.name.replace(PLACEHOLDER, name): file.read_text().replace(PLACEHOLDER, name)
        for file in sorted(TEMPLATE.iterdir())
        if file.is_file()
    }
    folder.mkdir(parents=True)
    for file_name, text in texts.items():
        (folder / file_name).write_text(text)
    return folder
