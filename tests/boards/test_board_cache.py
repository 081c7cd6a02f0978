"""The cache of built things: whole, shared, and refusing what does not fit."""

import os
import threading
import time
from pathlib import Path

import board_support  # noqa: F401 - finds the folder boards
import pytest

from boards import cache, micropython_source
from boards.cache import BuildError


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SENSELET_CACHE", str(tmp_path))
    return tmp_path / "senselet"


def test_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SENSELET_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache.cache_folder() == tmp_path / "x" / "senselet"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.cache_folder() == Path.home() / ".cache" / "senselet"


def test_entry_is_made_once() -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "x").write_text("1")

    first = cache.entry("thing", "1" * 16, make)
    assert cache.entry("thing", "1" * 16, make) == first
    assert len(made) == 1
    assert (first / "x").read_text() == "1"


def test_interrupted_build_leaves_no_entry(own_cache: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_text("")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.entry("thing", "1" * 16, fail)
    assert not (own_cache / f"thing-{'1' * 16}").exists()
    folder = cache.entry("thing", "1" * 16, lambda folder: (folder / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]


def test_concurrent_builders_build_once() -> None:
    made = []

    def make(folder: Path) -> None:
        made.append(folder)
        time.sleep(0.2)

    threads = [
        threading.Thread(target=cache.entry, args=("thing", "1" * 16, make)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_old_entries_go() -> None:
    def nothing(folder: Path) -> None:
        pass

    folders = [cache.entry("thing", f"{i:016x}", nothing) for i in range(cache.ENTRIES_KEPT)]
    for i, folder in enumerate(folders):
        os.utime(folder, (1000 + i, 1000 + i))
    cache.entry("thing", f"{0:016x}", nothing)  # used again, so not the oldest any more
    cache.entry("thing", "f" * 16, nothing)
    assert [folder.exists() for folder in folders] == [True, False, *[True] * (len(folders) - 2)]


def test_borders_count_in_hashes() -> None:
    assert cache.hash_of("ab", "c") != cache.hash_of("a", "bc")
    assert cache.hash_of("ab") == cache.hash_of(b"ab")


@pytest.mark.parametrize(("minor", "accepted"), [(25, False), (26, True), (31, True)])
def test_own_source_must_be_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minor: int, accepted: bool
) -> None:
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "mpconfig.h").write_text(
        f"#define MICROPY_VERSION_MAJOR 1\n#define MICROPY_VERSION_MINOR {minor}\n"
    )
    monkeypatch.setenv("MPY_DIR", str(tmp_path))
    if accepted:
        assert micropython_source.source() == tmp_path
        before = micropython_source.source_key()
        (tmp_path / "py" / "new.c").touch()
        assert micropython_source.source_key() != before
    else:
        with pytest.raises(BuildError, match="or newer") as caught:
            micropython_source.source()
        assert caught.value.hint


def test_folder_without_source_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPY_DIR", str(tmp_path))
    with pytest.raises(BuildError, match="no MicroPython source"):
        micropython_source.source()
