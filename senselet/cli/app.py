"""The commands. Each is a thin layer over a function of the package."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.core import TyperGroup

from senselet.cli.errors import explained

if TYPE_CHECKING:
    from senselet import training
    from senselet.data import Recording
    from senselet.deploy.play import InstalledModel
    from senselet.links import Link
    from senselet.plot import BoardSeries


class Commands(TyperGroup):
    """All commands, their errors explained."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; Typer would take an interrupt for itself."""
        with explained():
            return super().invoke(ctx)


app = typer.Typer(
    name="senselet",
    cls=Commands,
    help="Machine learning for MicroPython sensors: train, install and run models.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
CONSOLE = Console()

Recipe = Annotated[Path, typer.Argument(help="The recipe, a TOML file (docs/recipe.md).")]
Data = Annotated[
    str,
    typer.Option(
        help="A folder of recordings (docs/data.md), or a published data set, fetched when first "
        "used: `watch` (a smart watch), `drums`, `keys`, `speech`."
    ),
]
Model = Annotated[Path, typer.Argument(help="The model, a .sense file.")]
Device = Annotated[
    str,
    typer.Option(help="sim:m3, sim:unix, serial:/dev/ttyUSB0 …; `senselet devices` lists them."),
]


def main() -> None:
    """Run the command line."""
    with explained():
        app()


@contextmanager
def progress(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar; gives the function that moves it: ``report(text, done, total)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=CONSOLE, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def report(text: str, done: int, total: int) -> None:
            bar.update(task, description=text, completed=done, total=total)

        yield report


@app.command()
def train(
    recipe: Recipe,
    data: Data,
    output: Annotated[
        Optional[Path],  # noqa: UP045 - Typer reads the annotation at run time
        typer.Option(help="The model file to write; by default the recipe's name."),
    ] = None,
) -> None:
    """Train a model after a recipe, test it on the recipe's test groups, write it."""
    from senselet.cli.output import confusion_table
    from senselet.training import load_recipe, to_model_file
    from senselet.training import train as run

    parsed = load_recipe(recipe)
    recordings = load_data(data, parsed)
    with progress("training") as report:
        trained = run(parsed, recordings, progress=report)
    CONSOLE.print(confusion_table(trained.labels, trained.confusion))
    CONSOLE.print(
        f"Accuracy [bold]{trained.accuracy:.3f}[/] on {len(trained.test)} windows of "
        f"{parsed.split.group} {', '.join(parsed.split.test_groups)}, which were not learned from"
    )
    path = output or Path(f"{parsed.name}.sense")
    length = to_model_file(trained).save(path)
    CONSOLE.print(f"Wrote {path}: {length:,} bytes. `senselet info {path}` tells what it needs.")


@app.command()
def evaluate(
    recipe: Recipe,
    data: Data,
    folds: Annotated[int, typer.Option(help="How many parts; each is the test once.")] = 5,
    group: Annotated[
        str, typer.Option(help="What is kept together: subject, session, recording …")
    ] = "subject",
    window: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Seconds a window, instead of the recipe's; half of it is the hop."),
    ] = None,
) -> None:
    """Cross-validate a recipe: train several times, each time without some of the groups."""
    from senselet.cli.output import confusion_table
    from senselet.training import evaluate as run
    from senselet.training import load_recipe

    parsed = load_recipe(recipe)
    if window is not None:
        parsed = parsed.with_window(window)
    recordings = load_data(data, parsed)
    with progress("evaluating") as report:
        result = run(
            parsed,
            recordings,
            folds=folds,
            group=group,
            progress=report,
        )
    table = Table()
    table.add_column("fold", justify="right")
    table.add_column(f"tested on {group}")
    table.add_column("accuracy", justify="right")
    for number, (names, accuracy) in enumerate(
        zip(result.fold_groups, result.accuracies, strict=True), start=1
    ):
        table.add_row(str(number), ", ".join(names), f"{accuracy:.3f}")
    CONSOLE.print(table)
    CONSOLE.print(confusion_table(result.labels, result.confusion))
    CONSOLE.print(
        f"Accuracy [bold]{result.mean:.3f}[/] ± {result.standard_deviation:.3f}, mean of {folds} "
        f"folds by {group}, windows of {parsed.window.seconds:g} s"
    )


@app.command()
def info(
    model: Model,
    measure: Annotated[
        bool, typer.Option(help="Measure on the virtual boards (needs their tools).")
    ] = False,
) -> None:
    """Tell what a model is, and what it needs on each kind of board."""
    import senselet
    from senselet.cli.output import kilobytes, needs_table
    from senselet.deploy import estimate
    from senselet.deploy import measure as run_measurement
    from senselet.deploy.files import architectures
    from senselet.runtime.model import STEP_BESIDE

    data = model.read_bytes()
    opened = senselet.load(str(model))
    rate = opened.rate_millihertz / 1000
    table = Table(show_header=False, box=None)
    table.add_row("file", f"{model}, {kilobytes(len(data))}")
    table.add_row(
        "input",
        f"{opened.channels} channels, {rate:g} samples a second, "
        f"{'int16' if opened.typecode == 'h' else 'float32'}",
    )
    table.add_row("window", f"{opened.window} samples, a result every {opened.hop}")
    steps = ""
    for index, (kind, inputs, outputs) in enumerate(opened.steps):
        mark = " + " if opened._sense.step(index, STEP_BESIDE) else " → "
        steps += (mark if steps else "") + f"{kind} ({inputs} → {outputs})"
    table.add_row("steps", steps)
    table.add_row("labels", ", ".join(opened.labels) or "none: regression")
    for section, values in tomllib.loads(opened.text).items():
        if isinstance(values, dict):
            for key, value in values.items():
                shown = ", ".join(map(str, value)) if isinstance(value, list) else value
                table.add_row(f"{section} {key}", str(shown))
    CONSOLE.print(table, highlight=False)
    if measure:
        window = bytes(opened.window * opened.channels * (2 if opened.typecode == "h" else 4))
        boards = ("m3", "m4f", "rv32", "unix")
        with CONSOLE.status("Measuring"):
            needs = [run_measurement(opened, data, f"sim:{b}", window * 2) for b in boards]
        CONSOLE.print("Measured on the virtual boards, with a sensor at rest:")
    else:
        needs = [estimate(opened, len(data), name) for name in architectures()]
        CONSOLE.print("Estimated from its parts (`--measure` runs it on the virtual boards):")
    CONSOLE.print(needs_table(needs))


@app.command()
def install(
    device: Device,
    model: Annotated[Optional[Path], typer.Option(help="The model to install.")] = None,  # noqa: UP045
    program: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            help="A program to install as main.py, which runs when the board starts; or a folder "
            "that holds main.py and what belongs to it."
        ),
    ] = None,
) -> None:
    """Install a model, a program or both on a board, and of the runtime what they need."""
    from senselet.cli.devices import opened
    from senselet.cli.output import kilobytes
    from senselet.deploy import install as run
    from senselet.deploy import program_files

    source = program_files(program) if program is not None else None
    with opened(device, save=True) as link, progress("installing") as report:
        result = run(
            link,
            model,
            program=source,
            on_progress=report,
        )
    for path in result.written:
        CONSOLE.print(f"  wrote {path}")
    if result.unchanged:
        CONSOLE.print(f"  {len(result.unchanged)} files were there already", style="dim")
    text = f"Installed for {result.architecture}"
    if result.needs is not None:
        text += f"; the model will use about {kilobytes(result.needs.ram_bytes)} of RAM"
    CONSOLE.print(text)


