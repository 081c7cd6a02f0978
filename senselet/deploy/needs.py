"""What a model needs on a board, known before anything is installed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from senselet.deploy.files import LIBRARY, board_files, native_modules
from senselet.deploy.imports import MODELS, ON_ERRORS, runtime_files
from senselet.links import Link, open_link
from senselet.runtime import Model

# By the bytes of an object's words. The runtime's objects beside its buffers: model, stream, steps,
# tuples, labels.
OBJECTS = {4: 3400, 8: 6800}
# The runtime's bytecode in memory, relative to its files: names and constants become objects.
BYTECODE_IN_MEMORY = {4: 1.6, 8: 2.0}
# While files are loaded, and for a program of a screenful that reads a sensor and prints results.
PROGRAM = {4: 4000, 8: 5000}


@dataclass(frozen=True)
class Needs:
    """What a model needs on one kind of board.

    Attributes
    ----------
    target
        The architecture (estimated) or the virtual board (measured).
    flash_bytes
        Bytes of all files: runtime, native modules, model.
    module_bytes
        Of these, the native modules.
    ram_bytes
        Peak of the heap while it is loaded and runs, code included.
    instructions_per_window
        All that the board executes for a window, and the C core alone; None if not measured.
    """

    target: str
    flash_bytes: int
    module_bytes: int
    ram_bytes: int
    instructions_per_window: int | None = None
    core_instructions_per_window: int | None = None


def estimate(model: Model, model_bytes: int, architecture: str) -> Needs:
    """What a model needs on boards of an architecture, from the sizes of its parts."""
    files = board_files(model, architecture)
    modules = sum(len(files[f"{LIBRARY}/{name}.mpy"]) for name in native_modules(model))
    names = [name for name in runtime_files(MODELS) if name not in ON_ERRORS]
    bytecode = sum(len(files[f"{LIBRARY}/{name}.mpy"]) for name in names)
    values = model.window * model.channels
    buffers = 8 * values  # the stream's window, and the zeros it is made from
    for step, (_, _, outputs) in zip(model._steps, model.steps, strict=True):
        buffers += 4 * 2 * outputs
        buffers += step.work_size() if hasattr(step, "work_size") else 0
    word = 8 if architecture == "x64" else 4
    ram = modules + BYTECODE_IN_MEMORY[word] * bytecode + OBJECTS[word]
    ram += model_bytes + buffers + PROGRAM[word]
    return Needs(architecture, sum(map(len, files.values())) + model_bytes, modules, int(ram))


# For boards: the peak of what the heap and the native code take, counted from _before. On the Unix
# board native code lies beside the heap.
PEAK = """
import sys, os
_peak = virtual.heap_peak() - _before
if virtual.name == "unix":
    for _name in sys.modules:
        if _name.startswith("senselet._"):
            _peak += os.stat("/lib/" + _name.replace(".", "/") + ".mpy")[6]
"""

_MEASURE = """
import gc, virtual
gc.collect()
gc.threshold(4096)
virtual.heap_mark()
_before = gc.mem_alloc()
import senselet
from array import array
model = senselet.load({path!r})
stream = model.stream()
block = array(model.typecode, bytes({block_bytes}))
sensor = virtual.Sensor({samples!r})
whole = 0
size = len(bytes(block))
def feed():
    if sensor.readinto(block) != size:
        return False
    stream.push(block)
    while stream.next():
        pass
    return True
start = virtual.instructions()
while feed():
    pass
whole = virtual.instructions() - start if start is not None else None
{peak}
core = None
if whole is not None:
    core = 0
    for index in range(len(model._steps)):
        values = model._sources[index] or stream._values
        core += virtual.measure(model._steps[index].run, values, model._buffers[index])
print((_peak, stream.windows, whole, core))
"""


def measure(
    model: Model, model_bytes: bytes, board: str, samples: bytes, link: Link | None = None
) -> Needs:
    """What a model needs, measured on a virtual board with some samples of its sensor.

    Parameters
    ----------
    board
        A virtual board such as ``"sim:m3"``.
    samples
        Raw samples as the sensor delivers them, at least one window of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "samples").write_bytes(samples)
        with link or open_link(board, host_folder=folder) as device:
            info = device.info()
            files = board_files(model, info.architecture)
            for path, data in files.items():
                device.put(path, data)
            device.put("/measured.sense", model_bytes)
            device.soft_reset()
            block = model.channels * (2 if model.typecode == "h" else 4) * max(1, model.hop // 5)
            output = device.execute(
                _MEASURE.format(
                    path="/measured.sense", samples="samples", block_bytes=block, peak=PEAK
                ),
                timeout=300,
            )
    peak, windows, whole, core = _tuple(output)
    modules = sum(len(files[f"{LIBRARY}/{name}.mpy"]) for name in native_modules(model))
    return Needs(
        board.removeprefix("sim:"),
        sum(map(len, files.values())) + len(model_bytes),
        modules,
        peak,
        round(whole / windows) if whole is not None and windows else None,
        core,
    )


def _tuple(output: str) -> tuple[int, int, int | None, int | None]:
    import ast

    peak, windows, whole, core = ast.literal_eval(output.strip().splitlines()[-1])
    return peak, windows, whole, core
