"""Deploying without a board: which files go there, and what is refused before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small_model

import senselet
from senselet.deploy import (
    InstallError,
    ProgramError,
    WindowResult,
    estimate,
    files,
    install,
    program_files,
)
from senselet.deploy.files import (
    BYTECODE,
    LIBRARY,
    NoModulesError,
    architectures,
    board_files,
    module_folder,
    native_modules,
)
from senselet.deploy.imports import program_imports
from senselet.links import BoardInfo

RUNTIME = ("__init__", "errors", "model", "status", "stream")
MODEL = senselet.load(small_model.model_file().to_bytes())


class Board:
    """A link that knows what its board is, and fails at all else."""

    name = "board"

    def __init__(self, **changes: Any) -> None:
        about: dict[str, Any] = {
            "machine": "a board",
            "platform": "test",
            "version": "1.27.0",
            "mpy_abi": (6, 3),
            "architecture": "armv7m",
            "float_kind": "single",
            "free_heap": 100_000,
            "free_flash": 1_000_000,
        }
        self._info = BoardInfo(**(about | changes))

    def info(self) -> BoardInfo:
        return self._info


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    path = tmp_path / "small.sense"
    small_model.model_file().save(path)
    return path


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules of one's own: empty files."""
    folder = tmp_path / "modules"
    for name in ("armv6m", "armv7m", "rv32imc", BYTECODE):
        (folder / name).mkdir(parents=True)
        for module in ("_sense", "_trees") if name != BYTECODE else (*RUNTIME, "sound"):
            (folder / name / f"{module}.mpy").write_bytes(name.encode())
    monkeypatch.setattr(files, "MODULES", folder)
    return folder


@pytest.mark.parametrize(
    ("board", "folder"),
    [
        ("armv6m", "armv6m"),
        ("armv7m", "armv7m"),
        ("armv7em", "armv7m"),  # which is what a Cortex-M3 calls itself
        ("armv7emsp", "armv7m"),
        ("armv7emdp", "armv7m"),
        ("rv32imc", "rv32imc"),
    ],
)
def test_the_fittest_modules_are_taken(board: str, folder: str, modules: Path) -> None:
    assert module_folder(board) == modules / folder


def test_the_board_with_single_precision_gets_its_own(modules: Path) -> None:
    (modules / "armv7emsp").mkdir()
    assert module_folder("armv7emsp").name == "armv7emsp"
    assert module_folder("armv7emdp").name == "armv7emsp"
    assert module_folder("armv7em").name == "armv7m"


@pytest.mark.parametrize("board", ["xtensawin", "x64", "none", "rv64imc", "unknown"])
def test_boards_without_modules_are_told(board: str, modules: Path) -> None:
    assert architectures() == ["armv6m", "armv7m", "rv32imc"]
    assert modules.is_dir()
    with pytest.raises(NoModulesError, match=rf"'{board}'.*armv6m, armv7m, rv32imc only") as caught:
        module_folder(board)
    assert "Use a board" in caught.value.hint


def test_a_model_brings_the_modules_of_its_steps(modules: Path) -> None:
    assert native_modules(MODEL) == ["_sense", "_time_features", "_trees"]
    with pytest.raises(NoModulesError, match=r"needs the module _time_features.*armv7m") as caught:
        board_files(MODEL, "armv7m")
    assert "newer Senselet" in caught.value.hint
    (modules / "armv6m" / "_time_features.mpy").write_bytes(b"features")
    with pytest.raises(NoModulesError, match="needs the module _time_features") as caught:
        board_files(MODEL, "armv7m")
    assert "floating-point unit" in caught.value.hint
    (modules / "armv7m" / "_time_features.mpy").write_bytes(b"features")
    assert board_files(MODEL, "armv7m") == {
        **{f"{LIBRARY}/{name}.mpy": b"bytecode" for name in RUNTIME},
        f"{LIBRARY}/_sense.mpy": b"armv7m",
        f"{LIBRARY}/_time_features.mpy": b"features",
        f"{LIBRARY}/_trees.mpy": b"armv7m",
    }
    assert set(board_files(None, "rv32imc")) == {
        f"{LIBRARY}/{name}.mpy" for name in (*RUNTIME, "sound", "_sense", "_trees")
    }


