"""Installing: all of it or nothing, whatever goes wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from listening import StartBoard, boards, laptops

from senselet.deploy import InstallError, estimate, files, install
from senselet.deploy.files import LIBRARY, NoModulesError
from senselet.links import Link, LinkError
from senselet.links.sim import SimLink
from senselet.runtime import load

pytest_plugins = ["listening_fixtures"]

SMALL_FLASH = 64 * 1024
Report = Callable[[str, int, int], None]


class CutError(Exception):
    """What the tests cut links with."""


def contents(link: Link) -> dict[str, str]:
    """Each file on the board, and a checksum of what it holds."""
    found = {}
    folders = ["/"]
    while folders:
        folder = folders.pop()
        for entry in link.list(folder):
            path = f"{folder.rstrip('/')}/{entry.name}"
            if entry.is_folder:
                folders.append(path)
            else:
                found[path] = link.checksum(path)
    return found


def names(link: Link) -> set[str]:
    """Names of all files on the board, all of them final."""
    found = set(contents(link))
    assert not [path for path in found if path.endswith((".new", ".part"))]
    return found


def plays(link: Link, model: Path, folder: Path) -> bool:
    """Whether the board says of the recordings what the laptop says with this model."""
    return boards(link, folder) == laptops(model)


def cutting(after: int, cut: Callable[[], None]) -> Report:
    """A progress function that cuts when so many bytes have been sent."""
    seen: dict[str, int] = {}

    def report(path: str, sent: int, _total: int) -> None:
        seen[path] = sent
        if sum(seen.values()) >= after:
            cut()

    return report


def raise_cut() -> None:
    raise CutError


def crowd(link: Link) -> None:
    """Fill the flash until the large model does not fit any more."""
    link.put("/crowd", bytes(max(0, link.free_space("/") - 20 * 1024)))


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_second_time_writes_nothing(name: str, small: Path, start_board: StartBoard) -> None:
    link = start_board(name)
    first = install(link, small)
    assert first.unchanged == []
    assert names(link) == set(first.written)
    assert "/small.sense" in first.written
    assert {f"{LIBRARY}/_trees.mpy", f"{LIBRARY}/model.mpy"} <= set(first.written)
    before = contents(link)
    second = install(link, small)
    assert second.written == []
    assert second.unchanged == first.written
    assert contents(link) == before


def test_only_what_changed_is_written(small: Path, large: Path, start_board: StartBoard) -> None:
    link = start_board("unix")
    install(link, small)
    again = install(link, large, program="print('hello')\n")
    assert again.written == ["/small.sense", "/main.py"]
    assert link.get("/main.py") == b"print('hello')\n"


def test_without_a_model_all_modules_come(start_board: StartBoard) -> None:
    with pytest.raises(InstallError, match="bytes of flash") as caught:
        install(start_board("unix"))
    assert "Name a model or a program" in caught.value.hint
    link = start_board("unix", flash_bytes=1 << 20)
    done = install(link)
    assert done.needs is None
    assert {f"{LIBRARY}/{n}.mpy" for n in ("_sense", "_trees", "_time_features")} <= names(link)
    assert link.execute("import senselet\nprint(senselet.load)").startswith("<function load")


@pytest.mark.parametrize("name", ["m3", "m4f", "rv32", "unix"])
def test_soft_reset_and_importing_again(
    name: str, small: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    link = start_board(name)
    install(link, small)
    once = (
        "import sys, gc, senselet\n"
        "m = senselet.load('/small.sense')\n"
        "s = m.stream()\n"
        "print(m.labels)\n"
    )
    again = (
        "del m, s, senselet\n"
        "for n in [n for n in sys.modules if n.startswith('senselet')]: del sys.modules[n]\n"
        "gc.collect()\n"
    )
    for _ in range(3):
        printed = link.execute(once + again + once + again + once)
        assert printed.splitlines() == [repr(load(str(small)).labels)] * 3
        link.soft_reset()
    assert plays(link, small, tmp_path)


# ---- No room -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_full_file_system_is_refused_beforehand(
    name: str, small: Path, large: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    link = start_board(name, flash_bytes=SMALL_FLASH)
    install(link, small)
    crowd(link)
    before = contents(link)
    with pytest.raises(InstallError) as caught:
        install(link, large)
    numbers = re.fullmatch(
        r"the files need (\d+) bytes of flash, and the board has (\d+) free: (\d+) are missing\. "
        r"Nothing was changed\.",
        caught.value.args[0],
    )
    assert numbers is not None
    needed, free, missing = map(int, numbers.groups())
    assert needed >= large.stat().st_size
    assert free == link.free_space("/")
    assert missing == needed - free
    assert "Remove files" in caught.value.hint
    assert contents(link) == before
    assert plays(link, small, tmp_path)


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_file_system_that_fills_up_on_the_way(
    name: str,
    small: Path,
    large: Path,
    tmp_path: Path,
    start_board: StartBoard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """File systems know roughly what is free; the last word has the write itself."""
    link = start_board(name, flash_bytes=SMALL_FLASH)
    install(link, small)
    crowd(link)
    before = contents(link)
    monkeypatch.setattr(link, "free_space", lambda _: 10**6)
    sentence = r"the board could not write a file \(OSError .*28.*\)\. Nothing was changed\."
    with pytest.raises(InstallError) as caught:
        install(link, large)
    assert re.fullmatch(sentence, caught.value.args[0])
    assert contents(link) == before
    assert plays(link, small, tmp_path)


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_too_little_memory_is_refused_beforehand(
    name: str, large: Path, start_board: StartBoard
) -> None:
    link = start_board(name, heap_bytes=40000)
    with pytest.raises(InstallError) as caught:
        install(link, large)
    numbers = re.fullmatch(
        r"the model needs about (\d+) bytes of RAM, and the board has (\d+) free: (\d+) are "
        r"missing\.",
        caught.value.args[0],
    )
    assert numbers is not None
    needed, free, missing = map(int, numbers.groups())
    assert missing == needed - free > 0
    assert free < 40000
    assert "smaller model" in caught.value.hint
    assert names(link) == set()


@pytest.mark.parametrize("name", ["m3", "m4f", "rv32"])
@pytest.mark.parametrize("which", ["small", "large"])
def test_what_is_not_refused_runs(
    name: str, which: str, tmp_path: Path, start_board: StartBoard, request: pytest.FixtureRequest
) -> None:
    """With just the memory that the estimate asks for."""
    path: Path = request.getfixturevalue(which)
    roomy = start_board(name, heap_bytes=96 * 1024)
    info = roomy.info()
    roomy.close()
    needs = estimate(load(str(path)), path.stat().st_size, info.architecture)
    # The collector's own tables take a 43rd of the heap.
    too_much = (info.free_heap - needs.ram_bytes) * 43 // 42
    link = start_board(name, heap_bytes=96 * 1024 - too_much + 300 & ~15)
    assert needs.ram_bytes <= link.info().free_heap < needs.ram_bytes + 1000
    install(link, path)
    assert plays(link, path, tmp_path)


# ---- A link that is cut --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m3", "unix"])
@pytest.mark.parametrize("after", [1, 15000, 40000])
def test_cut_by_an_exception(
    name: str, after: int, small: Path, large: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    """As Ctrl-C does. After 40000 bytes all but the end has been sent."""
    link = start_board(name)
    install(link, small)
    link.put(f"{LIBRARY}/model.mpy", b"an older runtime")  # so that more than one file is new
    link.put(f"{LIBRARY}/_trees.mpy", b"older trees")
    before = contents(link)
    with pytest.raises(CutError):
        install(link, large, on_progress=cutting(min(after, large.stat().st_size), raise_cut))
    after_cut = contents(link)
    assert {path: after_cut[path] for path in before} == before
    done = install(link, large)
    assert set(done.written) == {
        "/small.sense", f"{LIBRARY}/model.mpy", f"{LIBRARY}/_trees.mpy"
    }  # fmt: skip
    assert names(link) == set(before)
    assert plays(link, large, tmp_path)


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_cut_by_an_exception_leaves_the_old_model_running(
    name: str, small: Path, large: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    link = start_board(name)
    install(link, small)
    with pytest.raises(CutError):
        install(link, large, on_progress=cutting(20000, raise_cut))
    assert plays(link, small, tmp_path)
    install(link, large)
    assert plays(link, large, tmp_path)
    names(link)


@pytest.mark.parametrize("name", ["m3", "unix"])
@pytest.mark.parametrize("part", [".new", ".new.part"])
def test_a_board_that_loses_power_on_the_way(
    name: str, part: str, small: Path, large: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    """What its flash holds then starts another board."""
    link = start_board(name)
    install(link, small)
    link.put(f"{LIBRARY}/model.mpy", link.get(f"{LIBRARY}/model.mpy"))
    model = large.read_bytes()
    # As far as the installation has come: one file whole, the next half, none in its place.
    link.put(f"{LIBRARY}/model.mpy.new", b"a newer runtime")
    link.put(f"/small.sense{part}", model[: len(model) // 2] if "part" in part else model)
    image = tmp_path / "flash.image"
    link.execute(f"import virtual\nvirtual.save_filesystem({str(image)!r})", timeout=60)
    link.close()
    later = start_board(name, image=image)
    assert plays(later, small, tmp_path)
    done = install(later, large)
    assert done.written == ["/small.sense"]
    names(later)
    assert plays(later, large, tmp_path)


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_flash_as_it_was_when_the_link_was_cut(
    name: str, small: Path, large: Path, tmp_path: Path, start_board: StartBoard
) -> None:
    """The board itself saves its flash in the middle of an installation."""
    link = start_board(name)
    install(link, small)
    with pytest.raises(CutError):
        install(link, large, on_progress=cutting(20000, raise_cut))
    image = tmp_path / "flash.image"
    link.execute(f"import virtual\nvirtual.save_filesystem({str(image)!r})", timeout=60)
    link.close()
    later = start_board(name, image=image)
    assert any(path.endswith(".part") for path in contents(later))
    assert plays(later, small, tmp_path)
    install(later, large)
    names(later)
    assert plays(later, large, tmp_path)


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_board_that_goes_away(
    name: str, small: Path, large: Path, start_board: StartBoard
) -> None:
    link = start_board(name)
    install(link, small)
    with pytest.raises(LinkError) as caught:
        install(link, large, on_progress=cutting(20000, link._channel.close))
    assert "closed" in str(caught.value)
    link.close()


@pytest.mark.parametrize("name", ["m3", "unix"])
def test_a_board_that_dies(name: str, small: Path, large: Path, start_board: StartBoard) -> None:
    link = start_board(name)
    assert isinstance(link, SimLink)
    install(link, small)

    def kill() -> None:
        assert link._process.stdin is not None
        link._process.stdin.close()  # then the board is killed
        link._process.wait(10)

    with pytest.raises(LinkError, match="gone"):
        install(link, large, on_progress=cutting(20000, kill))


# ---- No modules ----------------------------------------------------------------------------------


def test_no_modules_built(
    small: Path, tmp_path: Path, start_board: StartBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MODULES", tmp_path / "modules")
    link = start_board("unix")
    with pytest.raises(NoModulesError) as caught:
        install(link, small)
    assert "without native modules" in str(caught.value)
    assert "`make modules`" in caught.value.hint
    assert names(link) == set()


def test_no_modules_for_this_board(
    small: Path, tmp_path: Path, start_board: StartBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "modules" / "xtensawin").mkdir(parents=True)
    monkeypatch.setattr(files, "MODULES", tmp_path / "modules")
    link = start_board("unix")
    with pytest.raises(NoModulesError) as caught:
        install(link, small)
    assert "xtensawin" in str(caught.value)
    assert "Use a board" in caught.value.hint
    assert names(link) == set()
