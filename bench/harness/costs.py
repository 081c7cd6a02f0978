"""What every function costs on every processor: bench/costs.toml says which, and how it is called.

An entry names a Python call that makes the object; what the runtime then opens the native module
with is caught, and that method of the module measured as C (natives.py).
"""

import functools
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import Any

from . import signals
from .dsp_cases import CASES, Array, Case
from .environment import ROOT
from .natives import API, Call
from .project import use_project_packages
from .senselet_dsp import our_calls

ENTRIES = ROOT / "bench" / "costs.toml"
ROWS, RATE, PEAK = 4, 16000.0, 0.5


@dataclass(frozen=True)
class Cost:
    """An entry of bench/costs.toml; see there."""

    page: str
    what: str
    method: str = ""
    samples: int = 0
    unit: str = "sample"
    per: int | None = None
    results: int | None = None
    in_place: bool = False
    items: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    make: str | None = None
    module: str | None = None
    type: str | None = None
    payload: str | None = None
    case: str | None = None

    @property
    def name(self) -> str:
        """The name in the results."""
        return f"cost {self.page}: {self.what}, per {self.unit}"

    @property
    def divisor(self) -> int:
        return 1 if self.case else self.per or self.samples

    @cached_property
    def call(self) -> Call:
        """The call of the native module."""
        if self.case is not None:
            return our_calls(self._case())[0][1]
        module, kind = str(self.module), str(self.type)
        payload = None if self.payload is None else bytes.fromhex(self.payload)
        if self.make is not None:
            module, kind, payload = opened_by(self.make)
        plain = Call(module, kind, self.method, payload, items=self.items)
        reads = [a["name"] for a in plain.arguments() if not a.get("write")]
        writes = [a["name"] for a in plain.arguments() if a.get("write")]
        buffers: dict[str, str | int] = dict.fromkeys(reads, "in")
        for name in writes:
            alone = self.in_place or not reads
            buffers[name] = "in place" if alone else self.results or self.samples
        return Call(module, kind, self.method, payload, buffers, self.numbers, self.items)

    def _case(self) -> Case:
        return next(case for case in CASES if case.name == self.case)

    def suits(self, target: str) -> bool:
        """Tell whether the module is built for such a processor."""
        return not self.call.description().get("fpu") or target in ("x64", "m4f")

    def fails(self, output: bytes) -> bool:
        """Tell whether a call has failed: nothing was written, or a negative status returned."""
        _, count = self.call.output()
        if count == 0:
            return any(byte >= 128 for byte in output)
        return self.call.returns() == "status" and not any(output)

    @cached_property
    def rows(self) -> Array:
        """The input, as items of the first buffer's type."""
        kind = self.call.input_items()
        if self.case is not None:
            return signals.items(self._case().rows, kind)
        bits = {"f32": None, "i16": 16, "i32": 32}[kind]
        return signals.items(signals.rows(ROWS, self.samples, RATE, PEAK, bits), kind)


def entries() -> list[Cost]:
    """Return what bench/costs.toml lists, as far as it has been written."""
    pages = tomllib.loads(ENTRIES.read_text())
    costs = [Cost(page=page, **entry) for page, listed in pages.items() for entry in listed]
    for cost in costs:
        _ = cost.call  # found here, before any thread is
    return costs


def opened_by(expression: str) -> tuple[str, str, bytes]:
    """Return module, type and payload that a call such as ``fft.FFT(256)`` opens, in the runtime.

    Native modules are stood in for by ones that note what they are opened with: the benchmarks'
    environment has none.
    """
    opened = _stand_ins()
    opened.clear()
    module_name, _, rest = expression.partition(".")
    names = {module_name: import_module(f"senselet.runtime.{module_name}")}
    try:
        eval(f"{module_name}.{rest}", names)
    except Exception:
        if not opened:  # else the constructor only stumbled over a stand-in's answers
            raise
    return opened[-1]


@functools.cache
def _stand_ins() -> list[tuple[str, str, bytes]]:
    """Make the native modules that only note what they are opened with; return their notes."""
    use_project_packages()
    opened: list[tuple[str, str, bytes]] = []
    for path in API.glob("_*.toml"):
        description = tomllib.loads(path.read_text())
        stand_in = ModuleType(f"senselet.runtime.{path.stem}")
        for kind in description["type"]:
            setattr(stand_in, kind["opener"], _recorder(opened, path.stem, kind["name"]))
        sys.modules[stand_in.__name__] = stand_in
        setattr(import_module("senselet.runtime"), path.stem, stand_in)
    return opened


class _Opened:
    """An object whose methods all succeed."""

    def __getattr__(self, _: str) -> Callable[..., int]:
        return lambda *_: 0


def _recorder(opened: list[tuple[str, str, bytes]], module: str, kind: str) -> Callable[..., Any]:
    def open_(payload: Any, offset: int, length: int) -> Any:
        opened.append(
            (module, kind, bytes(memoryview(payload).cast("B")[offset : offset + length]))
        )
        return _Opened()

    return open_
