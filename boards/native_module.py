"""Compiling and linking C into native modules (.mpy), which MicroPython loads at run time.

MicroPython's own ``tools/mpy_ld.py`` links; its pitfalls explain the flags here: one translation
unit a module, no ``-ffunction-sections``, the compiler's own helpers (floats in software, division
of 64 bits) linked in from its archive.
"""

import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .cache import BuildError
from .catalog import ARM_HINT, COMPILER_HINT, RISCV_HINT
from .micropython_source import source
from .run import run

LINKER_HINT = "pip install senselet[native]"


@dataclass(frozen=True)
class Architecture:
    """How to compile for one of MicroPython's native architectures.

    Attributes
    ----------
    name
        As ``mpy-cross -march`` spells it.
    compiler, compiler_hint
        The program, and how to get it.
    flags
        Of the processor.
    float_kind
        MicroPython's own floats on such boards.
    soft_float
        Whether floats need helpers of the compiler's library.
    """

    name: str
    compiler: str
    compiler_hint: str
    flags: tuple[str, ...]
    float_kind: str
    soft_float: bool = False


ARCHITECTURES = {
    a.name: a
    for a in (
        Architecture("x64", "gcc", COMPILER_HINT, ("-fno-stack-protector",), "DOUBLE"),
        Architecture(
            *("armv6m", "arm-none-eabi-gcc", ARM_HINT, ("-mthumb", "-mcpu=cortex-m0"), "FLOAT"),
            soft_float=True,
        ),
        Architecture(
            *("armv7m", "arm-none-eabi-gcc", ARM_HINT, ("-mthumb", "-mcpu=cortex-m3"), "FLOAT"),
            soft_float=True,
        ),
        Architecture(
            *("armv7emsp", "arm-none-eabi-gcc", ARM_HINT),
            ("-mthumb", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"),
            "FLOAT",
        ),
        Architecture(
            *("rv32imc", "riscv64-unknown-elf-gcc", RISCV_HINT),
            # rv32imac as in MicroPython's own build: the library exists for it, and no code here
            # has atomic instructions in it.
            ("-march=rv32imac", "-mabi=ilp32", "-mno-relax", "--specs=picolibc.specs"),
            "NONE",
            soft_float=True,
        ),
    )
}

COMMON_FLAGS = (
    *("-std=c11", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-unused-function"),
    *("-Werror=implicit-function-declaration", "-ffreestanding", "-ffp-contract=off"),
    *("-fno-strict-aliasing", "-fpic", "-fno-common"),
    *("-U_FORTIFY_SOURCE", "-DNDEBUG", "-DNO_QSTR", "-DMICROPY_ENABLE_DYNRUNTIME"),
    # No calls of memset and memcpy made out of loops: a module has neither. No tables of addresses.
    *("-fno-tree-loop-distribute-patterns", "-fno-jump-tables"),
)


def architecture(name: str) -> Architecture:
    """Return the architecture of that name."""
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise BuildError(
            f"Native modules can't be built for {name!r} here.",
            f"Choose one of: {', '.join(ARCHITECTURES)}.",
        ) from None


def compile_module(
    target: Architecture,
    c_file: Path,
    result: Path,
    *,
    includes: Sequence[Path] = (),
    flags: Sequence[str] = ("-O2",),
    library: bool = True,
) -> str:
    """Compile a C file with all that it includes, and link it.

    Parameters
    ----------
    target
        What for.
    c_file
        Defines ``mpy_init``.
    result
        The .mpy file to write; its name is the module's.
    includes
        Folders of headers.
    flags
        Of the compiler, beside those that must be.
    library
        Link what is needed of the compiler's own library.

    Returns
    -------
    str
        What the compiler had to say: warnings.

    Raises
    ------
    BuildError
        If a tool is missing, or refuses the source; with its words.
    """
    for package in ("elftools", "ar"):
        if importlib.util.find_spec(package) is None:
            raise BuildError(
                f"Linking native modules needs the Python package {package}.", LINKER_HINT
            )
    if shutil.which(target.compiler) is None:
        raise BuildError(
            f"Building for {target.name} needs the program {target.compiler}, not found.",
            target.compiler_hint,
        )
    micropython = source()
    # mpy_ld.py leaves a cache where it runs.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config, compiled, linked = folder / "config.h", folder / "module.o", folder / result.name
        linker = [sys.executable, str(micropython / "tools" / "mpy_ld.py"), "--arch", target.name]
        what = f"Building {result.stem} for {target.name}"
        run([*linker, "--preprocess", "-o", str(config), str(c_file)], what=what, folder=folder)
        command = [target.compiler, *COMMON_FLAGS, *flags, *target.flags]
        command.append(f"-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_{target.float_kind}")
        command.append(f'-DMP_CONFIGFILE="{config}"')
        command += [f"-I{include}" for include in includes]
        # MicroPython's headers are not held to our warnings.
        for include in (micropython, micropython / "py"):
            command += ["-isystem", str(include)]
        said = run([*command, "-c", c_file, "-o", compiled], what=what, folder=folder)
        libraries: list[str] = []
        if library:
            asked = [target.compiler, *target.flags, "--print-libgcc-file-name"]
            libraries = ["-l", run(asked, what=what).strip()]
        # The same bytes each time: the linker keeps the name of its input, in which there must be
        # no folder with a random name, and it goes through sets in the order of hashes.
        run(
            [*linker, "--qstrs", str(config), *libraries, "-o", linked.name, compiled.name],
            what=what,
            hint="If a symbol is undefined: a module has no C library, and its C sources are one "
            "file that includes the others.",
            folder=folder,
            environment={"PYTHONHASHSEED": "0"},
        )
        result.parent.mkdir(parents=True, exist_ok=True)
        temporary = result.with_suffix(".tmp")
        temporary.write_bytes(linked.read_bytes())
        temporary.replace(result)
    return said
