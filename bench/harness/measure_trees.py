"""The measurement of tree ensembles that bench/trees.py starts."""

import argparse
import fcntl
import fnmatch
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import sklearn

from . import micropython, results
from .environment import BUILD, ROOT
from .forests import CASES, Case, Forest, share, train
from .libraries import Library, libraries
from .results import Row
from .targets import (
    TARGETS,
    BenchError,
    Parts,
    Run,
    Target,
    build,
    measure,
    sizes,
)

RESULTS = ROOT / "bench" / "results" / "trees.json"
WORK = BUILD / "trees"
ADAPTORS = ROOT / "bench" / "trees"
FORESTS: dict[Case, Forest] = {}  # filled before the workers are forked


def slug(name: str) -> str:
    """Return a name that can be a folder's."""
    return name.replace(" ", "-")


def empty_program(target: Target) -> Path:
    """Build the program without a library, whose sizes are subtracted."""
    folder = WORK / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    nothing = folder / "nothing"
    nothing.write_bytes(b"")
    parts = Parts(ADAPTORS / "empty.c", (), (), (), nothing, 0, 0, nothing)
    return build(target, parts, folder / target.name)


def prepare(library: Library, forest: Forest) -> Parts:
    """Convert the forest and write what the program is compiled from."""
    folder = WORK / forest.case.name / slug(library.name)
    folder.mkdir(parents=True, exist_ok=True)
    model = library.generate(forest)
    model_file = folder / "model.bin"
    model_file.write_bytes(model if isinstance(model, bytes) else b"")
    if isinstance(model, str):
        (folder / "model.h").write_text(model)
    rows = forest.rows(library.rows)
    rows_file = folder / "rows.bin"
    rows_file.write_bytes(rows.tobytes())
    return Parts(
        adaptor=ADAPTORS / library.adaptor,
        sources=library.sources,
        includes=(folder, *library.includes),
        defines=(
            *library.defines,
            f"FEATURES={forest.n_features}",
            f"CLASSES={forest.n_classes}",
        ),
        rows=rows_file,
        row_count=len(rows),
        row_bytes=rows[0].nbytes,
        model=model_file,
    )


def flash_bytes(library: Library, parts: Parts, target: Target, program: Path) -> tuple[int, int]:
    """Return the bytes of the model and of the code that runs it."""
    with_library, without = sizes(program), sizes(empty_program(target))
    own = without.symbols["bench_setup"] + without.symbols["bench_run"]
    total = with_library.flash - (without.flash - own)
    model = parts.model.stat().st_size
    if model:
        return model, total
    if library.symbols:
        model = sum(with_library.symbols[name] for name in library.symbols)
    else:
        # On x64 generated code calls nothing of the compiler's library: all of it is the model.
        model = with_library.library if target.machine else total
    return model, total - model


def measure_library(case: Case, name: str, targets: list[str]) -> list[Row]:
    """Measure one library on one case, on each target; verify that all give the same classes."""
    library = next(lib for lib in libraries() if lib.name == name)
    forest = FORESTS[case]
    parts = prepare(library, forest)
    rows = []
    expected: Run | None = None
    for target in TARGETS:
        # The host always runs: the others' classes are compared with its.
        if target.name not in targets and target.machine:
            continue
        folder = WORK / case.name / slug(name) / target.name
        program = build(target, parts, folder)
        result = measure(target, program, parts.row_count)
        expected = expected or result
        (folder.parent / "classes").write_bytes(expected.output)
        if result.output != expected.output:
            raise BenchError(f"{name} on {case.name}: {target.name} gives other classes than x64")
        classes = np.frombuffer(result.output, dtype=np.uint8)
        model, code = flash_bytes(library, parts, target, program)
        figures = {
            "instructions": round(result.instructions, 2),
            "model_bytes": model,
            "code_bytes": code,
            "agreement": share(classes == forest.predicted),
            "accuracy": share(classes == forest.y_test),
        }
        if library.votes:
            figures["vote_agreement"] = share(classes == forest.voted)
        if result.stack is not None:
            static = sizes(program).ram - sizes(empty_program(target)).ram
            figures["ram_bytes"] = static + result.stack
        rows += [Row(case.name, target.name, name, m, float(v)) for m, v in figures.items()]
    return rows


def model_rows(forest: Forest) -> list[Row]:
    """Return the figures of the model itself, as scikit-learn has it."""
    name = f"scikit-learn {sklearn.__version__}"
    return [Row(forest.case.name, "x64", name, m, v) for m, v in forest.facts.items()]


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description="Measure tree ensembles.")
    parser.add_argument("--case", default="*", help="pattern of case names")
    parser.add_argument("--library", default="*", help="pattern of library names")
    parser.add_argument("--target", default="*", help="pattern of target names")
    parser.add_argument("--slow", action="store_true", help="also what takes minutes to compile")
    parser.add_argument("--no-boards", action="store_true", help="no calls from MicroPython")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
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
    cases = [case for case in CASES if fnmatch.fnmatch(case.name, options.case)]
    targets = [t.name for t in TARGETS if fnmatch.fnmatch(t.name, options.target)]
    chosen = [lib for lib in libraries() if fnmatch.fnmatch(lib.name, options.library)]
    rows: dict[tuple[int, int], list[Row]] = {}
    for index, case in enumerate(cases):
        FORESTS[case] = train(case)
        rows[index, -1] = model_rows(FORESTS[case])
    for target in TARGETS:
        empty_program(target)
    jobs = [
        (c, n)
        for c, case in enumerate(cases)
        for n, library in enumerate(chosen)
        if library.suits(case) and (options.slow or not library.slow(case))
    ]
    # The largest first, so that no core waits for another at the end.
    jobs.sort(key=lambda job: (chosen[job[1]].slow(cases[job[0]]), cases[job[0]].n_trees))
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        futures = {
            pool.submit(measure_library, cases[c], chosen[n].name, targets): (c, n)
            for c, n in reversed(jobs)
        }
        for done, future in enumerate(as_completed(futures), start=1):
            c, n = futures[future]
            rows[c, n] = future.result()
            seconds = time.monotonic() - start
            print(f"[{done}/{len(jobs)}, {seconds:.0f} s] {cases[c].name}: {chosen[n].name}")
    by_name = {case.name: FORESTS[case] for case in cases}
    if not options.no_boards and options.library == "*":
        called = [by_name[name] for name in micropython.CASES if name in by_name]
        rows[len(cases), 0] = micropython.measure_calls(called)
    ordered = [row for key in sorted(rows) for row in rows[key]]
    complete = (options.case, options.library, options.target) == ("*", "*", "*")
    output = options.output or (RESULTS if complete else WORK / "trees.json")
    results.write(output, ordered)
    print(f"Wrote {len(ordered)} figures to {output} in {time.monotonic() - start:.0f} s")
