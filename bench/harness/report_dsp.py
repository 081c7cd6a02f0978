"""The part of docs/benchmarks.md on signal processing, and the cost tables of the other pages."""

import re
from dataclasses import dataclass
from pathlib import Path

from .tables import DASH, TARGETS, Figures, Table, markdown, number

OURS = "senselet"
MARKS = re.compile(r"(<!-- cost: ([\w.-]+) -->\n).*?(<!-- /cost -->)", re.DOTALL)
COST_TARGETS = {
    "x64": "x86-64",
    "m0": "Cortex-M0",
    **{t: TARGETS[t] for t in ("m3", "m4f", "rv32")},
}
# Cases whose results are levels in dB have an error in place of a signal-to-noise ratio.
EXACTNESS = ("snr_db", "snr_quiet_db", "error_db", "error_quiet_db")


@dataclass(frozen=True)
class Goal:
    """A number of instructions that Senselet is held to.

    Attributes
    ----------
    what, case, target
        The figure.
    limit
        The most it may be; None: less than the best peer that is as exact.
    stated
        The best peer as it was stated when the goal was set.
    floor
        What the arithmetic alone needs, in words.
    """

    what: str
    case: str
    target: str
    limit: float | None
    stated: str
    floor: str


# Split-radix FFT of n real values: 2 n log2(n) - 4 n + 6 additions and multiplications (Sorensen,
# Jones, Heideman, Burrus, IEEE Trans. ASSP 35, 1987).
FFT_256, FFT_1024 = "3,078 + and *", "16,390 + and *"
MEL = "9,000 + and *"  # FFT of 512 (7,174), window 512, power 768, a weight and two sums a bin
GOALS = [
    Goal("real FFT 256, q15", "rfft-256-q15", "m3", 17000, "18.4K", FFT_256),
    Goal("real FFT 256, q15", "rfft-256-q15", "rv32", 18000, "19.9K", FFT_256),
    Goal("real FFT 256, float", "rfft-256-f32", "m4f", 13500, "11.9K, fused", FFT_256),
    Goal("real FFT 1024, float", "rfft-1024-f32", "m4f", 54000, "46.9K, fused", FFT_1024),
    Goal("biquad q15", "biquad-q15", "m3", 18, "29", "5 MLA"),
    Goal("biquad q15", "biquad-q15", "rv32", 24, "46", "5 *, 5 +"),
    Goal("biquad q31, 20 Hz", "biquad-q31-20hz", "m3", None, DASH, "5 SMLAL"),
    Goal("biquad q31, 20 Hz", "biquad-q31-20hz", "rv32", None, DASH, "10 *, 20 +"),
    Goal("biquad float", "biquad-f32", "m4f", 14, "12.1, fused", "5 *, 4 +"),
    Goal("log-mel 32 of 512, q15", "logmel-512-q15", "m3", 60000, "79K", MEL),
    Goal("log-mel 32 of 512, q15", "logmel-512-q15", "rv32", 75000, "105K", MEL),
    Goal("log-mel 32 of 512, float", "logmel-512-f32", "m4f", 54000, "54K, fused", MEL),
]

INTRODUCTION = """\
## Signal processing: what is measured

`python -m bench.dsp` compares with CMSIS-DSP (from the source distribution of the package
`cmsisdsp`), Kiss FFT (Debian's source package) and emlearn (its package's headers), each fetched
when the benchmark starts. Input is a sound made by formula from a fixed seed
(`bench/harness/signals.py`): eight blocks, the last four the same as the first but 40 dB quieter.

- **instructions**: mean over the blocks, of the function alone: of a transform or a frame, or for
  filters divided by samples and sections. Opening, tables and windows are not counted: that is done
  once. Counted as for the trees above.
- **SNR**: signal-to-noise ratio in dB of all results against numpy and scipy in double precision
  with exact coefficients, of the loud blocks and of the quiet ones. For log-mel the root of the
  mean squared error of the levels in dB, against the definition that the library follows.
- **code**: code, constants, tables and coefficients of what the function needs, compiler's helpers
  included. **RAM**: state, tables in RAM, scratch and stack, without the caller's input and output.

Senselet's modules are compiled as they are shipped, without fused multiply-add: its results have
the same bits on every processor. The peers get what serves them best: CMSIS-DSP *fast* is `-O3
-ffast-math` with loops unrolled, as its README asks, and fused; *O2 fused* is `-O2` with loops
unrolled, and fused; *O2* is plain. On RV32 it gets its generic C and a header of ours with GCC's
count of leading zeros. On Cortex-M4F its q15 code has the DSP extension's dual multiplications,
which no portable C has.

Some definitions differ. CMSIS-DSP's MFCC takes magnitudes where others take power, scales every
frame to full scale first, and is measured with and without its last step (13 cosine transforms).
emlearn computes window and filters anew in every frame, and takes the real part for the magnitude,
hence its error; its FFT is a complex one. CMSIS-DSP's biquads in q31 come in three grades; the goal
is to be ahead of what is as exact as ours (a bit, 6 dB, less is allowed). Instructions can be fewer
than operations where one loads or stores several registers, or multiplies and adds.
"""


