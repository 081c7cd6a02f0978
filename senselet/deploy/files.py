"""The files that a board needs to run a model or a program: runtime and native modules."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from senselet.deploy.imports import MODELS, native_imports, runtime_files
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


def board_files(
    model: Model | None, architecture: str, imports: Collection[str] | None = None
) -> dict[str, bytes]:
    """Path on the board and content of all files of Senselet's that are needed there.

    Parameters
    ----------
    model
        Needs the runtime's files for models, and the native modules of its steps.
    imports
        Names of further files of the runtime, such as ``"sound"``, which bring what they import.
        With neither these nor a model everything is given.
    """
    folder = module_folder(architecture)
    bytecode = sorted((MODULES / BYTECODE).glob("*.mpy"))
    if not bytecode:
        raise NoModulesError(
            "the runtime's bytecode is not built.", "Build it with `make modules`."
        )
    if model is None and imports is None:
        paths = bytecode + sorted(folder.glob("*.mpy"))
        return {f"{LIBRARY}/{path.name}": path.read_bytes() for path in paths}
    runtime = runtime_files([*(MODELS if model is not None else ()), *(imports or ())])
    files = {}
    for name in runtime:
        path = MODULES / BYTECODE / f"{name}.mpy"
        if not path.exists():
            raise NoModulesError(
                f"the runtime's file {name} is not built.", "Build it with `make modules`."
            )
        files[f"{LIBRARY}/{path.name}"] = path.read_bytes()
    steps = native_modules(model) if model is not None else []
    for name in dict.fromkeys([*steps, *native_imports(runtime)]):
        path = folder / f"{name}.mpy"
        if not path.exists():
            elsewhere = any(MODULES.glob(f"*/{name}.mpy"))  # where processors have an FPU
            if name not in steps and elsewhere:
                continue  # the program chooses another on this one
            who = "the model has a step that" if name in steps else "what is to be installed"
            raise NoModulesError(
                f"{who} needs the module {name}, which is not built for {folder.name}.",
                "It is for processors with a floating-point unit: train with the step of the same "
                "kind in integers, such as mel_q15."
                if elsewhere
                else "Build it with `make modules`, or install a newer Senselet.",
            )
        files[f"{LIBRARY}/{path.name}"] = path.read_bytes()
    return files
