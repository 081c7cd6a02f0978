"""Native modules of one's own: made from the template, built, refused with a reason."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from senselet.native_module import (
    NativeModuleError,
    architectures,
    build_module,
    fittest,
    new_module,
)

sys.path.append(str(Path(__file__).parents[2]))  # where the folder boards is

from boards.native_module import ARCHITECTURES


def test_the_template_takes_the_name(tmp_path: Path) -> None:
    folder = new_module("level_2", tmp_path)
    assert sorted(file.name for file in folder.iterdir()) == [
        "README.md", "level_2.c", "test_level_2.py"
    ]  # fmt: skip
    for file in folder.iterdir():
        text = file.read_text()
        assert "my_module" not in text
        assert "level_2" in text


@pytest.mark.parametrize("name", ["", "2nd", "a-b", "a/b", "..", "class", "a b"])
def test_names_that_cannot_be_imported_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NativeModuleError, match="can't be the name"):
        new_module(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(NativeModuleError, match="exists already"):
        new_module("mine", tmp_path)
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize("name", architectures())
def test_the_template_builds_without_warnings(name: str, tmp_path: Path) -> None:
    folder = new_module("mine", tmp_path)
    warnings: list[str] = []
    path = build_module(folder, name, on_warning=warnings.append)
    assert path == folder / "build" / name / "mine.mpy"
    assert warnings == []
    data = path.read_bytes()
    assert data[:2] == b"M\x06"
    assert 400 < len(data) < 2500


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = new_module("mine", tmp_path)
    data = build_module(folder, "armv7m").read_bytes()
    assert build_module(folder, "armv7m", out=tmp_path).read_bytes() == data
    small = build_module(folder, "armv7m", out=tmp_path, optimise="-Os")
    assert len(small.read_bytes()) < len(data)


def test_warnings_are_told(tmp_path: Path) -> None:
    folder = new_module("mine", tmp_path)
    source = folder / "mine.c"
    source.write_text(source.read_text().replace("size_t count;", "size_t count; int unused_one;"))
    warnings: list[str] = []
    build_module(folder, "x64", on_warning=warnings.append)
    assert "unused_one" in warnings[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("uint64_t sum = 0;", "uint64_t sum = 0"), "error: expected"),
        (("sum += (uint32_t)", "sum += clever"), "implicit declaration of function .clever"),
        (("sum += (uint32_t)", "extern int f(int); sum += f"), "undefined symbol: f"),
    ],
)
def test_errors_are_the_compilers_and_the_linkers(
    change: tuple[str, str], words: str, tmp_path: Path
) -> None:
    folder = new_module("mine", tmp_path)
    source = folder / "mine.c"
    assert change[0] in source.read_text()
    source.write_text(source.read_text().replace(*change))
    with pytest.raises(NativeModuleError, match=words):
        build_module(folder, "x64")
    assert not (folder / "build" / "x64" / "mine.mpy").exists()


def test_sources_of_the_core_can_be_included(tmp_path: Path) -> None:
    folder = new_module("mine", tmp_path)
    source = folder / "mine.c"
    text = source.read_text().replace("sum += (uint32_t)", "sum += sl_crc32(0, samples, i) + 0u *")
    source.write_text('#include "base/crc32.c"\n' + text)
    assert build_module(folder, "rv32imc").stat().st_size > 1000


def test_a_folder_has_one_module(tmp_path: Path) -> None:
    with pytest.raises(NativeModuleError, match="is no folder"):
        build_module(tmp_path / "none", "x64")
    with pytest.raises(NativeModuleError, match="no file does"):
        build_module(tmp_path, "x64")
    folder = new_module("mine", tmp_path)
    shutil.copy(folder / "mine.c", folder / "other.c")
    with pytest.raises(NativeModuleError, match=r"mine\.c, other\.c does"):
        build_module(folder, "x64")


def test_missing_tools_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = new_module("mine", tmp_path)
    with pytest.raises(NativeModuleError, match="can't be built for 'xtensawin'") as caught:
        build_module(folder, "xtensawin")
    assert "rv32imc" in caught.value.hint
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NativeModuleError, match="needs the program arm-none-eabi-gcc") as caught:
        build_module(folder, "armv7m")
    assert caught.value.hint == "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi"


def test_the_boards_architecture_decides() -> None:
    assert fittest("armv7em") == "armv7m"
    assert fittest("armv7emsp") == "armv7emsp"
    assert fittest("rv32imc") == "rv32imc"
    assert set(architectures()) == set(ARCHITECTURES)
    with pytest.raises(NativeModuleError, match="'xtensawin', which can't be built"):
        fittest("xtensawin")
