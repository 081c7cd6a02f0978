"""The command line: what it prints, and one sentence for whatever can go wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import small_model

import senselet
from senselet.cli import main
from senselet.data import Recording
from senselet.links import open_link

COMMANDS = ("train", "evaluate", "info", "install", "run", "plot", "devices", "new", "build")
PROGRAM = "from senselet.cli import main; main()"
INTERRUPTED = "Interrupted; nothing is left half done."


class Said:
    """How a command ended, and what it said; line breaks are the terminal's and do not count."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = " ".join(out.split())
        self.err = " ".join(err.split())
        assert "Traceback" not in out + err


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def own_boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Virtual boards as good as new, and not the user's."""
    monkeypatch.setenv("SENSELET_FLASH", str(tmp_path / "flash"))


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in this process."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["senselet", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        assert isinstance(end.value.code, int)
        return Said(end.value.code, *capsys.readouterr())

    return run


def failed(said: Said, sentence: str, hint: str = "") -> None:
    """Expect one sentence and perhaps a hint, and nothing else."""
    assert said.status == 1
    assert said.out == ""
    assert re.fullmatch(r"error: (.*?)( hint: .*)?", said.err), said.err
    before, _, after = said.err.partition(" hint: ")
    assert sentence in before
    assert hint in after
    assert said.err.count("error:") == 1


def write_csv(path: Path, recording: Recording, rate: float = 0.0) -> Path:
    """A recording as a table, with a column of times if the rate is given."""
    values, names = recording.samples, list(recording.channels)
    if rate:
        values = np.column_stack([np.arange(len(values)) / rate, values])
        names = ["time", *names]
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, values, delimiter=",", header=",".join(names), comments="", fmt="%.6g")
    return path


