"""What the makers of golden vectors of steps share: the core built for this machine, and checks."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from vectors import Record, write_vectors

HERE = Path(__file__).resolve().parent
CORE = HERE.parent.parent / "core"
FLAGS = ["-std=c11", "-O2", "-ffreestanding", "-ffp-contract=off", "-shared", "-fPIC"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
# Values and tolerances of one window.
Reference = Callable[[Floats], tuple[Doubles, Doubles]]


class StepCore:
    """A step of the C core, built for this machine.

    Parameters
    ----------
    name
        As in ``sl_NAME_open``; the struct's members ``payload`` (a pointer), ``inputs`` and
        ``outputs`` come first.
    sources
        Core files that it takes.
    pointer
        Whether there is that pointer.
    """

    def __init__(self, name: str, sources: list[str], pointer: bool = True) -> None:
        self._first = ctypes.sizeof(ctypes.c_void_p) // 4 if pointer else 0
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "step.so"
            files = [str(CORE / source) for source in sources]
            subprocess.run(["cc", *FLAGS, f"-I{CORE}", *files, "-o", str(library)], check=True)
            core = ctypes.CDLL(str(library))
        self._open, self._work_size, self._run = (
            core[f"sl_{name}_{function}"] for function in ("open", "work_size", "run")
        )
        self._work_size.restype = ctypes.c_size_t
        self._prepare = getattr(core, f"sl_{name}_prepare", None)

    def status(self, payload: bytes) -> int:
        """Return the status of opening a payload."""
        return int(self._opened(payload)[0])

    def _opened(self, payload: bytes) -> tuple[int, npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
        self_ = np.zeros(64, np.uint32)
        words = np.frombuffer(payload + bytes(-len(payload) % 4), np.uint32).copy()
        length = ctypes.c_size_t(len(payload))
        status = self._open(_pointer(self_), _pointer(words), length)
        return status, self_, words

    def run(self, payload: bytes, window: Floats) -> npt.NDArray[np.uint32]:
        """Return the output bits of one window."""
        status, self_, _words = self._opened(payload)
        if status != 0:
            raise RuntimeError(f"opening the payload gives status {status}")
        inputs, outputs = (int(n) for n in self_[self._first : self._first + 2])
        flat = np.ascontiguousarray(window, np.float32).ravel()
        if flat.size != inputs:
            raise RuntimeError(f"the payload takes {inputs} values, the window has {flat.size}")
        out = np.zeros(outputs, np.uint32)
        work = np.full(self._work_size(_pointer(self_)) // 4 + 1, 0xA5A5A5A5, np.uint32)
        if self._prepare is not None:
            self._prepare(_pointer(self_), _pointer(work))
        self._run(_pointer(self_), _pointer(flat), _pointer(out), _pointer(work))
        return out


def _pointer(array: npt.NDArray[np.generic]) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def make_record(
    core: StepCore, name: str, payload: bytes, windows: list[Floats], reference: Reference
) -> Record:
    """Compute values and bits for windows of one payload; exit if they do not agree."""
    with np.errstate(all="ignore"):
        pairs = [reference(np.asarray(window, np.float32)) for window in windows]
        bits = np.array([core.run(payload, window) for window in windows])
        values = np.array([value for value, _ in pairs])
        tolerances = np.array([tolerance for _, tolerance in pairs])
        outputs = bits.view(np.float32).astype(np.float64)
        within = np.abs(outputs - values) <= tolerances
    within |= (outputs == values) | (bits == 0x7FC00000) & np.isnan(values)
    for case, place in np.argwhere(~within)[:20]:
        print(
            f"{name}: case {case} output {place}: {outputs[case, place]:.9g} is not "
            f"{values[case, place]:.9g} +- {tolerances[case, place]:.3g}",
            file=sys.stderr,
        )
    if not within.all():
        raise SystemExit(1)
    inputs = np.stack([np.asarray(window, np.float32).ravel() for window in windows])
    return Record(name, payload, 0, inputs, bits, values, tolerances)


def refused(core: StepCore, rows: list[tuple[str, bytes, int]]) -> list[Record]:
    """Records of payloads that must be refused; exit if the core does not."""
    for name, payload, status in rows:
        found = core.status(payload)
        if found != status:
            raise SystemExit(f"{name}: status {found}, expected {status}")
    return [Record(name, payload, status) for name, payload, status in rows]


def write(name: str, records: list[Record]) -> None:
    """Write the vectors of one step."""
    path = HERE / f"{name}.vectors"
    write_vectors(path, records)
    print(f"{path.name}: {len(records)} records, {path.stat().st_size} bytes")
