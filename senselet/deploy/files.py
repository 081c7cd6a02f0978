"""The files that a board needs to run a model: runtime, native modules, the model itself."""

from __future__ import annotations

from pathlib import Path

from senselet.errors import ExplainedError
from senselet.links.link import LOADABLE
from senselet.runtime import Model

MODULES = Path(__file__).resolve().parent.parent / "modules"
BYTECODE = "bytecode"  # beside the architectures: the runtime compiled, the same for all of them
LIBRARY = "/lib/senselet"


class NoModulesError(ExplainedError):
    """There are no native modules for a board."""


def module_folder(architecture: str) -> Path:
    """The folder of the native modules that serve a board of this architecture best."""
    for name in LOADABLE.get(architecture, (architecture,)):
        if (MODULES / name).is_dir():
            return MODULES / name
    built = architectures()
    if not built:
        raise NoModulesError(
            "this Senselet came without native modules for boards.",
            "Build them with `make modules` in a checkout of Senselet, and install it again.",
        )
    raise NoModulesError(
        f"the board loads native modules for {architecture!r}, but this Senselet has them for "
        f"{', '.join(built)} only.",
        "Use a board, or a firmware, of one of those architectures.",
    )


def architectures() -> list[str]:
    """The architectures that there are native modules for."""
    return sorted(p.name for p in MODULES.glob("*") if p.is_dir() and p.name != BYTECODE)


def native_modules(model: Model) -> list[str]:
    """Names of the native modules that a model needs, without repetition, in order."""
    return list(dict.fromkeys(["_sense", *(f"_{kind}" for kind in model.kinds)]))


def board_files(model: Model | None, architecture: str) -> dict[str, bytes]:
    """Path on the board and content of all files but the model; all modules if there is none."""
    folder = module_folder(architecture)
    names = (
        native_modules(model)
        if model is not None
        else sorted(path.stem for path in folder.glob("*.mpy"))
    )
    files = {}
    bytecode = sorted((MODULES / BYTECODE).glob("*.mpy"))
    if not bytecode:
        raise NoModulesError(
            "the runtime's bytecode is not built.", "Build it with `make modules`."
        )
    for path in bytecode:
        files[f"{LIBRARY}/{path.name}"] = path.read_bytes()
    for name in names:
        path = folder / f"{name}.mpy"
        if not path.exists():
            raise NoModulesError(
                f"the model has a step that needs the module {name}, which is not built for "
                f"{folder.name}.",
                "Build it with `make modules`, or install a newer Senselet.",
            )
        files[f"{LIBRARY}/{path.name}"] = path.read_bytes()
    return files