def data_set(folder: Path, recordings: list[Recording]) -> Path:
    """A folder for each label, and a label file that tells who is who."""
    lines = ["file,label,subject"]
    for recording in recordings:
        file = f"{recording.label}/{recording.name}.csv"
        write_csv(folder / file, recording)
        lines.append(f"{file},{recording.label},{recording.groups['subject']}")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model's recordings as files."""
    return data_set(tmp_path_factory.mktemp("data"), small_model.recordings())


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The small model's recipe as a file."""
    path = tmp_path / "small.toml"
    path.write_text(small_model.RECIPE)
    return path


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The small model as a file."""
    path = tmp_path / "small.sense"
    small_model.model_file().save(path)
    return path


@pytest.fixture
def walk(tmp_path: Path) -> Path:
    """A recording as a file."""
    return write_csv(tmp_path / "walk.csv", small_model.heard()[2])


# ---- Help ----------------------------------------------------------------------------------------


def test_help_lists_all_commands(command: Command) -> None:
    said = command("--help")
    assert said.status == 0
    for name in COMMANDS:
        assert f" {name} " in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name: str, command: Command) -> None:
    said = command(name, "--help")
    assert said.status == 0
    assert f"Usage: senselet {name}" in said.out
    assert said.err == ""


@pytest.mark.parametrize("name", ["train", "evaluate", "info", "install", "run"])
def test_what_is_missing_is_named(name: str, command: Command) -> None:
    said = command(name)
    assert said.status == 2
    assert "Missing" in said.err


def test_unknown_commands_are_refused(command: Command) -> None:
    said = command("fly")
    assert said.status == 2
    assert "fly" in said.err


def test_the_command_is_installed() -> None:
    """And starts without what only training needs."""
    code = "import sys, senselet.cli; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    program = Path(sys.executable).with_name("senselet")
    result = subprocess.run([program, "--help"], check=True, capture_output=True, text=True)
    assert "install" in result.stdout


def test_devices(command: Command) -> None:
    said = command("devices")
    assert said.status == 0
    for name in ("sim:m3", "sim:m4f", "sim:rv32", "sim:unix"):
        assert name in said.out


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """As in `senselet devices | head`."""
    ours, theirs = os.pipe()
    os.close(ours)
    with (tmp_path / "err").open("w+") as err:
        subprocess.run([sys.executable, "-c", PROGRAM, "devices"], stdout=theirs, stderr=err)
        os.close(theirs)
        err.seek(0)
        assert "Traceback" not in err.read()


# ---- Models --------------------------------------------------------------------------------------


def test_info(model: Path, command: Command) -> None:
    said = command("info", model)
    assert said.status == 0
    assert said.err == ""
    for text in (
        "3 channels, 25 samples a second, float32",
        "50 samples, a result every 20",
        "time_features (150 → 18) → trees (18 → 3)",
        "rest, run, walk",
        "armv7m",
        "rv32imc",
        "accelerometer",
        "Estimated",
    ):
        assert text in said.out


def test_info_measures(model: Path, command: Command) -> None:
    said = command("info", model, "--measure")
    assert said.status == 0
    assert "Measured" in said.out
    for board in ("m3", "m4f", "rv32", "unix"):
        assert re.search(rf"│ {board} │", said.out)


def test_info_of_what_is_no_model(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "other[bold].sense"
    failed(command("info", path), "other[bold].sense: No such file or directory.")
    path.write_text("no model, but a text of some length, " * 4)
    failed(command("info", path), "is not a Senselet model file")
    path.write_text("short")
    failed(command("info", path), "is truncated")
    failed(command("info", tmp_path), "Is a directory")


@pytest.mark.parametrize("place", [3, 5, 20, 70, 1000])
def test_info_of_a_damaged_model(place: int, model: Path, command: Command) -> None:
    damaged = bytearray(model.read_bytes())
    damaged[place] ^= 0x20
    model.write_bytes(damaged)
    failed(command("info", model), "small.sense")


# ---- Training ------------------------------------------------------------------------------------


def test_train(
    recipe: Path, data: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = command("train", recipe, "--data", data)
    assert said.status == 0
    assert said.err == ""
    accuracy = re.search(r"Accuracy (0\.\d{3}|1\.000) on (\d+) windows of subject 3", said.out)
    assert accuracy is not None
    trained = senselet.load(str(tmp_path / "small.sense"))
    assert trained.labels == small_model.LABELS
    assert f"Wrote small.sense: {(tmp_path / 'small.sense').stat().st_size:,} bytes" in said.out
    again = command("train", recipe, "--data", data, "--output", tmp_path / "other.sense")
    assert again.status == 0
    assert (tmp_path / "other.sense").read_bytes() == (tmp_path / "small.sense").read_bytes()


def test_evaluate(recipe: Path, data: Path, command: Command) -> None:
    said = command("evaluate", recipe, "--data", data, "--folds", 3, "--window", 1.6)
    assert said.status == 0
    assert said.err == ""
    assert re.search(r"Accuracy [01]\.\d{3} ± 0\.\d{3}, mean of 3 folds by subject", said.out)
    assert "windows of 1.6 s" in said.out
    folds = re.findall(r"│ (\d) │ (\d) │ [01]\.\d{3} │", said.out)
    assert folds == [("1", "1"), ("2", "2"), ("3", "3")]
    said = command("evaluate", recipe, "--data", data, "--folds", 4)
    failed(said, "too few for 4 folds", "3 folds")


def test_folders_as_labels(recipe: Path, tmp_path: Path, command: Command) -> None:
    """Without a label file, folders tell labels and subjects."""
    folder = tmp_path / "folders"
    for one in small_model.recordings():
        write_csv(folder / one.label / one.groups["subject"] / f"{one.name}.csv", one)
    said = command("train", recipe, "--data", folder, "--output", tmp_path / "out.sense")
    assert said.status == 0


@pytest.mark.parametrize("name", ["train", "evaluate"])
def test_data_sets_that_teach_nothing(
    name: str, recipe: Path, tmp_path: Path, command: Command
) -> None:
    def said(folder: Path) -> Said:
        output = ["--output", tmp_path / "out.sense"] if name == "train" else ["--folds", 2]
        return command(name, recipe, "--data", folder, *output)

    failed(said(tmp_path / "none"), "There is no folder", "labels.csv")
    (tmp_path / "empty").mkdir()
    failed(said(tmp_path / "empty"), "holds no recordings", "sub-folder for each label")
    rest = [r for r in small_model.recordings() if r.label == "rest"]
    failed(said(data_set(tmp_path / "single", rest)), "rest")
    lonely = [*(r for r in small_model.recordings() if r.label != "run"), rest_as_run()]
    failed(said(data_set(tmp_path / "lonely", lonely)), "run")
    narrow = [
        Recording(r.samples[:, :2], r.rate, ("x", "y"), r.label, r.groups, r.name)
        for r in small_model.recordings()
    ]
    failed(said(data_set(tmp_path / "narrow", narrow)), "channel")
    assert not list(tmp_path.glob("*.sense*"))


def rest_as_run() -> Recording:
    """The only recording of its label."""
    return small_model.recording("run", "1", seed=9)


def test_recipes_that_make_no_sense(
    recipe: Path, data: Path, tmp_path: Path, command: Command
) -> None:
    failed(command("train", tmp_path / "none.toml", "--data", data), "none.toml can't be read")
    recipe.write_text("name = [")
    failed(command("train", recipe, "--data", data), "The recipe is not TOML")
    recipe.write_text(small_model.RECIPE.replace("trees", "neural_net"))
    failed(command("train", recipe, "--data", data), "neural_net")
    recipe.write_text(small_model.RECIPE.replace('["3"]', '["8"]'))
    failed(command("train", recipe, "--data", data), "8")


def test_a_place_that_can_not_be_written(
    recipe: Path, data: Path, tmp_path: Path, command: Command
) -> None:
    said = command("train", recipe, "--data", data, "--output", tmp_path / "none" / "x.sense")
    assert said.status == 1
    assert re.match(r"error: .*x\.sense.*: No such file or directory\.$", said.err)


# ---- Boards --------------------------------------------------------------------------------------


def test_install_and_run(model: Path, walk: Path, command: Command) -> None:
    said = command("install", "--device", "sim:unix", "--model", model)
    assert said.status == 0
    assert "wrote /small.sense" in said.out
    assert re.search(r"Installed for x64; the model will use about \d+\.\d kB of RAM", said.out)
    again = command("install", "--device", "sim:unix", "--model", model)
    assert "wrote" not in again.out
    assert "9 files were there already" in again.out
    said = command("run", "--device", "sim:unix", "--input", walk)
    assert said.status == 0
    windows = re.findall(r"window (\d+): (\w+)", said.out)
    assert [int(number) for number, _ in windows] == list(range(13))
    assert {label for _, label in windows} <= set(small_model.LABELS)
    assert "13 windows" in said.out
    by_name = command("run", "--device", "sim:unix", "--model", "small", "--input", walk)
    assert by_name.out == said.out


def test_instructions_are_told_where_they_are_counted(
    model: Path, walk: Path, command: Command
) -> None:
    assert command("install", "--device", "sim:m3", "--model", model).status == 0
    said = command("run", "--device", "sim:m3", "--input", walk)
    assert re.search(r"13 windows, [\d,]+ instructions each", said.out)


def test_integer_sensors_hear_the_same(
    model: Path, walk: Path, tmp_path: Path, command: Command
) -> None:
    """Recordings are in the sensor's unit; the board gets counts."""
    small_model.integer_model().save(tmp_path / "counts.sense")
    for path in (model, tmp_path / "counts.sense"):
        assert command("install", "--device", "sim:unix", "--model", path).status == 0
    failed(
        command("run", "--device", "sim:unix", "--input", walk),
        "several models on sim:unix: counts.sense, small.sense",
        "--model",
    )
    said = [
        command("run", "--device", "sim:unix", "--model", name, "--input", walk).out
        for name in ("small", "counts.sense")
    ]
    assert said[0] == said[1]
    gap = small_model.heard()[2]
    gap.samples[7, 1] = np.nan
    write_csv(walk, gap)
    failed(
        command("run", "--device", "sim:unix", "--model", "counts", "--input", walk),
        "missing values",
    )
    assert command("run", "--device", "sim:unix", "--model", "small", "--input", walk).status == 0


