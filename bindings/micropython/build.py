"""Build the native modules (.mpy) for MicroPython, one for each description and architecture.

    python bindings/micropython/build.py [ARCH ...]

The results go to ``senselet/modules/ARCH/``, where ``senselet install`` finds them. How they are
compiled and linked is in ``boards/native_module.py``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bindings import generate  # noqa: E402
from boards.cache import BuildError  # noqa: E402
from boards.mpy_cross import mpy_cross  # noqa: E402
from boards.native_module import ARCHITECTURES as PLAIN  # noqa: E402
from boards.native_module import COMMON_FLAGS as PLAIN_FLAGS  # noqa: E402
from boards.native_module import Architecture, compile_module  # noqa: E402

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
    """Build one module; return the .mpy file."""
    result = out / f"{module['module']}.mpy"
    with tempfile.TemporaryDirectory() as folder:
        c_file = Path(folder) / f"{module['module']}.c"
        c_file.write_text(generate.micropython(module))
        compile_module(
            architecture,
            c_file,
            result,
            includes=(ROOT / "core", ROOT / "bindings"),
            flags=(*STRICT, module.get("optimise", "-Os")),
            library=architecture.soft_float,
        )
    return result


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
    print(f"{'module':<18}" + "".join(f"{name:>11}" for name in names or ARCHITECTURES))
    for module in generate.descriptions():
        row = f"{module['module']:<18}"
        for name in names or ARCHITECTURES:
            if module.get("fpu") and ARCHITECTURES[name].soft_float:
                row += f"{'-':>11}"
                continue
            path = build(ARCHITECTURES[name], module, MODULES / name)
            row += f"{path.stat().st_size:>11}"
        print(row)
    for path in build_runtime(MODULES / BYTECODE):
        print(f"{path.name:<18}{path.stat().st_size:>11}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (BuildError, ModuleError) as error:
        sys.exit(f"error: {error}")