@app.command()
def run(
    device: Device,
    model: Annotated[
        str, typer.Option(help="Name of the installed model, if there are several.")
    ] = "",
    input: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="A recording (CSV, .npy, .npz, WAV) to play to the board."),
    ] = None,
    resample: Annotated[
        bool, typer.Option(help="Convert a recording of another rate than the model's.")
    ] = False,
) -> None:
    """Run an installed model on a board: on a recording, or else its main.py."""
    from senselet.cli.devices import opened
    from senselet.deploy.play import installed_model, play
    from senselet.links.sim import PREFIX

    virtual = device.startswith(PREFIX)
    if input is None:
        with opened(device, host_folder=Path.cwd()) as link:
            run_program(link)
        return
    with tempfile.TemporaryDirectory() as name, opened(device, host_folder=Path(name)) as link:
        installed = installed_model(link, model)
        played = play(
            link,
            installed.path,
            [read_samples(input, installed, resample=resample)],
            Path(name),
            virtual_sensor=virtual,
            on_window=lambda r: CONSOLE.print(f"window {r.index}: [bold]{r.label}[/]"),
        )
    text = f"{len(played.results)} windows"
    if played.instructions is not None and played.results:
        text += f", {played.instructions // len(played.results):,} instructions each"
    CONSOLE.print(text)


