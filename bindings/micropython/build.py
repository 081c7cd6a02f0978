"""Build the native modules (.mpy) for MicroPython, one for each description and architecture.

    python bindings/micropython/build.py [ARCH ...]

The results go to ``senselet/modules/ARCH/``, where ``senselet install`` finds them. How they are
compiled and linked is in ``boards/native_module.py``. A module is built once: the cache keeps it as
long as no file that it includes, no flag and no tool has changed.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bindings import generate  # noqa: E402
from boards import native_module  # noqa: E402
from boards.cache import BuildError, entry, hash_of  # noqa: E402
from boards.micropython_source import source  # noqa: E402
from boards.mpy_cross import mpy_cross  # noqa: E402
from boards.native_module import ARCHITECTURES as PLAIN  # noqa: E402
from boards.native_module import COMMON_FLAGS as PLAIN_FLAGS  # noqa: E402
from boards.native_module import Architecture, compile_module  # noqa: E402

INCLUDES = (ROOT / "core", ROOT / "bindings")
MODULES = ROOT / "senselet" / "modules"
BYTECODE = "bytecode"

# Where a module would not keep within 6 kB otherwise; loops are laid out less well.
SMALLER = "-fno-guess-branch-probability"
ARCHITECTURES = {
    a.name: replace(a, flags=(*a.flags, SMALLER)) if a.name in ("x64", "rv32imc") else a
    for a in PLAIN.values()
}
# Our own sources are held to more.
STRICT = ("-Wconversion", "-Werror", "-Wno-sign-conversion")
COMMON_FLAGS = (*PLAIN_FLAGS, *STRICT)


class ModuleError(RuntimeError):
    """A native module that could not be built; says which and shows the compiler's words."""


def build(architecture: Architecture, module: generate.Description, out: Path) -> Path:
    """Build one module, or take it from the cache; return the .mpy file."""
    name = module["module"]
    text = generate.micropython(module)
    flags = (*STRICT, "-fwhole-program", module.get("optimise", "-Os"))
    tools = [compiler_version(architecture.compiler), str(source().name), repr(architecture)]
    tools.append(Path(native_module.__file__).read_text())
    key = hash_of(text, *included(text), *flags, *tools)

    def make(folder: Path) -> None:
        c_file = folder / f"{name}.c"
        c_file.write_text(text)
        compile_module(
            architecture,
            c_file,
            folder / f"{name}.mpy",
            includes=INCLUDES,
            flags=flags,
            library=architecture.soft_float,
        )

    built = entry(f"module{name}-{architecture.name}", key, make)
    out.mkdir(parents=True, exist_ok=True)
    result = out / f"{name}.mpy"
    temporary = result.with_suffix(".tmp")
    shutil.copyfile(built / f"{name}.mpy", temporary)
    temporary.replace(result)
    return result


def included(text: str) -> Iterator[str]:
    """The files of ours that a C source includes, and what these include."""
    seen: set[Path] = set()
    waiting = [text]
    while waiting:
        for name in re.findall(r'^#include "([^"]+)"', waiting.pop(), re.MULTILINE):
            for folder in INCLUDES:
                path = folder / name
                if path.is_file() and path not in seen:
                    seen.add(path)
                    waiting.append(path.read_text())
    for path in sorted(seen):
        yield str(path.relative_to(ROOT))
        yield path.read_text()


@functools.cache
def compiler_version(compiler: str) -> str:
    """What a compiler says of itself; nothing if it is missing, which the build will tell."""
    if shutil.which(compiler) is None:
        return ""
    return subprocess.run(
        [compiler, "--version"], capture_output=True, text=True, check=False
    ).stdout


def build_runtime(out: Path) -> list[Path]:
    """Compile the portable runtime to bytecode, which serves every architecture."""
    out.mkdir(parents=True, exist_ok=True)
    results = []
    for path in sorted((ROOT / "senselet" / "runtime").glob("*.py")):
        result = out / f"{path.stem}.mpy"
        command = [str(mpy_cross()), "-s", path.name, "-o", str(result), str(path)]
        run(command, out)
        results.append(result)
    return results


def run(command: list[str], folder: Path) -> None:
    """Run a tool in a folder of its own: mpy_ld.py leaves a cache where it runs."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode != 0:
        raise ModuleError(
            f"{' '.join(command[-3:])}: {command[0]} failed\n{done.stdout}{done.stderr}"
        )


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in ARCHITECTURES]
    if unknown:
        print(f"unknown architecture {unknown[0]}; known are {', '.join(ARCHITECTURES)}")
        return 2
    chosen = [ARCHITECTURES[name] for name in names or ARCHITECTURES]
    print(f"{'module':<18}" + "".join(f"{one.name:>11}" for one in chosen))

    def size(module: generate.Description, architecture: Architecture) -> str:
        if module.get("fpu") and architecture.soft_float:
            return "-"
        return str(build(architecture, module, MODULES / architecture.name).stat().st_size)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = [
            (module["module"], [pool.submit(size, module, one) for one in chosen])
            for module in generate.descriptions()
        ]
        for name, jobs in rows:
            print(f"{name:<18}" + "".join(f"{job.result():>11}" for job in jobs), flush=True)
    for path in build_runtime(MODULES / BYTECODE):
        print(f"{path.name:<18}{path.stat().st_size:>11}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (BuildError, ModuleError) as error:
        sys.exit(f"error: {error}")