def test_recordings_of_another_sensor(model: Path, tmp_path: Path, command: Command) -> None:
    assert command("install", "--device", "sim:unix", "--model", model).status == 0

    def said(path: Path) -> Said:
        return command("run", "--device", "sim:unix", "--input", path)

    one = small_model.heard()[2]
    narrow = Recording(one.samples[:, :2], one.rate, ("x", "y"), "walk", {}, "narrow")
    failed(said(write_csv(tmp_path / "narrow.csv", narrow)), "has 2 channels", "sensor")
    failed(said(write_csv(tmp_path / "slow.csv", one, rate=10)), "10 times a second, but 25")
    failed(said(tmp_path / "none.csv"), "none.csv can't be read")
    (tmp_path / "text.csv").write_text("x,y,z\n1,2,three\n")
    failed(said(tmp_path / "text.csv"), "text.csv")
    (tmp_path / "sound.mp3").write_bytes(b"RIFF")
    failed(said(tmp_path / "sound.mp3"), "of a kind that Senselet doesn't read")
    assert said(write_csv(tmp_path / "right.csv", one, rate=25)).status == 0


def test_boards_without_a_model(model: Path, walk: Path, command: Command) -> None:
    said = command("run", "--device", "sim:unix", "--input", walk)
    failed(said, "There is no model on sim:unix.", "senselet install")
    failed(command("run", "--device", "sim:unix"), "There is no main.py on sim:unix.", "--program")
    assert command("install", "--device", "sim:unix", "--model", model).status == 0
    said = command("run", "--device", "sim:unix", "--model", "other", "--input", walk)
    failed(said, "There is no model other on sim:unix.")


