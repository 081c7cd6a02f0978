"""The measurement of signal processing that bench/dsp.py starts."""

import argparse
import fcntl
import fnmatch
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from . import dsp_micropython, results, signals
from .costs import Cost, entries
from .dsp_cases import CASES, Array, Case, judge
from .dsp_libraries import ADAPTORS, DTYPES, Library, libraries
from .environment import BUILD, ROOT
from .natives import WORK_BYTES, Call, keep
from .results import Row
from .targets import M0, TARGETS, BenchError, Parts, Run, Target, build, measure, sizes

RESULTS = ROOT / "bench" / "results" / "dsp.json"
WORK = BUILD / "dsp"
OURS = "senselet"


def prepare(folder: Path, rows: Array, library: Library, target: Target) -> Parts:
    """Write what a program is compiled from."""
    folder.mkdir(parents=True, exist_ok=True)
    rows_file, model_file = folder / "rows.bin", folder / "model.bin"
    keep(rows_file, rows.tobytes())
    kind, count = library.output
    if isinstance(library.adaptor, Call):
        call = library.adaptor
        adaptor, unit = call.write_sources(folder)
        keep(model_file, call.opened_with())
        sources: tuple[Path, ...] = (unit,)
        includes: tuple[Path, ...] = (ROOT / "core",)
        flags, work_bytes = call.flags(target.name), WORK_BYTES
    else:
        adaptor = ADAPTORS / library.adaptor
        keep(model_file, library.model)
        sources, includes = library.sources, library.includes
        flags, work_bytes = library.flags(target.name), library.work_bytes
    return Parts(
        adaptor=adaptor,
        sources=sources,
        includes=includes,
        defines=(*library.defines, f"ROW_BYTES={rows[0].nbytes}"),
        rows=rows_file,
        row_count=len(rows),
        row_bytes=rows[0].nbytes,
        model=model_file,
        output_bytes=count * np.dtype(DTYPES[kind]).itemsize,
        work_bytes=work_bytes,
        flags=flags,
    )


def empty_program(target: Target, parts: Parts) -> Path:
    """Build the program without a library for the same input and output; see flash_bytes."""
    nothing = WORK / "empty" / "nothing"
    nothing.parent.mkdir(parents=True, exist_ok=True)
    keep(nothing, b"")
    empty = replace(
        parts, adaptor=ADAPTORS / "empty.c", sources=(), includes=(), defines=(), flags=(),
        rows=nothing, model=nothing, row_count=0,
        # The memory for these is counted nowhere: one program serves all.
        row_bytes=0, output_bytes=0, work_bytes=0,
    )  # fmt: skip
    return build(target, empty, WORK / "empty" / target.name)


def measure_library(case: Case, library: Library, target: Target) -> list[Row]:
    """Measure one library on one case and target, and how exact its result is."""
    folder = WORK / case.name / library.name.replace(" ", "-")
    parts = prepare(folder, signals.items(case.rows, library.rows), library, target)
    program = build(target, parts, folder / target.name)
    run = measure(target, program, parts.row_count, parts.output_bytes)
    kind, count = library.output
    found = np.frombuffer(run.output, dtype=DTYPES[kind]).reshape(parts.row_count, count)
    exact = case.exact if library.exact is None else library.exact(case)
    decoded = library.decode(found)
    if decoded.shape != exact.shape:
        raise BenchError(f"{library.name}: {decoded.shape} results, not {exact.shape}")
    figures: dict[str, float] = {
        "instructions": round(run.instructions / case.divisor, 2),
        **memory(target, parts, program, run),
        **judge(case, decoded, exact),
    }
    return [Row(case.name, target.name, library.name, m, float(v)) for m, v in figures.items()]


def memory(target: Target, parts: Parts, program: Path, run: Run) -> dict[str, float]:
    """Return bytes of code and constants, and of RAM: state, tables, scratch and stack."""
    with_library, without = sizes(program), sizes(empty_program(target, parts))
    own = without.symbols["bench_setup"] + without.symbols["bench_run"]
    # Coefficients and tables in the model's file are constants, too.
    code = with_library.flash - (without.flash - own) + parts.model.stat().st_size
    figures: dict[str, float] = {"code_bytes": code}
    if run.stack is not None:
        figures["ram_bytes"] = with_library.ram - without.ram + run.stack + run.work
    return figures


