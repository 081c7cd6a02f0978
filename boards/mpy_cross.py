"""mpy-cross, MicroPython's compiler to bytecode and native code, built from the same source."""

import os
import shutil
from pathlib import Path

from .cache import entry, hash_of, step
from .micropython_source import source, source_key
from .run import run

COMPILER_HINT = "apt-get install build-essential"


def mpy_cross() -> Path:
    """Return the path of the mpy-cross program, which is built first if need be."""

    def make(folder: Path) -> None:
        build = folder / "build"
        with step("Building mpy-cross"):
            run(
                ["make", "-C", source() / "mpy-cross", f"-j{os.cpu_count()}", f"BUILD={build}"],
                what="Building mpy-cross",
                hint=COMPILER_HINT,
            )
        (build / "mpy-cross").rename(folder / "mpy-cross")
        shutil.rmtree(build)

    return entry("mpy-cross", hash_of(source_key()), make) / "mpy-cross"