def test_a_program_brings_what_it_imports(modules: Path) -> None:
    def brought(program: str) -> set[str]:
        imports = program_imports({"main.py": program})
        return {path.removeprefix(f"{LIBRARY}/") for path in board_files(None, "armv7m", imports)}

    everything = {f"{name}.mpy" for name in RUNTIME} | {"_sense.mpy"}
    assert brought("import time") == {"__init__.mpy"}
    assert brought("import senselet") == everything
    assert brought("from senselet import load") == everything
    assert brought("if 1:\n    from senselet import errors") == {
        "__init__.mpy", "errors.mpy", "status.mpy"
    }  # fmt: skip
    assert brought("import senselet.stream as s, senselet.errors") == everything
    assert brought("import senseletter") == {"__init__.mpy"}
    (modules / BYTECODE / "errors.mpy").unlink()
    with pytest.raises(NoModulesError, match="file errors is not built"):
        brought("import senselet")


def test_native_modules_come_with_the_runtimes_files() -> None:
    """Those for processors with an FPU to them alone."""
    imports = program_imports({"main.py": "from senselet.sound import LevelMeter"})
    for architecture, fpu in (("armv7m", False), ("armv7emsp", True)):
        brought = {
            path.removeprefix(f"{LIBRARY}/") for path in board_files(None, architecture, imports)
        }
        assert {"__init__.mpy", "sound.mpy", "sound_tables.mpy", "_level_q31.mpy"} <= brought
        assert ("_level_f32.mpy" in brought) is fpu
        assert not brought & {"model.mpy", "_sense.mpy", "_trees.mpy"}


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (
            "\nimport senselet.training",
            r"main\.py, line 2, imports senselet\.training, which boards",
        ),
        ("from senselet.links import x", r"line 1, imports senselet\.links"),
        ("x = (", r"main\.py, line 1: "),
    ],
)
def test_programs_for_the_laptop_are_told(program: str, sentence: str) -> None:
    with pytest.raises(ProgramError, match=sentence):
        program_imports({"main.py": program})


def test_a_program_is_a_file_or_a_folder(tmp_path: Path) -> None:
    for name in (
        *("main.py", "config.json", "lib/driver.py", "README.md", "__init__.py", "lib/__init__.py"),
        *("__pycache__/main.cpython-311.pyc", ".git/config", "picture.svg"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert program_files(tmp_path) == {
        f"/{name}": name.encode()
        for name in ("config.json", "lib/__init__.py", "lib/driver.py", "main.py")
    }
    assert program_files(tmp_path / "lib" / "driver.py") == {"/main.py": b"lib/driver.py"}
    (tmp_path / "main.py").unlink()
    with pytest.raises(ProgramError, match=r"has no main\.py"):
        program_files(tmp_path)
    with pytest.raises(FileNotFoundError):
        program_files(tmp_path / "none.py")


def test_missing_bytecode_is_told(modules: Path) -> None:
    for path in (modules / BYTECODE).iterdir():
        path.unlink()
    with pytest.raises(NoModulesError, match="bytecode is not built") as caught:
        board_files(None, "armv7m")
    assert "make modules" in caught.value.hint


@pytest.mark.parametrize(("abi", "found"), [((5, 2), "version 5"), ((0, 0), "version no")])
def test_other_versions_of_micropython_are_refused(
    abi: tuple[int, int], found: str, model_path: Path
) -> None:
    link: Any = Board(mpy_abi=abi, version="1.18.0")
    with pytest.raises(InstallError, match=rf"1.18.0 loads .mpy files of {found}") as caught:
        install(link, model_path)
    assert "firmware" in caught.value.hint


def test_little_memory_is_refused_before_anything_is_sent(model_path: Path) -> None:
    needs = estimate(MODEL, model_path.stat().st_size, "armv7m")
    link: Any = Board(free_heap=needs.ram_bytes - 1)
    with pytest.raises(InstallError, match=r": 1 are missing\. \(Train"):
        install(link, model_path)


def test_what_is_no_model_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.sense"
    path.write_bytes(b"no model" * 20)
    link: Any = None
    with pytest.raises(ValueError, match="not a Senselet model"):
        install(link, path)
    with pytest.raises(FileNotFoundError):
        install(link, tmp_path / "none.sense")


def test_estimates_without_rounding_to_zero() -> None:
    for architecture in architectures():
        needs = estimate(MODEL, 2000, architecture)
        assert needs.target == architecture
        assert needs.flash_bytes > needs.module_bytes > 0
        assert needs.instructions_per_window is None


def test_results_are_lines_of_evidence() -> None:
    assert WindowResult(3, 14, "0000803f00000000", "rest").line() == "3 14 0000803f00000000 rest"
