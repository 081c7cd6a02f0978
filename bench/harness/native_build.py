"""Modules for MicroPython: native ones around other libraries, built as ours are, and bytecode."""

import sys
from pathlib import Path

from .environment import BUILD, ROOT
from .targets import BenchError, run

MODULES = BUILD / "modules"


def build_module(c_file: Path, architecture: str, include: Path, optimise: str) -> bytes:
    """Return the .mpy file of a C file that includes a library's headers."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from boards.cache import BuildError
    from boards.native_module import architecture as described
    from boards.native_module import compile_module

    result = MODULES / architecture / f"{c_file.stem}.mpy"
    target = described(architecture)
    try:
        compile_module(
            target, c_file, result, includes=[include], flags=[optimise, "-w"],
            library=target.soft_float,
        )  # fmt: skip
    except BuildError as error:
        raise BenchError(f"{c_file.name} for {architecture}: {error}") from error
    return result.read_bytes()


def compile_python(source: Path, architecture: str) -> bytes:
    """Return the .mpy file of a Python file, with machine code where it asks for some."""
    from boards.mpy_cross import mpy_cross

    result = MODULES / architecture / f"{source.stem}.mpy"
    result.parent.mkdir(parents=True, exist_ok=True)
    command = [str(mpy_cross()), f"-march={architecture}", "-o", str(result), str(source)]
    run(command, f"compiling {source.name}")
    return result.read_bytes()
