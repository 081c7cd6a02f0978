"""Programs on a board through a link: output, errors, time limits, Ctrl-C."""

import time

import pytest

from senselet.links import BoardError, Link, LinkTimeoutError

pytest_plugins = ["board_fixtures"]


def test_output_comes_back(link: Link) -> None:
    assert link.execute("print(6 * 7)") == "42\n"
    assert link.execute("print('ä€😀')") == "ä€😀\n"
    assert link.execute("") == ""


def test_indented_code_runs(link: Link) -> None:
    code = """
        for i in range(3):
            print(i)
    """
    assert link.execute(code) == "0\n1\n2\n"


def test_long_program_arrives_whole(link: Link) -> None:
    line = "total += 1  # " + "x" * 80 + "\n"
    assert link.execute("total = 0\n" + line * 500 + "print(total)") == "500\n"


def test_long_output_arrives_whole(link: Link) -> None:
    output = link.execute("for i in range(2000): print('line', i)", timeout=30)
    assert output == "".join(f"line {i}\n" for i in range(2000))


def test_values_come_back(link: Link) -> None:
    assert link.evaluate("(1, -2.5, 'x', b'\\x00\\x04', [None, True], {'a': 2**70})") == (
        (1, -2.5, "x", b"\x00\x04", [None, True], {"a": 2**70})
    )


def test_exception_brings_traceback_and_output(link: Link) -> None:
    with pytest.raises(BoardError) as caught:
        link.execute("print('before')\ndef f():\n    return 1 // 0\nf()")
    assert caught.value.kind == "ZeroDivisionError"
    assert caught.value.output == "before\n"
    assert "line 3, in f" in caught.value.traceback
    assert link.execute("print(1)") == "1\n"


def test_syntax_error_is_a_board_error(link: Link) -> None:
    with pytest.raises(BoardError, match="SyntaxError"):
        link.execute("x = (" + "\n" * 3000)
    with pytest.raises(BoardError, match="SyntaxError"):
        link.execute("1 = 2\n" + "x = 1\n" * 500)
    assert link.execute("print(1)") == "1\n"


def test_output_without_lines_comes_as_well(link: Link) -> None:
    """Of a program that waits at a line's end, and would wait for ever."""
    said = ""

    class SeenError(Exception):
        pass

    def take(text: str) -> None:
        nonlocal said
        said += text
        if said.endswith("75 %"):
            raise SeenError

    program = r"""
        import sys
        print("begin")
        for share in (25, 50, 75):
            sys.stdout.write("\r%d %%" % share)
        while True:
            pass
        """
    with pytest.raises(SeenError):
        link.watch(program, take, timeout=20)
    assert said == "begin\n\r25 %\r50 %\r75 %"
    assert link.execute("print(1)") == "1\n"


def test_lines_stream_as_they_come(link: Link) -> None:
    lines: list[tuple[str, float]] = []
    start = time.monotonic()
    link.stream(
        "import time\nfor i in range(3):\n    print('ü', i)\n    time.sleep_ms(300)\n"
        "print('end', end='')",
        lambda line: lines.append((line, time.monotonic() - start)),
    )
    assert [line for line, _ in lines] == ["ü 0", "ü 1", "ü 2", "end"]
    assert lines[0][1] < lines[3][1] - 0.5  # the first was there long before the last


def test_failing_receiver_stops_the_program(link: Link) -> None:
    class FullError(Exception):
        pass

    def take(line: str) -> None:
        if line == "5":
            raise FullError

    with pytest.raises(FullError):
        link.stream("i = 0\nwhile True:\n    print(i)\n    i += 1", take)
    assert link.evaluate("i >= 5")


@pytest.mark.parametrize(
    "busy", ["while True:\n        pass", "import time\n    time.sleep(100)", "input()"]
)
def test_overdue_program_is_stopped_and_located(link: Link, busy: str) -> None:
    with pytest.raises(LinkTimeoutError) as caught:
        link.execute(
            f"def waits_for_ever():\n    print('started')\n    {busy}\nwaits_for_ever()", 0.5
        )
    assert "waits_for_ever" in str(caught.value)
    assert "started" in str(caught.value)
    assert "KeyboardInterrupt" in caught.value.traceback
    assert link.execute("print(1)") == "1\n"


def test_ctrl_c_can_be_caught_on_the_board(link: Link) -> None:
    code = """
        import time
        try:
            print("ready")
            while True:
                time.sleep_ms(10)
        except KeyboardInterrupt:
            print("stopped")
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        if line == "ready":
            link._repl.write(b"\x03")

    link.stream(code, take, timeout=10)
    assert lines == ["ready", "stopped"]


def test_console_takes_all_bytes_when_ctrl_c_is_off(link: Link) -> None:
    every_byte = bytes(range(256)) * 4
    code = """
        import sys, micropython
        micropython.kbd_intr(-1)
        print("ready")
        data = b""
        while len(data) < 1024:
            data += sys.stdin.buffer.read(1)
        micropython.kbd_intr(3)
        print(data == bytes(range(256)) * 4)
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        if line == "ready":
            link._repl.write(every_byte)

    link.stream(code, take, timeout=10)
    assert lines == ["ready", "True"]


def test_binary_output_is_untouched(link: Link) -> None:
    data = bytes(byte for byte in range(256) if byte != 4)  # 4 ends the output in the raw REPL
    assert link._repl.execute(f"import sys\nsys.stdout.buffer.write({data!r})", 5) == data


def test_select_waits_for_console_input(link: Link) -> None:
    code = """
        import sys, select, time
        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        print(len(poll.poll(20)))
        print("ready")
        print(len(poll.poll(10000)), sys.stdin.readline().strip())
    """
    lines: list[str] = []

    def take(line: str) -> None:
        lines.append(line)
        if line == "ready":
            link._repl.write(b"hello\n")

    link.stream(code, take, timeout=20)
    assert lines == ["0", "ready", "1 hello"]


def test_friendly_prompt_and_paste_mode(link: Link) -> None:
    def say(text: bytes, mark: bytes) -> bytes:
        link._repl.write(text)
        return link._repl._read_until(mark, 5)

    say(b"\r\x02", b">>> ")
    assert b"\n3\r\n" in say(b"1+2\r", b">>> ").replace(b"\r\r", b"\r").replace(b"3\n", b"3\r\n")
    say(b"\x05", b"=== ")
    assert b"12" in say(b"for i in range(2):\r    print(i + 11)\r\x04", b">>> ")
    link.connect()
    assert link.execute("print(1)") == "1\n"


def test_no_names_are_left_behind(link: Link) -> None:
    before = set(link.evaluate("dir()"))
    link.put("/x", b"1")
    link.get("/x")
    link.checksum("/x")
    link.remove("/x")
    link.info()
    left = set(link.evaluate("dir()")) - before
    assert left <= {"os"}
