"""The same computation in five ways, measured on the virtual boards.

    python -m examples.going_fast.compare

It prints a table and writes it into docs/going-fast.md, and the figures into results.json.
"""

from __future__ import annotations

import json
import math
import struct
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from examples.going_fast.plain_level import SAMPLES
from examples.going_fast.plain_level import level as reference
from senselet.links import Link, open_link
from senselet.links._boards import boards_module
from senselet.native_module import build_module, fittest

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"
DOCUMENT = FOLDER.parents[1] / "docs" / "going-fast.md"
BEGIN, END = "<!-- going fast -->", "<!-- /going fast -->"
BOARDS = ("m3", "m4f", "rv32", "unix")
WAYS = {
    "plain": "plain Python",
    "native": "`@micropython.native`",
    "viper": "`@micropython.viper`",
    "assembler": "inline assembler",
    "c": "native module in C",
}
ASSEMBLERS = {"m3": "thumb", "m4f": "thumb", "rv32": "rv32"}


@dataclass(frozen=True)
class Figures:
    """What a way costs on a board.

    Attributes
    ----------
    instructions, loud_instructions
        Of a call, with a quiet block and a loud one; None where they can't be counted.
    file_bytes
        Size of the .mpy file.
    ram_bytes
        What the heap has lost once the module is imported; on the Unix board without native code,
        which lies elsewhere there.
    peak_bytes
        Of the heap during a call with the loud block.
    """

    board: str
    way: str
    instructions: int | None
    loud_instructions: int | None
    file_bytes: int
    ram_bytes: int
    peak_bytes: int


def tone(amplitude: float) -> list[int]:
    """A block of a sine, rounded to int16."""
    step = 2 * math.pi * 11.3 / SAMPLES
    return [round(amplitude * math.sin(step * i + 0.4)) for i in range(SAMPLES)]


# Quiet: the sum of squares stays below 2**30, where MicroPython's integers become objects.
BLOCKS = {
    "quiet": tone(600),
    "loud": tone(29000),
    "silence": [0] * SAMPLES,
    "one": [0] * 17 + [1] + [0] * (SAMPLES - 18),
    "lowest": [-32768] * SAMPLES,
    "mixed": [(i * i * 7919 + i) % 65536 - 32768 for i in range(SAMPLES)],
}

PROGRAM = """
import gc, virtual
from array import array
block = array("h", bytes({bytes}))
def play(name):
    sensor = virtual.Sensor(name)
    sensor.readinto(block)
    sensor.close()
gc.collect()
before = gc.mem_alloc()
from {module} import level
gc.collect()
ram = gc.mem_alloc() - before
answers = []
for name in {names}:
    play(name)
    answers.append(level(block))
play("quiet")
gc.collect()
quiet = virtual.measure(level, block)
play("loud")
gc.collect()
loud = virtual.measure(level, block)
gc.collect()
virtual.heap_mark()
before = gc.mem_alloc()
level(block)
peak = virtual.heap_peak() - before
print((answers, quiet, loud, ram, peak))
"""


def modules(board: str, architecture: str, out: Path) -> dict[str, Path]:
    """The .mpy file of each way that the board has."""
    compiler = boards_module("mpy_cross").mpy_cross()
    found = {}
    for way in WAYS:
        if way == "c":
            found[way] = build_module(FOLDER / "c_level", fittest(architecture), out=out)
            continue
        name = ASSEMBLERS.get(board) if way == "assembler" else way
        if name is None:
            continue
        found[way] = out / f"{name}_level.mpy"
        command = [compiler, f"-march={architecture}", "-s", f"{name}_level.py"]
        command += ["-o", found[way], FOLDER / f"{name}_level.py"]
        subprocess.run([str(word) for word in command], check=True)
    return found


def measure(board: str) -> list[Figures]:
    """Run every way on a board; RuntimeError if one has another result."""
    figures = []
    expected = [reference(block) for block in BLOCKS.values()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for block_name, block in BLOCKS.items():
            (folder / block_name).write_bytes(struct.pack(f"<{SAMPLES}h", *block))
        with open_link(f"sim:{board}", host_folder=folder) as link:
            for way, file in modules(board, link.info().architecture, folder).items():
                answers, quiet, loud, ram, peak = run(link, file)
                if answers != expected:
                    raise RuntimeError(f"{way} on {board}: {answers}, not {expected}")
                figures.append(
                    Figures(board, way, quiet, loud, file.stat().st_size, max(ram, 0), peak)
                )
    return figures


def run(link: Link, module: Path) -> tuple[list[int], int | None, int | None, int, int]:
    """What a freshly reset board says."""
    link.put(f"/lib/{module.name}", module.read_bytes())
    link.soft_reset()
    program = PROGRAM.format(bytes=2 * SAMPLES, module=module.stem, names=list(BLOCKS))
    link.execute(program.rpartition("print(")[0], timeout=60)
    answer: tuple[list[int], int | None, int | None, int, int] = link.evaluate(
        "(answers, quiet, loud, ram, peak)"
    )
    return answer


def number(value: int | None) -> str:
    """With separators, for tables."""
    return "-" if value is None else f"{value:,}"


def table(figures: list[Figures]) -> str:
    """The figures as Markdown."""
    found = {(f.board, f.way): f for f in figures}
    lines = [
        "| board | way | instructions, quiet | loud | times as fast | file | RAM | peak of call |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for board in BOARDS:
        slowest = found[board, "plain"].loud_instructions
        for way, title in WAYS.items():
            f = found.get((board, way))
            if f is None:
                continue
            times = "-"
            if slowest is not None and f.loud_instructions is not None:
                ratio = slowest / f.loud_instructions
                times = f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"
            cells = [f"`{board}`", title, number(f.instructions), number(f.loud_instructions)]
            cells += [times, number(f.file_bytes), number(f.ram_bytes), number(f.peak_bytes)]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def with_table(document: str, text: str) -> str:
    """The document with the text between the marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def read_results() -> list[Figures]:
    """The published figures."""
    return [Figures(**row) for row in json.loads(RESULTS.read_text())]


def main() -> int:
    """Measure on all boards, and publish."""
    figures = [f for board in BOARDS for f in measure(board)]
    rows = [json.dumps(asdict(f)) for f in figures]
    RESULTS.write_text("[\n" + ",\n".join(rows) + "\n]\n")
    print(table(figures))
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(), table(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
