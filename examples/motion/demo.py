"""The main job, end to end: train a motion classifier and run it on virtual boards.

    make demo

Everything it makes is left in build/demo: the model and what each board answered; the summary is
build/demo.json.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import senselet
from examples.motion.compare import compare
from senselet.cli.output import confusion_table, kilobytes, needs_table
from senselet.data import Recording, load_watch
from senselet.deploy import Needs, WindowResult, install, measure, play
from senselet.links import open_link
from senselet.model_file import write_atomically
from senselet.training import (
    TrainedModel,
    load_recipe,
    plain_forest_accuracy,
    to_model_file,
    train,
)

ROOT = Path(__file__).resolve().parent.parent.parent
BOARDS = ("m3", "m4f", "rv32", "unix")
OUT = ROOT / "build" / "demo"
SUMMARY = OUT.with_suffix(".json")


@dataclass(frozen=True)
class BoardRun:
    """What a board did."""

    name: str
    results: list[WindowResult]
    needs: Needs
    instructions_per_window: int | None
    ram_bytes: int


def samples_of(recording: Recording) -> bytes:
    """The recording as the sensor delivers it: little-endian float32, channels interleaved."""
    return np.ascontiguousarray(recording.samples, dtype="<f4").tobytes()


def on_laptop(model: senselet.Model, recordings: list[Recording]) -> list[WindowResult]:
    """Classify the recordings with the laptop's build of the core."""
    results = []
    for number, recording in enumerate(recordings):
        stream = model.stream()
        stream.push(np.ascontiguousarray(recording.samples, dtype=np.float32))
        index = 0
        while stream.next():
            digits = stream.probabilities.tobytes().hex()
            results.append(WindowResult(number, index, digits, str(stream.label)))
            index += 1
    return results


def on_board(name: str, model_path: Path, recordings: list[Recording], needs: Needs) -> BoardRun:
    """Install the model on a freshly started board, as on a real one, and play the recordings."""
    folder = OUT / f"{name}.files"
    folder.mkdir(exist_ok=True)
    with open_link(f"sim:{name}", host_folder=folder) as link:
        install(link, model_path)
        played = play(link, f"/{model_path.name}", [samples_of(r) for r in recordings], folder)
    instructions = played.instructions
    assert played.ram_bytes is not None
    return BoardRun(
        name,
        played.results,
        needs,
        None if instructions is None else round(instructions / max(1, len(played.results))),
        played.ram_bytes,
    )


def write_evidence(path: Path, results: list[WindowResult]) -> None:
    """One line a window: ``recording index hex-of-probabilities class``."""
    write_atomically(path, "".join(r.line() + "\n" for r in results).encode())


def accuracy(results: list[WindowResult], recordings: list[Recording]) -> float:
    """Share of windows whose class is the recording's label."""
    right = [r.label == recordings[r.recording].label for r in results]
    return sum(right) / len(right)


def result_table(rows: list[dict[str, object]], runs: dict[str, BoardRun]) -> Table:
    """The table that the demo ends with."""
    table = Table(title="The same model on every board", title_style="bold")
    for heading in ("board", "windows", "accuracy", "same bytes", "instructions a window"):
        table.add_column(heading, justify="left" if heading == "board" else "right")
    for heading in ("core alone", "modules", "peak RAM"):
        table.add_column(heading, justify="right")
    for row in rows:
        run = runs[str(row["name"])]
        whole, core = run.instructions_per_window, run.needs.core_instructions_per_window
        table.add_row(
            str(row["name"]),
            str(row["windows"]),
            f"{row['accuracy']:.3f}",
            "[green]yes[/]" if row["identical"] else "[bold red]NO[/]",
            f"{whole:,}" if whole is not None else "not counted",
            f"{core:,}" if core is not None else "not counted",
            kilobytes(run.needs.module_bytes),
            kilobytes(run.ram_bytes),
        )
    return table