new = typer.Typer(help="Start something of your own from a template.", no_args_is_help=True)
build = typer.Typer(help="Build something of your own.", no_args_is_help=True)
app.add_typer(new, name="new")
app.add_typer(build, name="build")


@new.command("module")
def new_module(
    name: Annotated[str, typer.Argument(help="What programs will import.")],
) -> None:
    """Make a folder with a native module in C, to be changed to your own."""
    from senselet.native_module import new_module as run

    folder = run(name)
    for file in sorted(folder.iterdir()):
        CONSOLE.print(f"  wrote {file}")
    CONSOLE.print(f"`senselet build module {folder}` builds it.", highlight=False)


@build.command("module")
def build_module(
    folder: Annotated[Path, typer.Argument(help="The module's folder.")],
    arch: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Build for this architecture; may be given again. Else for all."),
    ] = None,
    device: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Build for this board, and copy the module to its /lib."),
    ] = None,
    small: Annotated[bool, typer.Option(help="Optimise for size, not for speed.")] = False,
) -> None:
    """Build a native module in C; with --device also install it."""
    from senselet.cli.devices import opened
    from senselet.native_module import architectures, fittest
    from senselet.native_module import build_module as run

    def built(name: str) -> Path:
        path = run(
            folder,
            name,
            optimise="-Os" if small else "-O2",
            on_warning=lambda text: CONSOLE.print(text, markup=False, highlight=False),
        )
        size = path.stat().st_size
        CONSOLE.print(f"  {name:<10} {size:>6,} bytes  {path}", highlight=False, soft_wrap=True)
        return path

    for name in arch or ([] if device else architectures()):
        built(name)
    if device:
        with opened(device, save=True) as link:
            module = built(fittest(link.info().architecture))
            link.put(f"/lib/{module.name}", module.read_bytes())
            CONSOLE.print(f"  wrote /lib/{module.name} on {device}", highlight=False)


@app.command()
def plot(
    recording: Annotated[Path, typer.Argument(help="A recording: WAV, CSV, .npy, .npz.")],
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The picture: .png, .svg or .pdf; by default NAME.png."),
    ] = None,
    panel: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            help="What to show, repeatedly: waveform, spectrogram, level, features, probabilities."
        ),
    ] = None,
    rate: Annotated[float, typer.Option(help="Samples a second, if the file tells none.")] = 0.0,
    log: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="Levels that a board logged: JSON lines or CSV."),
    ] = None,
    series: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="What to show of the log, repeatedly: LAF, LAeq …"),
    ] = None,
    full_scale: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Level of a sine at full scale in dB; without it levels are in dBFS."),
    ] = None,
    device: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Let a model on this board compute features and probabilities."),
    ] = None,
    model: Annotated[
        str, typer.Option(help="Name of the installed model, if there are several.")
    ] = "",
    resample: Annotated[
        bool, typer.Option(help="Convert a recording of another rate than the model's.")
    ] = False,
    title: Annotated[Optional[str], typer.Option(help="Above the picture.")] = None,  # noqa: UP045
) -> None:
    """Draw a recording, and what a board computed of it."""
    from senselet.data import load_file
    from senselet.plot import plot_recording, read_log, save_figure

    loaded = load_file(recording, label="", rate=rate, name=recording.name)
    logged = read_log(log, names=series or ()) if log is not None else None
    board = played_on(device, model, recording, resample) if device is not None else None
    figure = plot_recording(
        loaded, panel or (), log=logged, board=board, full_scale=full_scale, title=title
    )
    path = output or Path(f"{recording.stem}.png")
    save_figure(figure, path)
    CONSOLE.print(f"Wrote {path}: {loaded.seconds:.3g} s of {', '.join(loaded.channels)}")


