"""Write docs/benchmarks.md from the results of the benchmarks.

Run it as ``python bench/report.py``. With ``--check`` the exit code tells whether every goal is
met.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.harness import report_dsp, results
from bench.harness.tables import DASH, TARGETS, Figures, Table, gather, markdown, number

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results" / "trees.json"
DSP_RESULTS = ROOT / "bench" / "results" / "dsp.json"
DOCUMENT = ROOT / "docs" / "benchmarks.md"

OURS, MODEL = "senselet", "scikit-learn"


@dataclass(frozen=True)
class Goal:
    """A figure that Senselet is held to, and what it is compared with.

    Attributes
    ----------
    what
        What is measured, in words.
    case, target, library, metric
        The figure.
    limit
        The most it may be; for an agreement, the least.
    peer
        The library whose figure stands beside it, or None.
    per_node
        Whether the figure is divided by the nodes visited.
    """

    what: str
    case: str
    library: str
    metric: str
    limit: float
    peer: str | None
    target: str = "m3"
    per_node: bool = False


HARD, SOFT = "emlearn 0.23.2 loadable hard int16", "emlearn 0.23.2 loadable soft int16"
VOTES, PROBABILITIES = "senselet votes int16", "senselet probabilities int16"
TEN, HUNDRED = "digits-10x8", "digits-100x8"
GOALS = [
    Goal("instructions a prediction, votes", TEN, VOTES, "instructions", 900, HARD),
    Goal(
        "instructions a prediction, exact probabilities",
        TEN, PROBABILITIES, "instructions", 1500, SOFT,
    ),
    Goal(
        "instructions of the call from MicroPython, votes",
        TEN, VOTES, "call_instructions", 1800, HARD,
    ),
    Goal("model bytes, votes", TEN, VOTES, "model_bytes", 4300, HARD),
    Goal("model bytes, exact probabilities", TEN, PROBABILITIES, "model_bytes", 6500, SOFT),
    Goal("agreement with scikit-learn", TEN, PROBABILITIES, "agreement", 1.0, SOFT),
    Goal(
        "instructions a visited node, 100 trees, votes",
        HUNDRED, VOTES, "instructions", 8, HARD, per_node=True,
    ),
]  # fmt: skip

INTRODUCTION = """\
# Benchmarks

Written by `bench/report.py` from `bench/results/*.json`; change those, not this file.
`make bench` measures everything again, in one run, on one computer, without hardware.

## Tree ensembles: what is measured

Random forests of scikit-learn, on the data sets `digits` (64 integer features, 0 ... 16,
10 classes) and `breast_cancer` (30 features, 0.0009 ... 4254, 2 classes), 30 % of each kept for
the test; seeds, split and versions are fixed in `bench/harness/forests.py` and
`bench/requirements.txt`. Every library gets the same forest and the same test rows, is compiled by
the same compiler (`-O2 -ffp-contract=off`, unused functions dropped; Senselet's core with the
`-Os -fno-jump-tables` of the modules it ships in), and is used as its documentation says.

- **instructions**: mean over the test set, of the predict function alone, from its first
  instruction to its return. x86-64: counted by callgrind. Cortex-M3, Cortex-M4F, RV32IMAC: counted
  on QEMU (`-icount shift=0`), exactly; each program first checks its counter against functions of
  known length. Instructions are not cycles: an M3 takes 2 cycles for most loads and 2 to 4 for a
  branch that is taken.
- **a node**: instructions divided by the decision nodes that the test rows visit.
- **model**: bytes of the model's tables or file. Where a library generates code, bytes of that
  code and its constants, for there the code is the model.
- **code**: bytes of the library's own code in a program that predicts (and, where the model is a
  file, checks it), with all it needs from the compiler's library (software floating point).
- **RAM**: bytes of static variables and of the deepest stack, during setup and all predictions.
- **agreement**: share of the test rows whose class equals that of scikit-learn's `predict`.
  Where the trees vote, a forest can rightly differ from scikit-learn, which averages
  probabilities: **vote agr.** compares with the majority of scikit-learn's own trees.
- **accuracy**: share of the test rows whose class is right.

Every program prints the class of each test row; a run fails unless all targets give the same ones.
On digits with 100 trees, m2cgen and micromlgen take a compiler minutes: only with `--slow`.

The features' number format is part of a library's name. emlearn's loadable trees take int16 only,
and its documentation asks to scale the features to that range *before training*. The plain cases
show what happens without it: emlearn converts thresholds by cutting off their fraction and
compares with `<` where scikit-learn has `<=`, so that a threshold of 7.5 sends 7 to the wrong
side, and features between 0 and 1 all become 0. The cases named `-scaled` do as its documentation
asks: every feature is stretched to 0 ... 32767 and the forest trained on those integers. Its
`float32` variants (inline only) need no scaling.
"""

MICROPYTHON = """\
## Called from MicroPython

**call instructions**: mean over the test set of one call from MicroPython on a virtual board,
argument passing and result object included (`virtual.measure`). *senselet* is the native module as
it is shipped, compiled for size (`-Os`), its `predict` given an array. *emlearn* is its C function,
compiled for speed (`-O2`), in a minimal native module of ours, an array in, a class out. *pure*,
*native* and *viper* are the same walk written in Python for the three ways in which MicroPython
runs it (`bench/trees/micropython/`): integer features, votes. All classes are verified here, too.
"""


def figure(table: Table, goal: Goal, library: str | None) -> float | None:
    """Return the figure that a goal speaks of, for that library."""
    if library is None:
        return None
    value = table.get((goal.case, goal.target, library), {}).get(goal.metric)
    if value is None or not goal.per_node:
        return value
    return value / facts(table, goal.case)["visited_nodes"]


def facts(table: Table, case: str) -> Figures:
    """Return the figures of a case's forest as scikit-learn has it."""
    return next(
        figures for (c, _, lib), figures in table.items() if c == case and lib.startswith(MODEL)
    )


