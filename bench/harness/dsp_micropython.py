"""Signal processing called from MicroPython on virtual boards, and the bytes of native modules.

A call of our native modules as they are shipped, of emlearn's C in minimal native modules, and of
the same written in Python in the three ways in which MicroPython runs it.
"""

import struct
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from . import signals
from .dsp_cases import CASES, Array, Case
from .environment import BUILD, ROOT
from .micropython import BOARDS, micropython_version
from .native_build import build_module, compile_python
from .natives import API
from .peers import emlearn
from .project import use_project_packages
from .results import Row
from .senselet_dsp import fixed_sections, float_sections, packed
from .targets import BenchError

SOURCES = ROOT / "bench" / "dsp" / "micropython"
WORK = BUILD / "dsp" / "micropython"
OWN = ("_fft", "_fft_q15", "_biquad", "_biquad_q15")
PYTHON = ("pure", "native", "viper")
HEAP_BYTES = 256 << 10
TIMEOUT = 300
LEAST_SNR = {"f32": 100.0, "i32": 40.0, "i16": 40.0}  # dB; what integers of 16 bits give

READ = """
import gc, virtual
from array import array

def read(name, typecode):
    sensor = virtual.Sensor(name)
    items = array(typecode, bytearray(SIZES[name]))
    sensor.readinto(items)
    sensor.close()
    return items
"""
MEASURE = """
gc.collect()
count = virtual.measure(function, *arguments)
print(count, b"".join(bytes(part) for part in results).hex())
"""


class Program:
    """Something to run: its set-up in Python, its files, and how its result is read."""

    def __init__(
        self, case: Case, name: str, setup: str, files: dict[str, bytes], kind: str, decode: Any
    ) -> None:
        self.case, self.name, self.setup, self.files = case, name, setup, files
        self.kind, self.decode = kind, decode


def measure_calls() -> list[Row]:
    """Measure every board and program; verify the results."""
    use_project_packages()
    cases = {case.name: case for case in CASES}
    programs = [
        *_fft_programs(cases["rfft-256-f32"], cases["rfft-256-q15"]),
        *_biquad_programs(cases["biquad-f32"], cases["biquad-q15"]),
    ]
    modules = {board: _modules(architecture) for board, architecture in BOARDS.items()}
    rows = []
    for board, files in modules.items():
        for ours, theirs in (("_fft", "bench_emlearn_fft"), ("_biquad", "bench_emlearn_iir")):
            case = "rfft-256-f32" if ours == "_fft" else "biquad-f32"
            for name, module in (("senselet", ours), (EMLEARN, theirs)):
                rows.append(Row(case, board, name, "mpy_bytes", float(len(files[f"{module}.mpy"]))))
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(
            lambda board: _measure_board(board, modules[board], programs), BOARDS
        ):
            rows += found
    return rows


EMLEARN = "emlearn minimal module"


def _measure_board(board: str, modules: dict[str, bytes], programs: list[Program]) -> list[Row]:
    from senselet.links import open_link

    rows = []
    for program in programs:
        case = program.case
        folder = WORK / board / case.name / program.name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in program.files.items():
            (folder / file).write_bytes(data)
        sizes = {file: len(data) for file, data in program.files.items()}
        text = f"SIZES = {sizes!r}\n{READ}{program.setup}{MEASURE}"
        # A board for each, so that no heap holds what another has left.
        with open_link(f"sim:{board}", host_folder=folder, heap_bytes=HEAP_BYTES) as link:
            for file, data in modules.items():
                link.put(f"/lib/{file}", data)
            count, printed = link.execute(text, timeout=TIMEOUT).split()
        dtype = {"f32": "<f4", "i32": "<i4", "i16": "<i2"}[program.kind]
        found = program.decode(np.frombuffer(bytes.fromhex(printed), dtype=dtype)[None, :])
        snr = signals.ratio_db(found, case.exact[:1])
        if snr < LEAST_SNR[program.kind]:
            raise BenchError(f"{program.name} on {board}, {case.name}: SNR of {snr:.1f} dB")
        rows.append(Row(case.name, board, program.name, "call_instructions", float(count)))
        rows.append(Row(case.name, board, program.name, "call_snr_db", round(snr, 1)))
        print(f"{case.name} on {board}: {program.name}: {count} instructions a call, {snr:.0f} dB")
    return rows


