"""The processors: how a program is compiled for each, run on it, and counted.

Libraries are compiled with ``OPTIMISATION`` unless they ask for more, ours with the flags of the
modules that we ship (-Os; it has fewer instructions than -O2 on Cortex-M3; a module may say
otherwise), and all with the flags that name the processor.
On x64 valgrind's callgrind counts, elsewhere the program itself, on QEMU with ``-icount shift=0``,
exactly (bench/bare_metal).
"""

import functools
import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from .environment import BUILD, ROOT

OPTIMISATION = "-O2"
BARE_METAL = ROOT / "bench" / "bare_metal"

FLASH_SECTIONS = {".library", ".text", ".rodata", ".data", ".data.rel.ro"}
RAM_SECTIONS = {".data", ".bss"}
COMMON_FLAGS = [
    OPTIMISATION, "-ffp-contract=off", "-ffunction-sections", "-fdata-sections",
    "-fno-asynchronous-unwind-tables", "-w",
]  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A processor with its compiler and its virtual machine; no machine: this computer."""

    name: str
    title: str
    prefix: str
    flags: tuple[str, ...]
    port: str
    machine: tuple[str, ...] = ()
    port_flags: tuple[str, ...] = ()  # where the program around is for another processor


def _qemu(program: str, machine: str, *more: str) -> tuple[str, ...]:
    return (
        program, "-machine", machine, *more, "-nographic", "-monitor", "none", "-serial", "none",
        "-semihosting-config", "enable=on,target=native", "-icount", "shift=0", "-kernel",
    )  # fmt: skip


# Where a distribution has both, newlib-nano: its memset, which some libraries call, is the faster.
NEWLIB_NANO = "--specs=nano.specs"
PICOLIBC = "--specs=picolibc.specs"
TARGETS = [
    Target("x64", "x86-64", "", ("-m64",), "host"),
    Target(
        "m3", "Cortex-M3", "arm-none-eabi-",
        ("-mcpu=cortex-m3", "-mthumb", "-mfloat-abi=soft", NEWLIB_NANO),
        "arm", _qemu("qemu-system-arm", "mps2-an385"),
    ),
    Target(
        "m4f", "Cortex-M4F", "arm-none-eabi-",
        ("-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard", NEWLIB_NANO),
        "arm", _qemu("qemu-system-arm", "mps2-an386"),
    ),
    Target(
        "rv32", "RV32IMAC", "riscv64-unknown-elf-",
        ("-march=rv32imac", "-misa-spec=2.2", "-mabi=ilp32", "-mcmodel=medany", PICOLIBC),
        "rv32", _qemu("qemu-system-riscv32", "virt", "-bios", "none"),
    ),
]  # fmt: skip
_M3 = TARGETS[1]
# Code for Cortex-M0, which an M3 runs, too.
M0 = Target(
    "m0", "Cortex-M0", _M3.prefix,
    ("-mcpu=cortex-m0", "-mthumb", "-mfloat-abi=soft", NEWLIB_NANO), "arm", _M3.machine, _M3.flags,
)  # fmt: skip


class BenchError(Exception):
    """A measurement that could not be made, or whose result can't be right."""


@dataclass(frozen=True)
class Parts:
    """What a program is made of.

    Attributes
    ----------
    adaptor, sources, includes, defines
        What is compiled, and how.
    rows, row_count, row_bytes
        The file of the input.
    model
        The file of the model or of other tables.
    output_bytes
        Bytes of a row's result; 0: the byte that the library returns.
    work_bytes
        Memory for the adaptor's use.
    flags
        The compiler's options for adaptor and sources, after those that all have.
    """

    adaptor: Path
    sources: tuple[Path, ...]
    includes: tuple[Path, ...]
    defines: tuple[str, ...]
    rows: Path
    row_count: int
    row_bytes: int
    model: Path
    output_bytes: int = 0
    work_bytes: int = 0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sizes:
    """Bytes of a program's sections, and of the symbols in it."""

    flash: int
    ram: int
    library: int
    symbols: dict[str, int]


@dataclass(frozen=True)
class Run:
    """What a run over the rows gave: instructions a row, bytes of stack (None: not measured there)
    and of work memory, the results of all rows."""

    instructions: float
    stack: int | None
    work: int
    output: bytes


