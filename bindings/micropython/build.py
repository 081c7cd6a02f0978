"""Build the native modules (.mpy) for MicroPython, one for each description and architecture.

    python bindings/micropython/build.py [ARCH ...]

The results go to ``senselet/modules/ARCH/``, where ``senselet install`` finds them. MicroPython's
own ``tools/mpy_ld.py`` links; its pitfalls explain the flags here: one translation unit a module,
no ``-ffunction-sections``, the compiler's soft-float helpers linked in from its archive.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bindings import generate  # noqa: E402
from boards.micropython_source import source  # noqa: E402
from boards.mpy_cross import mpy_cross  # noqa: E402

MODULES = ROOT / "senselet" / "modules"
BYTECODE = "bytecode"


@dataclass(frozen=True)
class Architecture:
    """How to compile for one of MicroPython's native architectures."""

    name: str
    compiler: str
    flags: tuple[str, ...]
    float_kind: str
    soft_float: bool = False  # whether helpers of the compiler's library are needed


# Where a module would not keep within 6 kB otherwise; loops are laid out less well.
SMALLER = "-fno-guess-branch-probability"

ARCHITECTURES = {
    a.name: a
    for a in (
        Architecture("x64", "gcc", ("-fno-stack-protector", SMALLER), "DOUBLE"),
        Architecture(
            "armv6m", "arm-none-eabi-gcc", ("-mthumb", "-mcpu=cortex-m0"), "FLOAT", soft_float=True
        ),
        Architecture(
            "armv7m", "arm-none-eabi-gcc", ("-mthumb", "-mcpu=cortex-m3"), "FLOAT", soft_float=True
        ),
        Architecture(
            "armv7emsp",
            "arm-none-eabi-gcc",
            ("-mthumb", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"),
            "FLOAT",
        ),
        Architecture(
            "rv32imc",
            "riscv64-unknown-elf-gcc",
            # rv32imac as in MicroPython's own build: the library exists for it, and our code has
            # no atomic instructions in it.
            ("-march=rv32imac", "-mabi=ilp32", "-mno-relax", "--specs=picolibc.specs", SMALLER),
            "NONE",
            soft_float=True,
        ),
    )
}

COMMON_FLAGS = (
    *("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-Wno-sign-conversion"),
    *("-Wno-unused-parameter", "-Wno-unused-function"),  # MicroPython's macros
    *("-ffreestanding", "-ffp-contract=off", "-fno-strict-aliasing", "-fpic", "-fno-common"),
    *("-U_FORTIFY_SOURCE", "-DNDEBUG", "-DNO_QSTR", "-DMICROPY_ENABLE_DYNRUNTIME"),
    # No calls of memset and memcpy made out of loops: a module has neither. No tables of addresses.
    *("-fno-tree-loop-distribute-patterns", "-fno-jump-tables"),
)


class ModuleError(RuntimeError):
    """A native module that could not be built; says which and shows the compiler's words."""


def build(architecture: Architecture, module: generate.Description, out: Path) -> Path:
    """Build one module; return the .mpy file."""
    micropython = source()
    name = module["module"]
    out.mkdir(parents=True, exist_ok=True)
    result = out / f"{name}.mpy"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        c_file = work / f"{name}.c"
        c_file.write_text(generate.micropython(module))
        config = work / "config.h"
        linker = [sys.executable, str(micropython / "tools" / "mpy_ld.py")]
        linker += ["--arch", architecture.name]
        run([*linker, "--preprocess", "-o", str(config), str(c_file)], work)
        objects = work / f"{name}.o"
        flags = [*COMMON_FLAGS, module.get("optimise", "-Os"), *architecture.flags]
        flags.append(f"-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_{architecture.float_kind}")
        includes = [
            f"-I{ROOT / 'core'}",
            f"-I{ROOT / 'bindings'}",
            # MicroPython's headers are not held to our warnings.
            "-isystem",
            str(micropython),
            "-isystem",
            str(micropython / "py"),
        ]
        run(
            [
                *(architecture.compiler, *flags, *includes, f'-DMP_CONFIGFILE="{config}"'),
                *("-c", str(c_file), "-o", str(objects)),
            ],
            work,
        )
        libraries = []
        if architecture.soft_float:
            library = subprocess.run(
                [architecture.compiler, *architecture.flags, "--print-libgcc-file-name"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
            libraries = ["-l", library]
        linked = work / f"{name}.mpy"
        run([*linker, "--qstrs", str(config), *libraries, "-o", str(linked), str(objects)], work)
        temporary = result.with_suffix(".tmp")
        temporary.write_bytes(linked.read_bytes())
        temporary.replace(result)
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
            path = build(ARCHITECTURES[name], module, MODULES / name)
            row += f"{path.stat().st_size:>11}"
        print(row)
    for path in build_runtime(MODULES / BYTECODE):
        print(f"{path.name:<18}{path.stat().st_size:>11}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ModuleError as error:
        sys.exit(f"error: {error}")
