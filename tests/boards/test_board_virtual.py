"""Module virtual: sensor, instruction counter, heap measurement."""

from pathlib import Path

import pytest
from board_support import EMULATED, OpenBoard

from senselet.links import BoardError, Link, LinkClosedError
from senselet.links.sim import SimLink

NOPS = {
    "m3": ("asm_thumb", "nop()"),
    "m4f": ("asm_thumb", "nop()"),
    "rv32": ("asm_rv32", "c_nop()"),
}


def test_name(link: Link, board: str) -> None:
    assert link.evaluate("__import__('virtual').name") == board


def test_sensor_plays_a_host_file(link: Link, tmp_path: Path) -> None:
    samples = bytes(range(250))
    (tmp_path / "samples.raw").write_bytes(samples)
    code = """
        import virtual
        sensor = virtual.Sensor("samples.raw")
        window = bytearray(100)
        while True:
            n = sensor.readinto(window)
            print(n, sum(window[:n]))
            if not n:
                break
        sensor.seek(10)
        print(sensor.readinto(memoryview(window)[:2]), window[:2])
        sensor.close()
    """
    sums = [(100, sum(samples[:100])), (100, sum(samples[100:200])), (50, sum(samples[200:]))]
    expected = "".join(f"{n} {total}\n" for n, total in [*sums, (0, 0)])
    assert link.execute(code) == expected + "2 bytearray(b'\\n\\x0b')\n"


def test_sensor_allocates_nothing(link: Link, tmp_path: Path) -> None:
    (tmp_path / "samples.raw").write_bytes(bytes(10000))
    code = """
        import virtual, micropython
        sensor = virtual.Sensor("samples.raw")
        window = bytearray(600)
        def play():
            while sensor.readinto(window):
                pass
            sensor.seek(0)
        micropython.heap_lock()
        play()
        micropython.heap_unlock()
        print("played")
    """
    assert link.execute(code) == "played\n"


def test_sensor_without_file(link: Link) -> None:
    with pytest.raises(BoardError, match="ENOENT"):
        link.execute("import virtual\nvirtual.Sensor('none')")
    with pytest.raises(BoardError, match=r"EBADF|Errno 9"):
        link.execute(
            "import virtual\nopen('/x', 'w').close()\n"
            "s = virtual.Sensor('/dev/null')\ns.close()\ns.readinto(bytearray(1))"
        )


def test_exit_ends_the_board(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    assert isinstance(link, SimLink)
    with pytest.raises(LinkClosedError):
        link.execute("import virtual\nvirtual.exit(7)")
    assert link.wait() == 7


# ---- Instructions --------------------------------------------------------------------------


@pytest.mark.parametrize("board", EMULATED)
def test_single_instructions_are_counted(board: str, open_board: OpenBoard) -> None:
    """A function of n more NOPs takes n more instructions, always."""
    decorator, nop = NOPS[board]
    code = f"""
import virtual

pytest_plugins = ["board_fixtures"]
functions = []
for n in range(0, 90):
    names = {{}}
    exec("@micropython.{decorator}\\ndef f():\\n {nop}\\n" + " {nop}\\n" * n, names)
    functions.append(names["f"])
    print(virtual.measure(names["f"]), virtual.measure(names["f"]))
"""
    counts = [
        tuple(map(int, line.split())) for line in open_board(board).execute(code).split("\n")[:-1]
    ]
    assert [first for first, _ in counts] == [second for _, second in counts]
    assert [first - counts[0][0] for first, _ in counts] == list(range(90))


@pytest.mark.parametrize("board", EMULATED)
def test_two_boots_count_the_same(board: str, open_board: OpenBoard) -> None:
    code = """
        import virtual
        def work(n):
            total = 0.0
            for i in range(n):
                total += i * 0.5
            return total
        print([virtual.measure(work, n) for n in (1, 10, 20, 300)])
    """
    first, second = (open_board(board).execute(code) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("board", EMULATED)
def test_count_grows_and_follows_the_clock(board: str, open_board: OpenBoard) -> None:
    code = """
        import virtual, time
        last = 0
        for i in range(200):
            now = virtual.instructions()
            assert now > last
            last = now
        t = time.ticks_us()
        start = virtual.instructions()
        for i in range(20000):
            pass
        microseconds = time.ticks_diff(time.ticks_us(), t)
        print(abs((virtual.instructions() - start) // 1000 - microseconds) < 9)
    """
    assert open_board(board).execute(code) == "True\n"


def test_unix_counts_nothing(open_board: OpenBoard) -> None:
    link = open_board("unix")
    assert link.execute("import virtual as v\nprint(v.instructions(), v.measure(len, b''))") == (
        "None None\n"
    )


# ---- Heap ----------------------------------------------------------------------------------


def test_heap_peak_sees_freed_memory(link: Link) -> None:
    code = """
        import virtual, gc
        def work(n):
            a = bytearray(n)
        work(16)
        gc.collect()
        used = virtual.heap_mark()
        before = virtual.heap_peak()
        work(20000)
        gc.collect()
        print(used, before, virtual.heap_peak())
    """
    used, before, peak = map(int, link.execute(code).split())
    assert 0 < used < 60000
    assert before - used < 1000
    assert 20000 <= peak - used < 21500


@pytest.mark.parametrize("size", [32768, 131072, 262144])
def test_heap_size_is_chosen_by_the_host(board: str, open_board: OpenBoard, size: int) -> None:
    link = open_board(board, heap_bytes=size)
    gc = "__import__('gc')"
    total = link.evaluate(f"{gc}.mem_free() + {gc}.mem_alloc()")
    assert 0.95 * size < total <= size


def test_exception_while_the_heap_is_locked(link: Link) -> None:
    code = """
        import micropython
        micropython.heap_lock()
        try:
            a = [1, 2, 3] * 100
        except MemoryError:
            print("no memory")
        micropython.heap_unlock()
    """
    assert link.execute(code) == "no memory\n"