def run(command: list[str], what: str) -> str:
    """Run a program and return its output, both streams."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise BenchError(f"{what} needs the program {command[0]}, not found") from error
    if done.returncode != 0:
        tail = "\n".join(line[:200] for line in done.stdout.splitlines()[:20])
        raise BenchError(f"{what} failed ({command[0]} ended with {done.returncode}):\n{tail}")
    return done.stdout


def build(target: Target, parts: Parts, folder: Path) -> Path:
    """Compile and link a program; return its path. One that is there and current is kept."""
    objects = folder / "library"
    objects.mkdir(parents=True, exist_ok=True)
    program, rows = folder / "program", folder / "rows.o"
    port_objects = _port(target)
    flags = [*COMMON_FLAGS, *target.flags]
    defines = [f"-D{name}" for name in parts.defines]
    includes = [f"-I{path}" for path in (BARE_METAL, *parts.includes)]
    library = [objects / f"{source.stem}.o" for source in (parts.adaptor, *parts.sources)]
    commands = [
        _compile(target, source, output, *parts.flags, *includes, *defines)
        for source, output in zip((parts.adaptor, *parts.sources), library, strict=True)
    ]
    headers = [header for path in parts.includes for header in sorted(path.rglob("*.h"))]
    # Generated code may take a minute to compile: what is around it has a stamp of its own.
    inputs = [parts.adaptor, *parts.sources, BARE_METAL / "bench.h", *headers]
    _make(target, commands, inputs, objects / "stamp", parts.adaptor.name)

    commands = [
        _compile(
            target, BARE_METAL / "rows.S", rows,
            f'-DROWS="{parts.rows}"', f'-DMODEL="{parts.model}"',
            f"-DROW_COUNT={parts.row_count}", f"-DROW_BYTES={parts.row_bytes}",
            f"-DOUTPUT_BYTES={parts.output_bytes}", f"-DWORK_BYTES={parts.work_bytes}",
        )
    ]  # fmt: skip
    link = [target.prefix + "gcc", *flags, *map(str, [*port_objects, rows, *library])]
    link += ["-lm", "-Wl,--gc-sections", "-o", str(program)]
    if target.machine:
        link += ["-nostartfiles", "-T", str(BARE_METAL / f"{target.port}.ld")]
        link += ["-Wl,--no-warn-rwx-segments"]
    commands.append(link)
    inputs = [parts.rows, parts.model, *_port_files(), *library]
    _make(target, commands, inputs, folder / "stamp", parts.adaptor.name)
    return program


def _compile(target: Target, source: Path, output: Path, *more: str) -> list[str]:
    cpp = source.suffix == ".cpp"
    compiler = target.prefix + ("g++" if cpp else "gcc")
    own = ["-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"] if cpp else ["-std=gnu11"]
    shipped = ["-Os", "-fno-jump-tables"] if source.is_relative_to(ROOT / "core") else []
    around = source.is_relative_to(BARE_METAL) and source.suffix == ".c"
    processor = (around and target.port_flags) or target.flags
    flags = [*COMMON_FLAGS, *processor, *own, *shipped, *more]
    return [compiler, *flags, "-c", str(source), "-o", str(output)]


def _port_files() -> list[Path]:
    return sorted(BARE_METAL.iterdir())


def _port(target: Target) -> list[Path]:
    """Compile what every program of a target has in common; return the objects."""
    folder = BUILD / "port" / target.name
    folder.mkdir(parents=True, exist_ok=True)
    names = ["main", target.port] if target.machine else [target.port]
    outputs = [folder / f"{name}.o" for name in names]
    commands = [
        _compile(target, BARE_METAL / f"{name}.c", output)
        for name, output in zip(names, outputs, strict=True)
    ]
    _make(target, commands, _port_files(), folder / "stamp", "the program around")
    return outputs


@functools.cache
def _compiler_version(prefix: str) -> str:
    return run([prefix + "gcc", "--version"], "the compiler")


def _make(
    target: Target, commands: list[list[str]], inputs: list[Path], stamp: Path, what: str
) -> None:
    """Run the commands, unless they have been run with the same compiler on the same inputs."""
    digest = hashlib.sha256(json.dumps(commands).encode())
    digest.update(_compiler_version(target.prefix).encode())
    for path in inputs:
        digest.update(path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    for command in commands:
        run(command, f"compiling {what} for {target.title}")
    stamp.write_text(digest.hexdigest())


def sizes(program: Path) -> Sizes:
    """Read the sizes that a program's file tells."""
    with program.open("rb") as file:
        elf = ELFFile(file)
        sections = {s.name: int(s["sh_size"]) for s in elf.iter_sections()}
        table = elf.get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)  # nothing is stripped
        symbols = {s.name: int(s["st_size"]) for s in table.iter_symbols()}
    return Sizes(
        flash=sum(size for name, size in sections.items() if name in FLASH_SECTIONS),
        ram=sum(size for name, size in sections.items() if name in RAM_SECTIONS),
        library=sections.get(".library", 0),
        symbols=symbols,
    )


def measure(target: Target, program: Path, row_count: int, output_bytes: int = 1) -> Run:
    """Run a program over the rows, each of which gives so many bytes."""
    what = f"running {program.parent.relative_to(BUILD)}"
    if target.machine:
        output = run([*target.machine, str(program)], what)
        total = int(_line(output, "instructions", what))
        stack = int(_line(output, "stack", what))
    else:
        counts = program.parent / "callgrind.out"
        output = run(
            [
                "valgrind", "--tool=callgrind", "--toggle-collect=bench_run",
                f"--callgrind-out-file={counts}", str(program),
            ],
            what,
        )  # fmt: skip
        total = int(_line(counts.read_text(), "totals:", what))
        stack = None
    result = bytes.fromhex(_line(output, "output", what))
    if len(result) != row_count * output_bytes:
        raise BenchError(f"{what}: {len(result)} bytes of results for {row_count} rows")
    return Run(total / row_count, stack, int(_line(output, "work", what)), result)


def _line(text: str, name: str, what: str) -> str:
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    if not found:
        raise BenchError(f"{what}: no line {name!r} in its output:\n{text[:500]}")
    return found.group(1)
