"""What the end-to-end tests share: models installed on boards that hear made-up recordings."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import small_model
from support import with_crc

import senselet
from senselet.data import Recording
from senselet.deploy import WindowResult, play
from senselet.links import Link
from senselet.model_file import HEADER_SIZE, STEP_SIZE

sys.path.append(str(Path(__file__).parents[2]))  # where the folder examples is

from examples.motion.compare import Comparison, compare
from examples.motion.demo import on_laptop, samples_of, write_evidence

__all__ = [
    "BOARDS",
    "Comparison",
    "StartBoard",
    "boards",
    "compared",
    "difficult",
    "heard",
    "laptops",
    "leaf_changes",
    "one_leaf_changed",
    "samples_of",
]

BOARDS = ("m3", "m4f", "rv32", "unix")
StartBoard = Callable[..., Link]


def difficult() -> Recording:
    """A recording with what no sensor should deliver: NaN, infinity, denormals, negative zero."""
    recording = small_model.recording("walk", "5", samples=230)
    samples = recording.samples.copy()
    samples[20, 1] = np.nan
    samples[60:75, 2] = -0.0
    samples[100:125, 0] = 1e-42
    samples[150, 0] = np.inf
    samples[171, 1] = -np.inf
    samples[180:, 2] = 3e38
    return Recording(samples, recording.rate, recording.channels, "walk", {}, "difficult")


def heard() -> list[Recording]:
    """What the boards hear."""
    return [*small_model.heard(), difficult()]


def laptops(model: Path | bytes) -> list[WindowResult]:
    """What the laptop makes of it."""
    source: Any = model
    return on_laptop(senselet.load(source), heard())


def boards(link: Link, folder: Path, model: str = "/small.sense") -> list[WindowResult]:
    """What a board makes of it that has the model already."""
    return play(link, model, [samples_of(r) for r in heard()], folder).results


def compared(folder: Path, ours: list[WindowResult], theirs: list[WindowResult]) -> Comparison:
    """Compare as the demo does: by the files of evidence."""
    write_evidence(folder / "laptop.txt", ours)
    write_evidence(folder / "board.txt", theirs)
    return compare(folder / "laptop.txt", folder / "board.txt")


def leaf_changes(data: bytes) -> Iterator[bytes]:
    """The same file with one value of one leaf changed, for each value of the first leaves."""
    for index in range(struct.unpack_from("<H", data, 38)[0]):
        place = HEADER_SIZE + STEP_SIZE * index
        kind, start, length, _, _ = struct.unpack_from("<16sIIII", data, place)
        if kind.rstrip(b"\0") == b"trees":
            break
    else:
        raise AssertionError("the model has no trees")
    payload = data[start : start + length]
    leaves, entry_size = payload[3], payload[5]
    n_entries, n_values = struct.unpack_from("<II", payload, 28)
    assert (leaves, entry_size) == (1, 2), "distributions with entries of two bytes"
    # The payload ends with the entries, two bytes each, and the table of probabilities.
    entries = start + length - 4 * n_values - (2 * n_entries + 3 & ~3)
    for entry in range(n_entries):
        changed = bytearray(data)
        value = entries + 2 * entry + 1
        changed[value] = (changed[value] + 1) % n_values
        yield with_crc(bytes(changed))


def one_leaf_changed(data: bytes) -> bytes:
    """The first such file that sounds different on the laptop, whose windows reach the leaf."""
    truth = laptops(data)
    return next(changed for changed in leaf_changes(data) if laptops(changed) != truth)
