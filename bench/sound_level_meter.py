"""What the sound level meter of examples/ costs, in instructions on the virtual boards.

    python -m bench.sound_level_meter

Writes bench/results/sound_level_meter.json and the table in the example's README.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from senselet.deploy import install, program_files
from senselet.links import Link, open_link

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "sound_level_meter"
RESULTS = ROOT / "bench" / "results" / "sound_level_meter.json"
README = EXAMPLE / "README.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
SHORT, LONG = 3, 13  # seconds; the difference is free of loading and starting


@dataclass(frozen=True)
class Case:
    """A board, what it computes, and the clock of chips like it."""

    board: str
    rate: int
    arithmetic: str
    bands: str | None
    chip: str
    megahertz: int


CASES = (
    Case("rv32", 16000, "fixed", None, "ESP32-C3", 160),
    Case("m3", 16000, "fixed", None, "STM32F103", 72),
    Case("m4f", 16000, "float", None, "nRF52840", 64),
    Case("m4f", 48000, "float", None, "STM32F405", 168),
    Case("m4f", 48000, "float", "third_octave", "STM32F405", 168),
)


@dataclass(frozen=True)
class Cost:
    """Instructions for a second of sound.

    Attributes
    ----------
    meter
        `LevelMeter.push` and `BandMeter.push` alone, in blocks as the application has them.
    application
        All that the board executes: the asyncio loop, the virtual microphone's Python, the JSON
        line, the garbage collector.
    display_line
        Added by the display line.
    heap_bytes
        In use after a second, the program included.
    """

    case: Case
    meter: int
    application: int
    display_line: int
    heap_bytes: int


PREPARE = """
import gc, json, virtual
from meter import SoundLevelMeter
with open("/config.json") as file:
    config = json.load(file)
def made(file):
    config["file"] = file
    return SoundLevelMeter(config)
"""
RUN = """
import asyncio
def seconds(file):
    meter = made(file)
    gc.collect()
    start = virtual.instructions()
    asyncio.run(meter.run())
    return virtual.instructions() - start
short = seconds("short")
gc.collect()
heap = gc.mem_alloc()
print("result", (short, seconds("long"), heap))
"""
ALONE = """
meter = made("short")
total = 0
while meter.microphone.readinto(meter.block):
    total += virtual.measure(meter.level_meter.push, meter.block)
    if meter.bands:
        total += virtual.measure(meter.bands.push, meter.block)
    gc.collect()
lines = 0
for _ in range(4):
    lines += virtual.measure(meter.write_line)
print()
print("result", (total, lines))
"""


def measure(case: Case) -> Cost:
    """Run the application on a board, as fast as it can."""
    rng = np.random.default_rng(1)
    files = program_files(EXAMPLE)
    config = json.loads(files["/config.json"])
    config |= {"rate": case.rate, "arithmetic": case.arithmetic, "bands": case.bands}
    config |= {"line": False, "ring_ms": 0}
    files["/config.json"] = json.dumps(config).encode()
    with tempfile.TemporaryDirectory() as name:
        for file, seconds in (("short", SHORT), ("long", LONG)):
            noise = 0.05 * 32768 * rng.normal(size=case.rate * seconds)
            header = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"
            header += case.rate.to_bytes(4, "little") + (2 * case.rate).to_bytes(4, "little")
            header += b"\x02\0\x10\0data" + (2 * len(noise)).to_bytes(4, "little")
            Path(name, file).write_bytes(header + np.rint(noise).astype("<i2").tobytes())
        with open_link(f"sim:{case.board}", host_folder=name, skip_sleeps=True) as link:
            install(link, program=files)
            short, long, heap = results(link, RUN)
            total, line = results(link, ALONE)
    per_second = (long - short) // (LONG - SHORT)
    return Cost(case, total // SHORT, per_second, line, heap)


def results(link: Link, program: str) -> tuple[int, ...]:
    """What a program says on a freshly reset board."""
    link.soft_reset()
    said = link.execute(PREPARE + program, timeout=300).splitlines()
    answer: tuple[int, ...] = ast.literal_eval(said[-1].removeprefix("result "))
    return answer


def table(costs: list[Cost]) -> str:
    """As Markdown."""
    lines = [
        "| board | what | meter alone | whole application | display line | share of | heap |",
        "|---|---|--:|--:|--:|---|--:|",
    ]
    for cost in costs:
        case = cost.case
        what = f"{case.rate / 1000:g} kHz, {case.arithmetic}"
        what += ", third octaves" if case.bands else ""
        clock = case.megahertz * 1e6
        share = f"{100 * cost.meter / clock:.1f} %, {100 * cost.application / clock:.1f} %"
        lines.append(
            f"| `sim:{case.board}` | {what} | {cost.meter / 1e6:.2f} M | "
            f"{cost.application / 1e6:.2f} M | {cost.display_line / 1e6:.2f} M | "
            f"{case.chip}, {case.megahertz} MHz: {share} | {cost.heap_bytes / 1000:.0f} kB |"
        )
    return "\n".join(lines)


def with_table(document: str, text: str) -> str:
    """The document with the text between the marks."""
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}"


def read_results() -> list[Cost]:
    """The published costs."""
    rows = json.loads(RESULTS.read_text())
    return [Cost(**(row | {"case": Case(**row["case"])})) for row in rows]


def main() -> int:
    """Measure and publish."""
    costs = [measure(case) for case in CASES]
    RESULTS.write_text(json.dumps([asdict(cost) for cost in costs], indent=1) + "\n")
    print(table(costs))
    README.write_text(with_table(README.read_text(), table(costs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
