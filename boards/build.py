"""Building the firmware of virtual boards."""

import os
import shutil
from pathlib import Path

from .cache import entry, hash_of, hash_of_files, step
from .catalog import Board, find
from .micropython_source import source, source_key
from .mpy_cross import mpy_cross
from .run import run

HERE = Path(__file__).parent.resolve()


def firmware(name: str) -> Path:
    """Return the firmware file of a board, which is built first if need be.

    Parameters
    ----------
    name : str
        ``m3``, ``m4f``, ``rv32`` or ``unix``.

    Raises
    ------
    BuildError
        If something needed is missing, or the build fails.
    """
    board = find(name)
    compiler = shutil.which(board.compiler)
    version = run(
        [compiler or board.compiler, "--version"],
        what=f"Building the firmware of sim:{name}",
        hint=board.compiler_hint,
    )
    key = hash_of(source_key(), hash_of_files(HERE, _inputs(board)), version)

    def make(folder: Path) -> None:
        build = folder / "build"
        command = _unix_command(build) if not board.qemu else _qemu_command(board, build)
        with step(f"Building the firmware of sim:{name}"):
            run(
                [*command, f"-j{os.cpu_count()}"],
                what=f"Building the firmware of sim:{name}",
                hint=board.compiler_hint,
            )
        (build / board.firmware_file).rename(folder / board.firmware_file)
        shutil.rmtree(build)

    return entry(f"firmware-{name}", key, make) / board.firmware_file


def _inputs(board: Board) -> list[Path]:
    files = [HERE / "Makefile", HERE / "build.py"]
    for folder in board.folders:
        files += [path for path in (HERE / folder).rglob("*") if path.is_file()]
    return files


def _qemu_command(board: Board, build: Path) -> list[str]:
    compiler = mpy_cross()
    return [
        *("make", "-C", str(HERE)),
        f"BOARD={board.name}",
        f"MPY_DIR={source()}",
        f"MICROPY_MPYCROSS={compiler}",
        f"MICROPY_MPYCROSS_DEPENDENCY={compiler}",
        f"BUILD={build}",
    ]


def _unix_command(build: Path) -> list[str]:
    compiler = mpy_cross()
    return [
        *("make", "-C", str(source() / "ports" / "unix")),
        f"VARIANT_DIR={HERE / 'unix'}",
        f"MICROPY_MPYCROSS={compiler}",
        f"MICROPY_MPYCROSS_DEPENDENCY={compiler}",
        f"BUILD={build}",
    ]