CALLS = """\
### Called from MicroPython

One call on a virtual board, argument passing included: an FFT of 256 values, or 256 samples through
two sections. *senselet* is the native module as it is shipped; *emlearn* its C in a minimal native
module of ours; *pure*, *native* and *viper* are written in Python (`bench/dsp/micropython/`), the
FFT as a complex one of radix 2, which is what one writes; viper computes in integers. Every result
is checked against double precision.

"""
BYTE_CASES = ("rfft-256-f32", "biquad-f32")
BYTE_GOALS = {"m4f": 2800, "rv32": 8600}
ARCHITECTURES = {"m4f": "armv7emsp", "rv32": "rv32imc", "m3": "armv7m"}
BYTES = """\
### Bytes of native modules

`.mpy` files for float32, forward FFT and biquads. Held to emlearn's own modules, of which 2.8 kB
(armv7emsp) and 8.6 kB (rv32imc) were stated for the two; their source is in no package index, so
they are not measured here. *minimal module* holds nothing but emlearn's two functions, with no
object, no check of lengths, no tables made (its FFT is complex and forward only). Ours hold real
and complex transforms, forward and inverse, with their tables, and filters of several channels
that recover from NaN, and check what they are given.

"""


def cases(table: Table) -> list[str]:
    """Return the comparisons among the cases."""
    names = (c for (c, _, _), figures in table.items() if "instructions" in figures)
    return list(dict.fromkeys(c for c in names if not c.startswith("cost ")))


def ours(table: Table, case: str, target: str) -> Figures:
    """Return our figures."""
    return table.get((case, target, OURS), {})


def exactness(figures: Figures) -> float | None:
    """Return how exact a result is; larger is better."""
    if "error_db" in figures:
        return -figures["error_db"]
    return figures.get("snr_db")


def best_peer(table: Table, goal: Goal) -> tuple[str, Figures] | None:
    """Return the fastest other library; for a goal without limit, of those as exact as ours."""
    least = exactness(ours(table, goal.case, goal.target)) if goal.limit is None else None
    peers = [
        (library, figures)
        for (case, target, library), figures in table.items()
        if (case, target) == (goal.case, goal.target)
        and library != OURS
        and "instructions" in figures
        and (least is None or (exactness(figures) or -1e9) >= least - 6)  # one bit
    ]
    return min(peers, key=lambda peer: peer[1]["instructions"], default=None)


def is_met(table: Table, goal: Goal) -> bool | None:
    """Tell whether a goal is reached; None: not measured.

    An FFT in q15 must also be as exact as the peer's.
    """
    own = ours(table, goal.case, goal.target)
    peer = best_peer(table, goal)
    if "instructions" not in own:
        return None
    if goal.limit is None:
        return peer is None or own["instructions"] < peer[1]["instructions"]
    met = own["instructions"] <= goal.limit
    if goal.case == "rfft-256-q15" and peer is not None:
        met = met and (exactness(own) or 0) >= (exactness(peer[1]) or 0)
    return met


def missed(table: Table) -> list[str]:
    """Return the goals not reached, in words."""
    return [
        f"{goal.what} on {TARGETS[goal.target]}: "
        f"{ours(table, goal.case, goal.target).get('instructions')}, goal {goal.limit}"
        for goal in GOALS
        if not is_met(table, goal)
    ] + [
        f"bytes of FFT and biquads, {ARCHITECTURES[board]}: {value}, goal {BYTE_GOALS[board]}"
        for board, value in module_bytes(table).items()
        if value > BYTE_GOALS[board]
    ]


def digits(value: float | None) -> int:
    return 1 if value is not None and value < 1000 else 0


def exact_words(figures: Figures) -> str:
    """Return signal-to-noise ratio, or error, loud and quiet."""
    if "error_db" in figures:
        return f"± {figures['error_db']:.2g} dB"
    return number(figures.get("snr_db"))


def goals_section(table: Table) -> str:
    """Return the table of goals."""
    lines = []
    for goal in GOALS:
        own = ours(table, goal.case, goal.target)
        name, peer = best_peer(table, goal) or (DASH, {})
        value, least = own.get("instructions"), peer.get("instructions")
        met = is_met(table, goal)
        lines.append(
            [
                f"{goal.what}, {TARGETS[goal.target]}",
                goal.stated,
                f"{number(least, digits(least))} ({name})",
                exact_words(peer),
                "ahead of what is as exact" if goal.limit is None else f"≤ {number(goal.limit)}",
                number(value, digits(value)),
                exact_words(own),
                DASH if met is None else "yes" if met else "**no**",
                goal.floor,
            ]
        )
    head = [
        "instructions", "peer, as stated", "best peer, measured", "its SNR", "goal", "Senselet",
        "SNR", "met", "arithmetic alone",
    ]  # fmt: skip
    return "### Held to\n\n" + markdown(head, lines)