def trained_model(console: Console, recordings: list[Recording]) -> tuple[TrainedModel, float]:
    """Train after the recipe, and the yardstick beside it."""
    recipe = load_recipe(Path(__file__).with_name("recipe.toml"))
    with console.status("Training"):
        trained = train(recipe, recordings)
        yardstick = plain_forest_accuracy(recipe, recordings)
    return trained, yardstick


def main() -> int:
    """Run the demo; 0 if every board gave the laptop's bytes."""
    start = time.monotonic()
    console = Console(width=None if sys.stdout.isatty() else 110, record=True)
    OUT.mkdir(parents=True, exist_ok=True)

    console.rule("1  Recordings")
    recordings = load_watch(report=console.print)
    subjects = {r.groups["subject"] for r in recordings}
    console.print(
        f"{len(recordings)} recordings of {len(subjects)} people, "
        f"{sum(r.seconds for r in recordings) / 60:.0f} minutes, 50 Hz, "
        "accelerometer and gyroscope of a smart watch"
    )

    console.rule("2  Training")
    trained, yardstick = trained_model(console, recordings)
    testers = ", ".join(trained.recipe.split.test_groups)
    console.print(
        f"Learned from {trained.train_windows} windows; tested on {len(trained.test)} windows of "
        f"people it has never seen (subjects {testers})"
    )
    console.print(confusion_table(trained.labels, trained.confusion))
    console.print(
        f"Accuracy [bold]{trained.accuracy:.3f}[/]; a plain random forest on mean, standard "
        f"deviation and energy: {yardstick:.3f}"
    )

    console.rule("3  The model")
    model_path = OUT / "motion.sense"
    data = to_model_file(trained).to_bytes()
    write_atomically(model_path, data)
    model = senselet.load(str(model_path))
    example = samples_of(recordings[int(trained.train_recordings[0])])
    console.print(f"{model_path.relative_to(ROOT)}: {len(data):,} bytes. What it needs, measured:")
    with ThreadPoolExecutor(2) as pool, console.status("Measuring on virtual boards"):
        measured = pool.map(lambda b: measure(model, data, f"sim:{b}", example), BOARDS)
        needs = dict(zip(BOARDS, measured, strict=True))
    console.print(needs_table(list(needs.values())))

    console.rule("4  On the boards")
    held_out = [recordings[int(i)] for i in trained.test_recordings]
    laptop = on_laptop(model, held_out)
    write_evidence(OUT / "laptop.txt", laptop)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    runs: dict[str, BoardRun] = {}
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(2) as pool:
        task = progress.add_task("Installing and playing", total=len(BOARDS))
        jobs = [pool.submit(on_board, b, model_path, held_out, needs[b]) for b in BOARDS]
        for job in jobs:
            run = job.result()
            runs[run.name] = run
            write_evidence(OUT / f"{run.name}.txt", run.results)
            progress.advance(task)

    console.rule("5  Result")
    rows: list[dict[str, object]] = []
    for name in BOARDS:
        run = runs[name]
        rows.append(
            {
                "name": name,
                "accuracy": accuracy(run.results, held_out),
                "identical": compare(OUT / "laptop.txt", OUT / f"{name}.txt").identical,
                "windows": len(run.results),
                "instructions_per_window": run.instructions_per_window,
                "core_instructions_per_window": run.needs.core_instructions_per_window,
                "ram_bytes": run.ram_bytes,
                "module_bytes": run.needs.module_bytes,
            }
        )
    console.print(result_table(rows, runs))
    summary = {
        "accuracy_laptop": accuracy(laptop, held_out),
        "accuracy_forest": yardstick,
        "windows": len(laptop),
        "model_bytes": len(data),
        "boards": rows,
    }
    write_atomically(SUMMARY, (json.dumps(summary, indent=2) + "\n").encode())
    identical = all(row["identical"] for row in rows)
    console.print(
        f"Evidence: {OUT.relative_to(ROOT)}/*.txt, {SUMMARY.relative_to(ROOT)}. "
        f"{time.monotonic() - start:.0f} s."
    )
    console.save_svg(str(OUT / "demo.svg"), title="make demo")
    return 0 if identical else 1


if __name__ == "__main__":
    sys.exit(main())
