"""From a device's name, as the user spells it, to a link."""

from dataclasses import dataclass
from pathlib import Path

from . import serial, sim
from ._boards import boards_module
from .errors import LinkError
from .link import Link

HINT = (
    "Give sim:m3 (or another virtual board) or serial:/dev/ttyUSB0 (or another port); "
    "`senselet devices` lists them."
)


@dataclass(frozen=True)
class Device:
    """A board that a link can be opened to."""

    name: str
    description: str


def list_devices() -> list[Device]:
    """Return the virtual boards, and the serial ports that were found."""
    boards = boards_module("catalog").BOARDS.values()
    virtual = [Device(sim.PREFIX + board.name, board.title) for board in boards]
    return virtual + [Device(name, text) for name, text in serial.list_serial()]


def open_link(
    device: str,
    *,
    host_folder: Path | str | None = None,
    heap_bytes: int | None = None,
    flash_bytes: int | None = None,
    image: Path | str | None = None,
    skip_sleeps: bool = False,
    baud: int = serial.BAUD,
) -> Link:
    """Open a link to a board, and stop what runs on it.

    Parameters
    ----------
    device
        ``sim:m3``, ``sim:m4f``, ``sim:rv32``, ``sim:unix`` or ``serial:<port>``.
    host_folder, heap_bytes, flash_bytes, image, skip_sleeps
        For virtual boards: see `senselet.links.sim.SimLink`.
    baud
        For serial ports: bits per second.

    Raises
    ------
    LinkError
        If there is no such device, or it does not answer.
    """
    link: Link
    if device.startswith(sim.PREFIX):
        link = sim.SimLink(
            device.removeprefix(sim.PREFIX),
            host_folder=host_folder,
            heap_bytes=heap_bytes,
            flash_bytes=flash_bytes,
            image=image,
            skip_sleeps=skip_sleeps,
        )
    elif device.startswith(serial.PREFIX):
        link = serial.open_serial(device.removeprefix(serial.PREFIX), baud)
    else:
        raise LinkError(f"The device {device!r} is of no known kind.", HINT)
    try:
        link.connect()
    except BaseException:
        link.close()
        raise
    return link
