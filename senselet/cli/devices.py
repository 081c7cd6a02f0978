"""Devices as commands take them; virtual boards keep their flash between commands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from senselet.data.watch import cache_folder
from senselet.links import Link, open_link
from senselet.links.sim import PREFIX


def flash_image(device: str) -> Path:
    """The file that holds a virtual board's flash memory, in SENSELET_FLASH if that is set."""
    chosen = os.environ.get("SENSELET_FLASH")
    folder = Path(chosen) if chosen else cache_folder() / "flash"
    return folder / f"{device.removeprefix(PREFIX)}.image"


@contextmanager
def opened(device: str, *, host_folder: Path | None = None, save: bool = False) -> Iterator[Link]:
    """Open a link; a virtual board starts with the flash it was left with.

    Parameters
    ----------
    save
        Keep what the command writes to a virtual board's flash.
    """
    if not device.startswith(PREFIX):
        with open_link(device) as link:
            yield link
        return
    image = flash_image(device)
    start = image if image.exists() else None
    with open_link(device, host_folder=host_folder, image=start) as link:
        yield link
        if save:
            image.parent.mkdir(parents=True, exist_ok=True)
            temporary = image.with_suffix(".part")
            link.execute(
                f"import virtual\nvirtual.save_filesystem({str(temporary.absolute())!r})",
                timeout=60,
            )
            temporary.replace(image)
