"""What a model needs: the estimate holds against the measurement, on every board."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import small_model
from listening import BOARDS, StartBoard, samples_of

from senselet.deploy import Needs, estimate, install, measure
from senselet.model_file import ModelFile
from senselet.runtime import Model, load

pytest_plugins = ["listening_fixtures"]

ARCHITECTURE = {"m3": "armv7m", "m4f": "armv7emsp", "rv32": "rv32imc", "unix": "x64"}
# Python code looks at its console now and then; when depends on what ran before.
CONSOLE = 100
MODELS = {
    "small": small_model.model_file,
    "large": small_model.large_model,
    "integers": small_model.integer_model,
}


def model_of(which: str) -> tuple[Model, bytes]:
    """A model and its file's bytes."""
    data = MODELS[which]().to_bytes()
    return load(data), data


def samples(which: str) -> bytes:
    """Its sensor's samples of a longer recording."""
    recording = small_model.heard()[2]
    if which == "integers":
        return (recording.samples * 1000).round().astype("<i2").tobytes()
    return samples_of(recording)


@cache
def measured(name: str, which: str) -> Needs:
    """What a board says."""
    return measure(*model_of(which), f"sim:{name}", samples(which))


def test_the_large_model_is_large() -> None:
    assert 30_000 < len(model_of("large")[1]) < 50_000
    assert len(model_of("small")[1]) < 5_000


@pytest.mark.parametrize("which", MODELS)
@pytest.mark.parametrize("name", BOARDS)
def test_memory_is_estimated_on_the_safe_side(name: str, which: str) -> None:
    model, data = model_of(which)
    estimated = estimate(model, len(data), ARCHITECTURE[name]).ram_bytes
    assert measured(name, which).ram_bytes <= estimated <= 1.3 * measured(name, which).ram_bytes


@pytest.mark.parametrize("which", ["small", "large"])
@pytest.mark.parametrize("name", BOARDS)
def test_flash_is_what_the_files_take(
    name: str, which: str, tmp_path: Path, start_board: StartBoard
) -> None:
    model, data = model_of(which)
    needs = estimate(model, len(data), ARCHITECTURE[name])
    path = tmp_path / "small.sense"
    path.write_bytes(data)
    link = start_board(name)
    done = install(link, path)
    assert done.needs == estimate(model, len(data), link.info().architecture)
    assert done.architecture == ARCHITECTURE[name]
    sizes = {
        f"{folder}/{entry.name}".replace("//", "/"): entry.size
        for folder in ("/", "/lib/senselet")
        for entry in link.list(folder)
        if not entry.is_folder
    }
    assert set(sizes) == set(done.written)
    assert needs.flash_bytes == sum(sizes.values()) == measured(name, which).flash_bytes
    modules = sum(size for file, size in sizes.items() if "/_" in file and "/__" not in file)
    assert needs.module_bytes == modules == measured(name, which).module_bytes


@pytest.mark.parametrize("name", ["m3", "m4f", "rv32"])
def test_instruction_counts_repeat(name: str) -> None:
    one = measured(name, "small")
    other = measure(*model_of("small"), f"sim:{name}", samples("small"))
    assert one.core_instructions_per_window == other.core_instructions_per_window
    assert one.ram_bytes == other.ram_bytes
    assert one.instructions_per_window is not None
    assert other.instructions_per_window is not None
    assert one.core_instructions_per_window is not None
    windows = len(range(0, len(small_model.heard()[2]) - 50 + 1, 20))
    assert abs(one.instructions_per_window - other.instructions_per_window) * windows <= CONSOLE
    assert one.core_instructions_per_window < one.instructions_per_window


def test_the_unix_board_can_not_count() -> None:
    needs = measured("unix", "small")
    assert needs.instructions_per_window is None
    assert needs.core_instructions_per_window is None


def test_more_model_needs_more() -> None:
    """Labels, features, values in a window, trees: nothing is forgotten."""
    base = small_model.model_file()
    model, data = model_of("small")
    needs = estimate(model, len(data), "armv7m")
    longer = small_model.model_file(small_model.RECIPE.replace("seconds = 2", "seconds = 4"))
    for other in (small_model.large_model(), longer):
        assert isinstance(other, ModelFile)
        other_data = other.to_bytes()
        more = estimate(load(other_data), len(other_data), "armv7m")
        assert more.ram_bytes > needs.ram_bytes
    assert base.to_bytes() == data
