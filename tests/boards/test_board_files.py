"""Files on a board: they arrive whole, or the old ones stay."""

from pathlib import Path

import pytest
from board_support import OpenBoard

from senselet.links import BoardError, Entry, Link, LinkError

pytest_plugins = ["board_fixtures"]

EVERY_BYTE = bytes(range(256))


@pytest.mark.parametrize("length", [0, 1, 179, 180, 181, 511, 512, 513, 20000])
def test_file_comes_back_unchanged(link: Link, length: int) -> None:
    data = (EVERY_BYTE * (length // 256 + 1))[:length]
    link.put("/data.bin", data)
    assert link.get("/data.bin") == data
    assert link.list() == [Entry("data.bin", False, length)]


def test_progress_reaches_the_end(link: Link) -> None:
    sent: list[tuple[int, int]] = []
    link.put("/x", bytes(1000), on_progress=lambda done, total: sent.append((done, total)))
    assert sent[-1] == (1000, 1000)
    assert sent == sorted(sent)


def test_folders(link: Link) -> None:
    link.put("/lib/deep/down/a.py", b"A = 1\n")
    link.mkdir("/lib/deep")
    link.put("lib/b.py", b"B = 2\n")
    assert link.list("/lib") == [Entry("b.py", False, 6), Entry("deep", True, 0)]
    assert link.exists("/lib/deep/down")
    assert not link.exists("/lib/c.py")
    assert link.execute("import b, deep.down.a as a\nprint(a.A, b.B)") == "1 2\n"
    link.remove("/lib")
    link.remove("/lib")
    assert link.list() == []


@pytest.mark.parametrize("name", ["it's.txt", 'a "b".txt', "ü €.txt", "back\\slash", "{x}"])
def test_names_with_special_characters(link: Link, name: str) -> None:
    link.put(f"/{name}", b"x")
    assert link.get(f"/{name}") == b"x"
    assert link.list() == [Entry(name, False, 1)]
    link.remove(f"/{name}")
    assert not link.exists(f"/{name}")


def test_missing_file_is_a_board_error(link: Link) -> None:
    with pytest.raises(BoardError, match="ENOENT"):
        link.get("/none")
    with pytest.raises(BoardError, match="ENOENT"):
        link.list("/none")


def test_full_file_system_leaves_the_old_file(board: str, open_board: OpenBoard) -> None:
    link = open_board(board, flash_bytes=16384)
    old = EVERY_BYTE * 8
    link.put("/model", old)
    free = link.free_space()
    with pytest.raises(BoardError, match=r"ENOSPC|28"):
        link.put("/model", bytes(free + 4096))
    assert link.get("/model") == old
    assert link.list() == [Entry("model", False, len(old))]
    assert link.free_space() == free


def test_link_cut_while_sending_leaves_the_old_file(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    link.put("/model", b"old")

    def cut(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link.put("/model", bytes(5000), on_progress=cut)
    assert link.get("/model") == b"old"
    link.put("/model", b"new")
    assert link.get("/model") == b"new"


def test_damage_on_the_way_is_noticed(
    board: str, open_board: OpenBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = open_board(board)
    link.put("/model", b"old")
    write = link._repl.write
    monkeypatch.setattr(link._repl, "write", lambda data: write(data.replace(b"QUFB", b"QUFC")))
    with pytest.raises(LinkError, match="unharmed"):
        link.put("/model", b"A" * 1000)
    monkeypatch.undo()
    assert link.get("/model") == b"old"
    assert [entry.name for entry in link.list()] == ["model"]


def test_file_system_outlives_the_board_in_an_image(
    board: str, open_board: OpenBoard, tmp_path: Path
) -> None:
    link = open_board(board, flash_bytes=65536)
    link.put("/keep/me.bin", EVERY_BYTE)
    link.execute("import virtual\nvirtual.save_filesystem('image.bin')")
    link.close()
    assert (tmp_path / "image.bin").stat().st_size == 65536
    again = open_board(board, flash_bytes=65536, image=tmp_path / "image.bin")
    assert again.get("/keep/me.bin") == EVERY_BYTE


def test_read_only_file_system_in_memory(link: Link) -> None:
    code = """
        import vfs
        image = b"\\xd2\\xcd\\x31\\x00"
        vfs.mount(vfs.VfsRom(image), "/rom")
        import os
        print(os.listdir("/rom"))
    """
    assert link.execute(code) == "[]\n"
