"""Time on a board: sleeping, asyncio, and time that costs none."""

import time

import pytest
from board_support import EMULATED, OpenBoard

from senselet.links import Link

ASYNC_ORDER = """
import asyncio, time

pytest_plugins = ["board_fixtures"]
async def say(name, ms):
    for i in range(3):
        await asyncio.sleep_ms(ms)
        print(name, i)
async def main():
    start = time.ticks_ms()
    await asyncio.gather(say("a", 50), say("b", 80), say("c", 220))
    print(time.ticks_diff(time.ticks_ms(), start) >= 660)
asyncio.run(main())
"""
ORDERED = "a 0\nb 0\na 1\na 2\nb 1\nc 0\nb 2\nc 1\nc 2\nTrue\n"


def test_asyncio_wakes_tasks_in_order(link: Link) -> None:
    assert link.execute(ASYNC_ORDER) == ORDERED


def test_asyncio_reads_the_console(link: Link) -> None:
    code = """
        import asyncio, sys
        async def main():
            reader = asyncio.StreamReader(sys.stdin)
            ticks = 0
            async def tick():
                nonlocal ticks
                while True:
                    await asyncio.sleep_ms(5)
                    ticks += 1
            task = asyncio.create_task(tick())
            await asyncio.sleep_ms(50)
            print("ready")
            line = await reader.readline()
            print(line.strip(), ticks > 3)
        asyncio.run(main())
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        if line == "ready":
            link._repl.write(b"hello\n")

    link.stream(code, take, timeout=20)
    assert lines == ["ready", "b'hello' True"]


def test_sleeping_takes_real_time(link: Link) -> None:
    start = time.monotonic()
    ticks = link.evaluate(
        "(lambda t: [t.ticks_ms(), t.sleep_ms(400), t.ticks_ms()])(__import__('time'))"
    )
    assert 0.3 < time.monotonic() - start < 5
    assert 400 <= ticks[2] - ticks[0] < 900


@pytest.mark.parametrize("board", EMULATED)
def test_skipped_sleeps_take_none(board: str, open_board: OpenBoard) -> None:
    link = open_board(board, skip_sleeps=True)
    start = time.monotonic()
    code = """
        import time
        for ms in (1, 3, 1000, 60000, 100000):
            start = time.ticks_us()
            time.sleep_ms(ms)
            print((time.ticks_diff(time.ticks_us(), start) - ms * 1000) < 100)
    """
    assert link.execute(code) == "True\n" * 5
    assert link.execute(ASYNC_ORDER) == ORDERED
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("board", EMULATED)
def test_clock_starts_with_the_year_2000(board: str, open_board: OpenBoard) -> None:
    link = open_board(board)
    assert link.evaluate("__import__('time').localtime()[:3]") == (2000, 1, 1)
    assert link.evaluate("__import__('time').gmtime(86400)[:3]") == (2000, 1, 2)