def is_met(goal: Goal, value: float | None) -> bool:
    """Tell whether a goal is reached; one that was not measured is not."""
    if value is None:
        return False
    return value >= goal.limit if goal.metric == "agreement" else value <= goal.limit


def goals_section(table: Table) -> str:
    """Return the table of goals for tree ensembles."""
    lines = []
    for goal in GOALS:
        digits = 2 if goal.per_node or goal.metric == "agreement" else 0
        value = figure(table, goal, goal.library)
        word = "≥" if goal.metric == "agreement" else "≤"
        lines.append(
            [
                f"{goal.what} ({goal.case})",
                number(figure(table, goal, goal.peer), digits),
                f"{word} {number(goal.limit, digits)}",
                number(value, digits),
                "yes" if is_met(goal, value) else "**no**" if value is not None else DASH,
            ]
        )
    head = ["Cortex-M3", "emlearn, same voting", "goal", "Senselet", "met"]
    return "## Held to\n\n" + markdown(head, lines)


def case_section(table: Table, case: str) -> str:
    """Return the tables of a case: one a target for speed, one for sizes and agreement."""
    of_case = {key[1:]: value for key, value in table.items() if key[0] == case}
    names = list(dict.fromkeys(lib for _, lib in of_case if not lib.startswith(MODEL)))
    names = [name for name in names if any("instructions" in of_case.get((t, name), {})
                                           for t in TARGETS)]  # fmt: skip
    fact = facts(table, case)
    text = (
        f"### {case}\n\n"
        f"{number(fact['decision_nodes'])} decision nodes, {number(fact['distinct_leaves'])} "
        f"distinct leaves; {number(fact['visited_nodes'], 1)} nodes visited a prediction; "
        f"scikit-learn's accuracy {fact['accuracy']:.3f}.\n\n"
    )

    def cell(target: str, name: str, metric: str) -> float | None:
        return of_case.get((target, name), {}).get(metric)

    columns: list[tuple[str, Callable[[str], str]]] = [
        ("x86-64", lambda n: number(cell("x64", n, "instructions"))),
        ("M3", lambda n: number(cell("m3", n, "instructions"))),
        (
            "M3, a node",
            lambda n: number((cell("m3", n, "instructions") or 0) / fact["visited_nodes"], 1),
        ),
        ("M4F", lambda n: number(cell("m4f", n, "instructions"))),
        ("RV32", lambda n: number(cell("rv32", n, "instructions"))),
        ("model", lambda n: number(cell("m3", n, "model_bytes"))),
        ("code", lambda n: number(cell("m3", n, "code_bytes"))),
        ("RAM", lambda n: number(cell("m3", n, "ram_bytes"))),
        ("agreement", lambda n: number(cell("x64", n, "agreement"), 3)),
        ("vote agr.", lambda n: number(cell("x64", n, "vote_agreement"), 3)),
        ("accuracy", lambda n: number(cell("x64", n, "accuracy"), 3)),
    ]
    head = ["instructions; bytes on M3", *(title for title, _ in columns)]
    lines = [[f"**{n}**" if n.startswith(OURS) else n, *(f(n) for _, f in columns)] for n in names]
    return text + markdown(head, lines)


def micropython_section(table: Table) -> str:
    """Return the tables of calls from MicroPython, or nothing if none were measured."""
    calls = {key: value for key, value in table.items() if "call_instructions" in value}
    if not calls:
        return ""
    text = MICROPYTHON
    boards = [name for name in TARGETS if any(key[1] == name for key in calls)]
    for case in dict.fromkeys(key[0] for key in calls):
        names = dict.fromkeys(key[2] for key in calls if key[0] == case)
        pure = next((name for name in names if name.endswith("pure")), None)
        lines = []
        for name in names:
            line = [f"**{name}**" if name.startswith(OURS) else name]
            for board in boards:
                value = calls.get((case, board, name), {}).get("call_instructions")
                base = calls.get((case, board, pure or ""), {}).get("call_instructions")
                line.append(number(value))
                line.append(f"{base / value:.1f}" if base and value else DASH)
            lines.append(line)
        head = ["call instructions"]
        for board in boards:
            head += [TARGETS[board], "times pure's speed"]
        text += f"\n### {case}, from MicroPython\n\n" + markdown(head, lines)
    return text


def document(table: Table, dsp: Table) -> str:
    """Return the whole document."""
    cases = list(dict.fromkeys(case for case, _, _ in table))
    parts = [INTRODUCTION, goals_section(table), "## Each forest\n"]
    parts += [case_section(table, case) for case in cases]
    parts.append(micropython_section(table))
    parts.append(report_dsp.section(dsp))
    return "\n".join(part for part in parts if part)


def main() -> int:
    """Write the document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if a goal is not met")
    parser.add_argument("--results", type=Path, default=RESULTS.parent, help="folder")
    parser.add_argument("--docs", type=Path, default=DOCUMENT.parent, help="folder")
    options = parser.parse_args()
    table = gather(results.read(options.results / RESULTS.name))
    dsp = gather(results.read(options.results / DSP_RESULTS.name))
    written = {options.docs / DOCUMENT.name: document(table, dsp)}
    written |= report_dsp.with_costs(dsp, options.docs)
    for path, text in written.items():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"Wrote {path}")
    missed = [
        f"{goal.what}: {figure(table, goal, goal.library)}, goal {goal.limit}"
        for goal in GOALS
        if not is_met(goal, figure(table, goal, goal.library))
    ]
    missed += report_dsp.missed(dsp)
    for words in missed:
        print(f"Not met: {words}")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