def test_devices_that_are_not_there(model: Path, command: Command) -> None:
    for device, sentence in (
        ("sim:z80", "There is no virtual board 'z80'."),
        ("m3", "'m3' is of no known kind"),
        ("serial:/dev/none", "/dev/none"),
    ):
        failed(command("install", "--device", device, "--model", model), sentence)
        failed(command("run", "--device", device), sentence)


def test_installing_what_is_no_model(tmp_path: Path, command: Command) -> None:
    path = tmp_path / "x.sense"
    failed(command("install", "--device", "sim:unix", "--model", path), "x.sense: No such file")
    path.write_bytes(bytes(100))
    failed(command("install", "--device", "sim:unix", "--model", path), "not a Senselet model")
    program = tmp_path / "x.py"
    failed(command("install", "--device", "sim:unix", "--program", program), "x.py: No such file")


def test_programs(tmp_path: Path, command: Command) -> None:
    program = tmp_path / "program.py"
    program.write_text("import senselet\nprint('hello from', senselet.__name__)\n")
    assert command("install", "--device", "sim:unix", "--program", program).status == 0
    said = command("run", "--device", "sim:unix")
    assert (said.status, said.out) == (0, "hello from senselet")
    program.write_text("print('so far')\n1 / 0\n")
    assert command("install", "--device", "sim:unix", "--program", program).status == 0
    said = command("run", "--device", "sim:unix")
    assert said.status == 1
    assert said.out == "so far"
    assert "ZeroDivisionError" in said.err


def test_the_users_boards_are_left_alone(model: Path, tmp_path: Path, command: Command) -> None:
    assert command("install", "--device", "sim:unix", "--model", model).status == 0
    assert [path.name for path in (tmp_path / "flash").iterdir()] == ["unix.image"]
    with open_link("sim:unix", image=tmp_path / "flash" / "unix.image") as link:
        assert link.get("/small.sense") == model.read_bytes()


# ---- Ctrl-C --------------------------------------------------------------------------------------


def interrupted(process: subprocess.Popen[str]) -> None:
    """Expect the end that Ctrl-C brings."""
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (out, err)
    assert " ".join(err.split()) == INTERRUPTED
    assert "Traceback" not in out


def hear_ctrl_c() -> None:
    """Undo what a shell does to background jobs, and so to all they start: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments: object, program: str = PROGRAM) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )


def test_ctrl_c_while_the_recipe_is_read(data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "pipe.toml"
    os.mkfifo(recipe)
    output = tmp_path / "out.sense"
    process = start("train", recipe, "--data", data, "--output", output)
    with recipe.open("w"):  # opens when the command has, which then waits for the content
        process.send_signal(signal.SIGINT)
        interrupted(process)
    assert not list(tmp_path.glob("*.sense*"))


@pytest.mark.parametrize("place", ["fit", "_predict"])
def test_ctrl_c_while_training(place: str, recipe: Path, data: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.sense"
    output.write_bytes(b"the model of yesterday")
    program = (
        "import importlib, signal\n"
        "from senselet.cli import main\n"
        "module = importlib.import_module('senselet.training.train')\n"
        f"setattr(module, {place!r}, lambda *_: signal.raise_signal(signal.SIGINT))\n"
        "main()\n"
    )
    interrupted(start("train", recipe, "--data", data, "--output", output, program=program))
    assert output.read_bytes() == b"the model of yesterday"
    assert not list(tmp_path.glob("*.part"))


def test_ctrl_c_while_a_program_runs(tmp_path: Path, command: Command) -> None:
    program = tmp_path / "program.py"
    program.write_text("import time\nwhile True:\n    print('tick')\n    time.sleep_ms(20)\n")
    assert command("install", "--device", "sim:unix", "--program", program).status == 0
    process = start("run", "--device", "sim:unix")
    assert process.stdout is not None
    assert process.stdout.readline() == "tick\n"
    process.send_signal(signal.SIGINT)
    interrupted(process)


def test_ctrl_c_while_installing(model: Path, tmp_path: Path, command: Command) -> None:
    """The board's flash is what it was before."""
    program = tmp_path / "program.py"
    program.write_text("print('still here')\n")
    assert command("install", "--device", "sim:unix", "--program", program).status == 0
    before = (tmp_path / "flash" / "unix.image").read_bytes()
    code = (
        "import signal\n"
        "from senselet.cli import main\n"
        "from senselet.links import Link\n"
        "put = Link.put\n"
        "def cut(link, path, data, report=None):\n"
        "    put(link, path, data, lambda *_: signal.raise_signal(signal.SIGINT))\n"
        "Link.put = cut\n"
        "main()\n"
    )
    interrupted(start("install", "--device", "sim:unix", "--model", model, program=code))
    assert (tmp_path / "flash" / "unix.image").read_bytes() == before
    assert command("run", "--device", "sim:unix").out == "still here"