@app.command()
def devices() -> None:
    """List the boards that commands can use: virtual ones and what is plugged in."""
    from senselet.links import list_devices

    table = Table()
    table.add_column("device")
    table.add_column("what it is")
    for device in list_devices():
        table.add_row(device.name, device.description)
    CONSOLE.print(table)


def load_data(data: str, recipe: training.Recipe) -> list[Recording]:
    """Recordings from a folder, or the published data set of that name."""
    from senselet.data import load_folder, load_watch
    from senselet.data.sounds import SOUNDS

    source = recipe.input
    if data == "watch" and not Path(data).exists():
        return load_watch(report=CONSOLE.print)
    if data in SOUNDS and not Path(data).exists():
        load = SOUNDS[data]
        return load(sample_type=source.sample_type, scale=source.scale, report=CONSOLE.print)
    return load_folder(
        data,
        rate=source.rate,
        sample_type=source.sample_type,
        scale=source.scale,
        resample=source.resample,
    )


def played_on(device: str, model: str, recording: Path, resample: bool) -> BoardSeries:
    """What an installed model on a board makes of a recording."""
    from senselet.cli.devices import opened
    from senselet.deploy.play import installed_model
    from senselet.links.sim import PREFIX
    from senselet.plot import play_on_board

    with tempfile.TemporaryDirectory() as name, opened(device, host_folder=Path(name)) as link:
        installed = installed_model(link, model)
        samples = read_samples(recording, installed, resample=resample)
        virtual = device.startswith(PREFIX)
        return play_on_board(link, installed, samples, Path(name), virtual_sensor=virtual)


def read_samples(path: Path, model: InstalledModel, *, resample: bool = False) -> bytes:
    """A recording's samples as the sensor delivers them, checked against the model."""
    import numpy as np

    from senselet.data import DataError, load_file

    recording = load_file(
        path,
        label="",
        rate=model.rate,
        sample_type="int16" if model.typecode == "h" else "float32",
        scale=model.scale,
        resample=resample,
    )
    values = recording.samples
    if values.shape[1] != model.channels:
        raise DataError(
            f"{path} has {values.shape[1]} channels, and the model takes {model.channels}",
            "give a recording of the sensor that the model was trained for",
        )
    if model.scale != 1:  # recordings are in the sensor's unit
        values = values / np.float32(model.scale)
    if model.typecode == "f":
        return np.ascontiguousarray(values, dtype="<f4").tobytes()
    if not np.isfinite(values).all():
        raise DataError(
            f"{path} has missing values, which a sensor of whole numbers does not deliver",
            "fill the gaps, or cut the recording",
        )
    return np.clip(np.rint(values), -32768, 32767).astype("<i2").tobytes()


def run_program(link: Link) -> None:
    """Run the board's main.py until it ends or Ctrl-C."""
    from senselet.links import LinkError

    if not link.exists("/main.py"):
        raise LinkError(
            f"There is no main.py on {link.name}.",
            "Give --input RECORDING, or install a program with `senselet install --program`.",
        )
    link.soft_reset()
    link.watch("exec(open('/main.py').read())", lambda text: print(text, end="", flush=True))


if __name__ == "__main__":
    main()
