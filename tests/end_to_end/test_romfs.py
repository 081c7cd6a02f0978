"""A model in ROMFS is read where it lies, without a copy in RAM, if it lies at a multiple of 4."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from listening import StartBoard, boards, compared, laptops
from mpremote.romfs import VfsRomWriter

from senselet.deploy import install

pytest_plugins = ["listening_fixtures"]

MOUNT = """
import gc, vfs, uctypes
rom = open("/rom.img", "rb").read()
vfs.mount(vfs.VfsRom(rom), "/rom")
with open("/rom/small.sense", "rb") as file:
    offset = uctypes.addressof(memoryview(file)) % 4
"""

LOAD = """
import senselet
gc.collect()
before = gc.mem_alloc()
model = senselet.load("/rom/small.sense")
stream = model.stream()
gc.collect()
print((offset, gc.mem_alloc() - before))
"""


def image(model: bytes, padding: int) -> bytes:
    """A ROMFS with some bytes before the model."""
    writer = VfsRomWriter()
    writer.opendir("x" * (1 + padding))
    writer.closedir()
    writer.mkfile("small.sense", model)
    return bytes(writer.finalise())


@pytest.mark.parametrize("name", ["m3", "rv32"])
def test_read_in_place(name: str, small: Path, tmp_path: Path, start_board: StartBoard) -> None:
    link = start_board(name)
    install(link, small)
    model = small.read_bytes()
    taken = {}
    for padding in range(4):
        link.put("/rom.img", image(model, padding))
        link.soft_reset()
        link.execute(MOUNT)
        offset, bytes_taken = ast.literal_eval(link.execute(LOAD))
        taken[offset] = bytes_taken
    assert len(taken) > 1
    assert 0 in taken
    for offset in set(taken) - {0}:
        assert abs(taken[offset] - taken[0] - len(model)) < 300, taken
    assert compared(tmp_path, laptops(small), boards(link, tmp_path)).identical
