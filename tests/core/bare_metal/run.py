#!/usr/bin/env python3
"""Run a core test on an emulated microcontroller without an operating system.

``run.py TARGET test.c [source.c ...] [-- argument ...]`` compiles the C test and the core sources
that it needs for TARGET, runs the program in QEMU with one instruction a nanosecond, and ends with
the test's exit code. The program is ordinary hosted C (picolibc): printf goes to the terminal,
fopen reads this machine's files, and the arguments arrive in ``argv``, all through semihosting.

Targets: m0 (compiled for Cortex-M0, run on the M3 machine), m3, m4f (hard float), rv32 (RV32IMAC),
and ``all``. Needs the Debian packages gcc-arm-none-eabi, picolibc-arm-none-eabi,
gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf, qemu-system-arm and qemu-system-misc.

Also prints the code bytes (text and constants) of each core source, and those of the compiler's
helpers that they make the linker add.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent

WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Werror")
CORE_FLAGS = (
    "-std=c11",
    "-ffreestanding",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-jump-tables",
)
TEST_FLAGS = ("-std=c11", "-O1", "-ffp-contract=off", "-DCHECK_BARE_METAL")
LINK_FLAGS = ("--specs=picolibc.specs", "--crt0=semihost", "--oslib=semihost")


@dataclass(frozen=True)
class Target:
    """How to compile for a processor, and where to run it."""

    tools: str
    architecture: tuple[str, ...]
    machine: tuple[str, ...]
    flash: int
    ram: int

    def memory(self) -> list[str]:
        """Return the linker's options that place flash and RAM."""
        symbols = {
            "__flash": self.flash,
            "__flash_size": 4 << 20,
            "__ram": self.ram,
            "__ram_size": 8 << 20,
            "__stack_size": 64 << 10,
        }
        return [f"-Wl,--defsym={name}={value:#x}" for name, value in symbols.items()]


def arm(machine: str, *architecture: str) -> Target:
    """Return a Cortex-M target on one of Arm's MPS2 boards."""
    command = ("qemu-system-arm", "-machine", machine)
    return Target("arm-none-eabi-", ("-mthumb", *architecture), command, 0, 0x21000000)


TARGETS = {
    "m0": arm("mps2-an385", "-mcpu=cortex-m0"),
    "m3": arm("mps2-an385", "-mcpu=cortex-m3"),
    "m4f": arm("mps2-an386", "-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"),
    "rv32": Target(
        "riscv64-unknown-elf-",
        ("-march=rv32imac", "-misa-spec=2.2", "-mabi=ilp32"),
        ("qemu-system-riscv32", "-machine", "virt", "-bios", "none", "-m", "32M"),
        0x80000000,
        0x80800000,
    ),
}


def run(command: list[str], what: str) -> str:
    """Run a tool and return its output; end the program with what it says when it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{what} failed: {' '.join(command)}\n{result.stderr}{result.stdout}")
    return result.stdout


def code_bytes(target: Target, binary: Path) -> int:
    """Return the bytes of code and constants in an object or a program."""
    lines = run([target.tools + "size", str(binary)], "size").splitlines()
    return int(lines[1].split()[0]) + int(lines[1].split()[1])


def helper_bytes(target: Target, objects: list[Path], folder: Path) -> int:
    """Return the bytes of compiler helpers (libgcc) that these objects need."""
    compiler = [target.tools + "gcc", *target.architecture]
    own = folder / "own.o"
    whole = folder / "whole.o"
    run([*compiler, "-nostdlib", "-r", *map(str, objects), "-o", str(own)], "link")
    run([*compiler, "-nostdlib", "-r", str(own), "-lgcc", "-o", str(whole)], "link")
    return code_bytes(target, whole) - code_bytes(target, own)


def build(name: str, test: Path, sources: list[Path], optimise: str, folder: Path) -> Path:
    """Compile and link a test; print the code bytes of `sources`."""
    target = TARGETS[name]
    compiler = [target.tools + "gcc", *target.architecture, f"-I{ROOT / 'core'}", *WARNINGS]
    objects = []
    for source in sources:
        objects.append(folder / f"{source.stem}.o")
        run(
            [*compiler, *CORE_FLAGS, optimise, "-c", str(source), "-o", str(objects[-1])], "compile"
        )
        print(f"{name} {optimise}: {source.name}: {code_bytes(target, objects[-1])} bytes")
    if objects:
        print(
            f"{name} {optimise}: compiler's helpers: {helper_bytes(target, objects, folder)} bytes"
        )
    program = folder / "test.elf"
    files = [str(test), *map(str, objects), "-o", str(program)]
    test_flags = [*TEST_FLAGS, f"-I{HERE.parent}"]
    run([*compiler, *test_flags, *LINK_FLAGS, *target.memory(), *files], "build")
    return program


def execute(name: str, program: Path, arguments: list[str], seconds: float) -> int:
    """Run a program in QEMU and return its exit code."""
    # QEMU separates options by commas; one inside an argument is doubled.
    passed = "".join(f",arg={word.replace(',', ',,')}" for word in arguments)
    command = [
        *TARGETS[name].machine,
        *("-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0"),
        *("-semihosting-config", f"enable=on,target=native{passed}"),
        *("-kernel", str(program)),
    ]
    sys.stdout.flush()
    try:
        return subprocess.run(
            command, check=False, timeout=seconds, stdin=subprocess.DEVNULL
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"{name}: stopped after {seconds:.0f} s")
        return 124


def main() -> int:
    """Build and run for the targets of the command line."""
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("test", type=Path, help="the C file with main")
    parser.add_argument("sources", type=Path, nargs="*", help="core sources that it needs")
    parser.add_argument(
        "-O", dest="level", default="s", help="optimisation of the sources (default: s)"
    )
    parser.add_argument("--timeout", type=float, default=120, help="seconds for each run")
    options = parser.parse_args(words[:split])
    failed = []
    for name in TARGETS if options.target == "all" else [options.target]:
        with tempfile.TemporaryDirectory() as folder:
            program = build(name, options.test, options.sources, f"-O{options.level}", Path(folder))
            code = execute(name, program, words[split + 1 :], options.timeout)
        print(f"{name}: {'passed' if code == 0 else f'failed with exit code {code}'}")
        if code != 0:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