def _fft_programs(floats: Case, integers: Case) -> list[Program]:
    n = floats.samples
    x, q = (signals.items(c.rows, k)[0] for c, k in ((floats, "f32"), (integers, "i16")))
    angles = 2 * np.pi * np.arange(n // 2) / n
    reversed_ = [int(f"{i:0{n.bit_length() - 1}b}"[::-1], 2) for i in range(n)]
    tables = np.array(
        [*reversed_, *np.round(2**14 * np.cos(angles)), *np.round(2**14 * np.sin(angles))]
    )
    cosines, sines = (f(angles).astype("<f4").tobytes() for f in (np.cos, np.sin))
    zeros = np.zeros(n, dtype="<f4").tobytes()
    parts = "re, im = read('re', 'f'), read('im', 'f')\n"

    def halves(y: Array, scale: float = 1.0) -> Array:
        y = y.astype(np.float64) * scale
        return y[:, : n // 2 + 1] + 1j * y[:, n : n + n // 2 + 1]

    tabled = {"re": x.tobytes(), "im": zeros, "cosines": cosines, "sines": sines}
    programs = [
        Program(
            floats, "senselet",
            "import _fft\nx = read('x', 'f')\n"
            f"fft = _fft.{opener('_fft')}(read('payload', 'B'), 0, 4)\n"
            "function, arguments, results = fft.run, (0, x), (x,)\n",
            {"x": x.tobytes(), "payload": struct.pack("<I", 1 | n << 16)}, "f32", packed,
        ),
        Program(
            integers, "senselet",
            "import _fft_q15\nx = read('x', 'h')\n"
            f"fft = _fft_q15.{opener('_fft_q15')}(read('payload', 'B'), 0, 4)\n"
            "function, arguments, results = fft.run, (0, x), (x,)\n",
            {"x": q.tobytes(), "payload": struct.pack("<I", 1 | n << 16)}, "i16",
            lambda y: packed(y, n / 2**15),
        ),
        Program(
            floats, EMLEARN,
            f"import bench_emlearn_fft\n{parts}"
            "function = bench_emlearn_fft.run\n"
            "arguments = (re, im, read('sines', 'f'), read('cosines', 'f'))\n"
            "results = (re, im)\n", tabled, "f32", halves,
        ),
    ]  # fmt: skip
    for way in ("pure", "native"):
        programs.append(
            Program(
                floats, f"micropython {micropython_version()} {way}",
                f"from {way}_dsp import fft as function\n{parts}"
                f"swaps = [(i, j) for i, j in enumerate({reversed_!r}) if i < j]\n"
                "arguments = (re, im, swaps, read('cosines', 'f'), read('sines', 'f'))\n"
                "results = (re, im)\n", tabled, "f32", halves,
            )
        )  # fmt: skip
    words = {
        "re": q.astype("<i4").tobytes(),
        "im": bytes(4 * n),
        "tables": tables.astype("<i4").tobytes(),
    }
    programs.append(
        Program(
            integers, f"micropython {micropython_version()} viper",
            "from viper_dsp import fft as function\n"
            "re, im = read('re', 'i'), read('im', 'i')\n"
            f"arguments = (re, im, read('tables', 'i'), {n})\nresults = (re, im)\n",
            words, "i32", lambda y: halves(y, n / 2**15),
        )
    )  # fmt: skip
    return programs


def _biquad_programs(floats: Case, integers: Case) -> list[Program]:
    x, q = (signals.items(c.rows, k)[0] for c, k in ((floats, "f32"), (integers, "i16")))
    sections = [[*row[:3], *row[4:]] for row in floats.sos]
    words = [len(integers.sos)]
    for b0, b1, b2, _, a1, a2 in integers.sos:
        words += [round(c * 2**14) for c in (b0, b1, b2, -a1, -a2)] + [0] * 5
    count = floats.samples

    def plain(y: Array) -> Array:
        return y.astype(np.float64)

    def q15(y: Array) -> Array:
        return y.astype(np.float64) / 2**15

    programs = []
    for case, module, code, block, payload, kind, decode in (
        (floats, "_biquad", "f", x, float_sections(floats), "f32", plain),
        (integers, "_biquad_q15", "h", q, fixed_sections(integers), "i16", q15),
    ):
        programs.append(
            Program(
                case, "senselet",
                f"import {module}\nblock = read('block', '{code}')\nout = array('{code}', block)\n"
                f"filter = {module}.{opener(module)}(read('payload', 'B'), 0, SIZES['payload'])\n"
                "function, arguments, results = filter.process, (block, out), (out,)\n",
                {"block": block.tobytes(), "payload": payload}, kind, decode,
            )
        )  # fmt: skip
    sos = np.array(floats.sos).astype("<f4")
    programs.append(
        Program(
            floats, EMLEARN,
            "import bench_emlearn_iir\nblock = read('block', 'f')\nout = array('f', block)\n"
            "function = bench_emlearn_iir.run\n"
            f"arguments = (block, out, read('sos', 'f'), array('f', [0] * {4 * len(sos)}))\n"
            "results = (out,)\n",
            {"block": x.tobytes(), "sos": sos.tobytes()}, "f32", plain,
        )
    )  # fmt: skip
    for way in ("pure", "native"):
        programs.append(
            Program(
                floats, f"micropython {micropython_version()} {way}",
                f"from {way}_dsp import biquad as function\n"
                "block = read('block', 'f')\nout = array('f', block)\n"
                f"arguments = (block, out, {sections!r}, [[0.0, 0.0] for _ in {sections!r}])\n"
                "results = (out,)\n",
                {"block": x.tobytes()}, "f32", plain,
            )
        )  # fmt: skip
    programs.append(
        Program(
            integers, f"micropython {micropython_version()} viper",
            "from viper_dsp import biquad as function\n"
            "block = read('block', 'i')\nout = array('i', block)\n"
            f"arguments = (block, out, array('i', {words!r}), {count})\nresults = (out,)\n",
            {"block": q.astype("<i4").tobytes()}, "i32", q15,
        )
    )  # fmt: skip
    return programs


def opener(module: str) -> str:
    """Return the name of the function that opens a native module's type."""
    return str(tomllib.loads((API / f"{module}.toml").read_text())["type"][0]["opener"])


def _modules(architecture: str) -> dict[str, bytes]:
    """Return the modules that a board gets."""
    modules = {}
    for name in OWN:
        path = ROOT / "senselet" / "modules" / architecture / f"{name}.mpy"
        if not path.exists():
            raise BenchError(f"{path.relative_to(ROOT)} is missing; `make modules` builds it")
        modules[path.name] = path.read_bytes()
    for name in ("bench_emlearn_fft", "bench_emlearn_iir"):
        c_file = SOURCES / f"{name}.c"
        modules[f"{name}.mpy"] = build_module(c_file, architecture, emlearn(), "-Os")
    for way in PYTHON:
        modules[f"{way}_dsp.mpy"] = compile_python(Path(SOURCES / f"{way}_dsp.py"), architecture)
    return modules
