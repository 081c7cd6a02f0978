"""The virtual boards there are."""

from dataclasses import dataclass

from .cache import BuildError

ARM_HINT = "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi"
RISCV_HINT = "apt-get install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf"
COMPILER_HINT = "apt-get install build-essential"


@dataclass(frozen=True)
class Board:
    """One virtual board.

    Attributes
    ----------
    name, title
        For the computer and for people.
    folders
        Folders of ``boards/`` whose files the firmware depends on.
    qemu
        The emulator and the arguments that choose the machine; empty for a program of the host.
    compiler, compiler_hint, qemu_hint
        What builds and runs it, and how to get it.
    """

    name: str
    title: str
    folders: tuple[str, ...]
    qemu: tuple[str, ...]
    compiler: str
    compiler_hint: str
    qemu_hint: str = ""

    @property
    def firmware_file(self) -> str:
        """Name of the file that is built."""
        return "firmware.elf" if self.qemu else "micropython"


BOARDS = {
    board.name: board
    for board in (
        Board(
            name="m3",
            title="ARM Cortex-M3, no floating-point unit",
            folders=("port", "cortex_m", "m3"),
            qemu=("qemu-system-arm", "-machine", "mps2-an385"),
            compiler="arm-none-eabi-gcc",
            compiler_hint=ARM_HINT,
            qemu_hint="apt-get install qemu-system-arm",
        ),
        Board(
            name="m4f",
            title="ARM Cortex-M4 with floating-point unit",
            folders=("port", "cortex_m", "m4f"),
            qemu=("qemu-system-arm", "-machine", "mps2-an386"),
            compiler="arm-none-eabi-gcc",
            compiler_hint=ARM_HINT,
            qemu_hint="apt-get install qemu-system-arm",
        ),
        Board(
            name="rv32",
            title="RISC-V RV32IMAC, no floating-point unit",
            folders=("port", "rv32"),
            qemu=("qemu-system-riscv32", "-machine", "virt", "-bios", "none"),
            compiler="riscv64-unknown-elf-gcc",
            compiler_hint=RISCV_HINT,
            qemu_hint="apt-get install qemu-system-misc",
        ),
        Board(
            name="unix",
            title="MicroPython's Unix port on this machine",
            folders=("port", "unix"),
            qemu=(),
            compiler="gcc",
            compiler_hint=COMPILER_HINT,
        ),
    )
}


def find(name: str) -> Board:
    """Return the board of that name."""
    try:
        return BOARDS[name]
    except KeyError:
        hint = f"Choose one of: {', '.join(BOARDS)}."
        raise BuildError(f"There is no virtual board {name!r}.", hint) from None
