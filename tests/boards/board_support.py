"""What the tests of virtual boards share beside their fixtures."""

import sys
from collections.abc import Callable
from pathlib import Path

from senselet.links import Link

sys.path.append(str(Path(__file__).parents[2]))  # where the folder boards is

from boards.catalog import BOARDS

ALL = list(BOARDS)
EMULATED = [name for name in ALL if BOARDS[name].qemu]

OpenBoard = Callable[..., Link]