def measure_cost(cost: Cost, target: Target) -> list[Row]:
    """Measure what a function of ours costs on a target."""
    kind, count = cost.call.output()
    library = Library(
        OURS, "", cost.call, (kind, cost.samples if count is None else count), lambda x: x
    )
    folder = WORK / "costs" / re.sub(r"[^\w.]+", "-", cost.name)
    parts = prepare(folder, cost.rows, library, target)
    program = build(target, parts, folder / target.name)
    run = measure(target, program, parts.row_count, parts.output_bytes or 1)
    if cost.fails(run.output):
        raise BenchError(f"{cost.name}: the call fails, or gives nothing")
    figures = {
        "instructions": round(run.instructions / cost.divisor, 2),
        **memory(target, parts, program, run),
    }
    return [Row(cost.name, target.name, OURS, m, float(v)) for m, v in figures.items()]


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="Measure signal processing.")
    parser.add_argument("--case", default="*", help="pattern of case names")
    parser.add_argument("--library", default="*", help="pattern of library names")
    parser.add_argument("--target", default="*", help="pattern of target names")
    parser.add_argument("--no-boards", action="store_true", help="no calls from MicroPython")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--update", action="store_true", help="put what was measured among the published results"
    )
    parser.add_argument("--output", type=Path, help=f"default: {RESULTS.relative_to(ROOT)}")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs would build in the same folders
        measure_all(options)
    return 0


def measure_all(options: argparse.Namespace) -> None:
    """Measure what the options name and write the results."""
    start = time.monotonic()
    every = [t for t in [*TARGETS, M0] if fnmatch.fnmatch(t.name, options.target)]
    targets = [target for target in every if target is not M0]
    jobs: list[tuple[str, Callable[[], list[Row]]]] = [
        (
            f"{case.name} {target.name} {library.name}",
            partial(measure_library, case, library, target),
        )
        for case in CASES
        if fnmatch.fnmatch(case.name, options.case)
        for library in libraries(case)
        if fnmatch.fnmatch(library.name, options.library)
        for target in targets
        if target.name in library.targets
    ]
    if fnmatch.fnmatch(OURS, options.library):
        jobs += [
            (f"{cost.name} {target.name}", partial(measure_cost, cost, target))
            for cost in entries()
            if fnmatch.fnmatch(cost.name, options.case)
            for target in every
            if cost.suits(target.name)
        ]
    for target in every:
        empty_program(target, Parts(ADAPTORS / "empty.c", (), (), (), WORK, 0, 0, WORK))
    rows = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for (name, _), found in zip(jobs, pool.map(lambda job: job[1](), jobs), strict=True):
            rows += found
            figures = ", ".join(f"{row.metric} {row.value:g}" for row in found)
            print(f"[{time.monotonic() - start:.0f} s] {name}: {figures}")
    if not options.no_boards and options.library == "*" and options.case == "*":
        rows += dsp_micropython.measure_calls()
    complete = not options.no_boards and (options.case, options.library, options.target) == (
        "*", "*", "*",
    )  # fmt: skip
    output = options.output or (RESULTS if complete or options.update else WORK / "dsp.json")
    if options.update and not complete:
        rows = updated(results.read(RESULTS), rows)
    results.write(output, rows)
    print(f"Wrote {len(rows)} figures to {output} in {time.monotonic() - start:.0f} s")


def updated(published: list[Row], measured: list[Row]) -> list[Row]:
    """Return the published rows with the measured ones in their places, new ones at the end.

    Rows of cases that are no more are left out.
    """
    known = {case.name for case in CASES} | {cost.name for cost in entries()}
    new = {row[:4]: row for row in measured}
    rows = [new.pop(row[:4], row) for row in published if row.case in known]
    return rows + list(new.values())