def case_section(table: Table, case: str) -> str:
    """Return the table of a case."""
    of_case = {key[1:]: figures for key, figures in table.items() if key[0] == case}
    metrics = [m for m in EXACTNESS if any(m in figures for figures in of_case.values())]
    lines = []
    for name in dict.fromkeys(library for _, library in of_case):
        if all("instructions" not in of_case.get((target, name), {}) for target in TARGETS):
            continue
        line = [f"**{name}**" if name == OURS else name]
        for target in TARGETS:
            value = of_case.get((target, name), {}).get("instructions")
            line.append(number(value, digits(value)))
        figures = of_case.get(("m3", name), {})
        line += [number(figures.get(m), 1 if m.startswith("snr") else 3) for m in metrics]
        line += [number(figures.get("code_bytes")), number(figures.get("ram_bytes"))]
        lines.append(line)
    words = {
        "snr_db": "SNR", "snr_quiet_db": "SNR, quiet", "error_db": "error, dB",
        "error_quiet_db": "error, quiet",
    }  # fmt: skip
    head = ["instructions; rest on M3", *TARGETS.values(), *(words[m] for m in metrics)]
    return f"### {case}\n\n" + markdown([*head, "code", "RAM"], lines)


def calls_section(table: Table) -> str:
    """Return the table of calls from MicroPython, or nothing if none were measured."""
    calls = {key: value for key, value in table.items() if "call_instructions" in value}
    if not calls:
        return ""
    boards = [name for name in TARGETS if any(key[1] == name for key in calls)]
    lines = []
    for case, name in dict.fromkeys((key[0], key[2]) for key in calls):
        line = [f"{case}: **{name}**" if name == OURS else f"{case}: {name}"]
        figures = [calls.get((case, board, name), {}) for board in boards]
        line += [number(one.get("call_instructions")) for one in figures]
        lines.append([*line, number(figures[0].get("call_snr_db"))])
    head = ["instructions of a call", *(TARGETS[board] for board in boards), "SNR, dB"]
    return CALLS + markdown(head, lines)


def bytes_section(table: Table) -> str:
    """Return the table of native modules' bytes, or nothing if none were measured."""
    sized = {key: value["mpy_bytes"] for key, value in table.items() if "mpy_bytes" in value}
    if not sized:
        return ""
    lines = []
    for name in dict.fromkeys(key[2] for key in sized):
        line = [f"**{name}**" if name == OURS else name]
        for board in ARCHITECTURES:
            parts = [sized.get((case, board, name)) for case in BYTE_CASES]
            line += [number(part) for part in parts]
            line.append(number(sum(part or 0 for part in parts)))
        lines.append(line)
    head = ["bytes"]
    for title in ARCHITECTURES.values():
        head += [f"FFT, {title}", "biquads", "both"]
    judged = [
        f"{ARCHITECTURES[board]}: {number(value)} bytes, goal {number(BYTE_GOALS[board])}: "
        + ("met." if value <= BYTE_GOALS[board] else "**not met.**")
        for board, value in module_bytes(table).items()
    ]
    return BYTES + markdown(head, lines) + "\n" + " ".join(judged) + "\n"


def module_bytes(table: Table) -> dict[str, float]:
    """Return the bytes of our two modules together, by board."""
    return {
        board: sum(table[case, board, OURS]["mpy_bytes"] for case in BYTE_CASES)
        for board in BYTE_GOALS
        if all("mpy_bytes" in table.get((case, board, OURS), {}) for case in BYTE_CASES)
    }


def section(table: Table) -> str:
    """Return the document's part."""
    parts = [INTRODUCTION, goals_section(table)]
    parts += [case_section(table, case) for case in cases(table)]
    parts += [calls_section(table), bytes_section(table)]
    return "\n".join(part for part in parts if part)


# ---- cost tables ---------------------------------------------------------------------------------


def cost_table(table: Table, page: str) -> str:
    """Return the cost table of a page; empty if nothing of it was measured."""
    prefix = f"cost {page}: "
    names = dict.fromkeys(case for case, _, _ in table if case.startswith(prefix))
    lines = []
    for name in names:
        line = [name.removeprefix(prefix)]
        for target in COST_TARGETS:
            value = ours(table, name, target).get("instructions")
            line.append(number(value, digits(value)))
        figures = ours(table, name, "m3")
        line += [number(figures.get("code_bytes")), number(figures.get("ram_bytes"))]
        lines.append(line)
    if not lines:
        return ""
    head = ["instructions", *COST_TARGETS.values(), "code on M3, bytes", "RAM, bytes"]
    return markdown(head, lines)


def with_costs(table: Table, docs: Path) -> dict[Path, str]:
    """Return the pages that have marks for cost tables, with the tables in them."""
    pages = {}
    for path in sorted(docs.rglob("*.md")):
        text = path.read_text()

        def fill(match: re.Match[str]) -> str:
            return match[1] + cost_table(table, match[2]) + match[3]

        if MARKS.search(text):
            pages[path] = MARKS.sub(fill, text)
    return pages
