# mypy: ignore-errors
"""The runtime's tests that a MicroPython board runs, and the laptop as well: plain asserts.

Needs the files that board_files.py makes, in the current folder. Prints a line beginning with "ok"
for each test, "ok all" at the end; raises otherwise.
"""

import gc
import sys
from array import array

import senselet

try:
    from micropython import heap_lock, heap_unlock
except ImportError:  # the laptop

    def heap_lock():
        pass

    heap_unlock = heap_lock

ON_BOARD = sys.implementation.name == "micropython"


def read(name):
    with open(name, "rb") as file:  # noqa: PTH123 - boards have no pathlib
        return file.read()


def floats(data):
    """An array of the float32 in these bytes."""
    items = array("f", bytes(len(data)))
    memoryview(items)[:] = memoryview(array("f", data))
    return items


DATA = read("board_trees.sense")
LABELS = ("rest", "walk", "jump")
WINDOW_VALUES = 8  # 4 samples of 2 channels, hop 2
BLOCK = floats(read("board_stream.bin"))  # float32 samples
EXPECTED = read(
    "board_expected.bin"
)  # of each window of the stream: 3 float32, as the laptop has it
N_WINDOWS = len(EXPECTED) // 12
WINDOWS = [BLOCK[4 * i : 4 * i + WINDOW_VALUES] for i in range(N_WINDOWS)]


def check(model, rounds=1):
    """All windows give the expected bytes."""
    out = array("f", bytes(12))
    for _ in range(rounds):
        for i in range(N_WINDOWS):
            assert model.predict_proba(WINDOWS[i], out) is out
            assert bytes(out) == EXPECTED[12 * i : 12 * i + 12], i
            best = max(range(3), key=lambda k: (out[k], -k))
            assert model.predict(WINDOWS[i]) == LABELS[best]


def storm():
    """Collect, and write over whatever was freed."""
    garbage = [bytearray(b"\xa5" * (16 + 24 * (i % 9))) for i in range(60)]
    del garbage
    gc.collect()
    return [bytearray(b"\x5a" * (16 + 24 * (i % 9))) for i in range(60)]


def refused(kind, function, *words):
    """Calling the function raises this kind of exception, and its text has all these words."""
    try:
        function()
    except kind as error:
        text = str(error)
    else:
        text = "not refused"
    for word in words:
        assert word in text, (word, text)
    assert text != "not refused"


def test_attributes():
    model = senselet.load("board_trees.sense")
    assert (model.window, model.hop, model.channels, model.outputs) == (4, 2, 2, 3)
    assert (model.labels, model.typecode, model.rate_millihertz) == (LABELS, "f", 50000)
    assert "accelerometer" in model.text


def test_bits():
    check(senselet.load("board_trees.sense"))
    check(senselet.load(DATA))


def test_storms():
    model = senselet.load(bytes(DATA + b"")[:])
    stream = model.stream()
    for _ in range(8):
        keep = storm()
        check(model)
        assert keep
    stream.push(BLOCK)
    seen = 0
    while stream.next():
        keep = storm()
        assert bytes(stream.probabilities) == EXPECTED[12 * seen : 12 * seen + 12]
        seen += 1
    assert seen == stream.windows == N_WINDOWS
    del model, stream, keep
    gc.collect()


def test_many_models_come_and_go():
    for _ in range(20):
        senselet.load(bytearray(DATA)).stream()
    storm()
    check(senselet.load(bytearray(DATA)))


def test_changed_bytes():
    for wrap in (bytearray, lambda data: memoryview(bytearray(data))):
        data = wrap(DATA)
        model = senselet.load(data)
        for i in range(len(data)):
            data[i] = 0xA5
        storm()
        check(model)
        model.stream()


def test_odd_addresses():
    for shift in (1, 2, 3):
        shifted = memoryview(b"\0" * shift + DATA)[shift:]
        check(senselet.load(shifted))
        check(senselet.Model(shifted))


def test_heap_locked():
    model = senselet.load("board_trees.sense")
    stream = model.stream()
    out = array("f", bytes(12))
    integers = array("h", [1, -2, 3, -4, 5, -6, 7, -8])
    window = WINDOWS[0]
    short = BLOCK[:6]
    blocks = (short, BLOCK, integers)
    model.predict(window)  # the first call makes the model's own window
    gc.collect()
    heap_lock()
    try:
        for _ in range(5):
            model.predict_proba(window, out)
            model.predict(window)
            model.predict_proba(integers, out)
            model.predict(integers)
            for block in blocks:
                stream.push(block)
                while stream.next():
                    pass
            stream.clear()
    finally:
        heap_unlock()
    assert stream.windows > 5 * N_WINDOWS
    check(model)


def test_steps_beside_each_other():
    model = senselet.load("board_beside.sense")
    assert model.kinds == ("time_features", "time_features", "time_features", "trees")
    expected = read("board_expected_beside.bin")
    out = array("f", bytes(12))
    model.predict(WINDOWS[0])  # the first call makes the model's own window
    gc.collect()
    for i in range(N_WINDOWS):
        heap_lock()
        try:
            model.predict_proba(WINDOWS[i], out)
        finally:
            heap_unlock()
        assert bytes(out) == expected[12 * i : 12 * i + 12], i


def test_cuts():
    model = senselet.load("board_trees.sense")
    for length in (1, 2, 3, 4, 5, 7, 1000):
        stream = model.stream()
        seen = 0
        for start in range(0, len(BLOCK), 2 * length):
            stream.push(BLOCK[start : start + 2 * length])
            while stream.next():
                assert bytes(stream.probabilities) == EXPECTED[12 * seen : 12 * seen + 12]
                seen += 1
        assert seen == N_WINDOWS


def test_wrong_arguments():
    model = senselet.load("board_trees.sense")
    window, stream = WINDOWS[0], model.stream()
    out = array("f", bytes(12))
    for wrong in (array("f", bytes(28)), array("f", bytes(36)), array("f"), None, 5, [1.0]):
        refused(ValueError, lambda w=wrong: model.predict(w), "expected 8 values", "found")
    for wrong in (array("i", bytes(32)), bytes(8), bytearray(8), [1.0] * 8, "12345678"):
        refused(ValueError, lambda w=wrong: model.predict(w), "float32", "int16", "found")
    for wrong in (array("f", bytes(8)), array("f", bytes(16)), array("i", bytes(12)), bytes(12), 5):
        refused(ValueError, lambda w=wrong: model.predict_proba(window, w), "expected 3", "found")
    for wrong in (array("f", bytes(12)), array("i", bytes(8)), bytes(8), [1.0], 5, ""):

        def push(block=wrong):
            stream.push(block)
            stream.next()

        refused(ValueError, push, "2 channels", "found")
        assert not stream.next()
    check(model)
    for wrong in (5, 5.0, ["x"], ()):
        refused(ValueError, lambda w=wrong: senselet.load(w), "expected a path or a buffer")
    refused(OSError, lambda: senselet.load("no_such_file.sense"))
    model.predict_proba(window, out)


def test_damage():
    for length in range(0, len(DATA), 41):
        refused(ValueError, lambda n=length: senselet.load(DATA[:n]), "truncated")
    for at in range(16, len(DATA), 29):
        flipped = bytearray(DATA)
        flipped[at] ^= 0x10
        refused(ValueError, lambda d=flipped: senselet.load(d), "damaged")
    refused(ValueError, lambda: senselet.load(b"GIF89a" + DATA[6:]), "not a Senselet model")
    refused(ValueError, lambda: senselet.load("board_unknown.sense"), "'none'", "board_unknown")
    check(senselet.load(DATA))


def test_memory_out():
    """With any amount of memory free: MemoryError, or it works."""
    if not ON_BOARD:
        return
    hoard = None  # a chain: a list would need one large piece to grow
    gc.collect()
    for size in (4096, 512, 64, 16):
        try:
            while True:
                hoard = (bytearray(size), hoard)
        except MemoryError:
            pass
    failures = 0
    while True:
        try:
            model = senselet.load(DATA)
            stream = model.stream()
            break
        except MemoryError:
            failures += 1
            model = stream = None
            for _ in range(4):
                if hoard:
                    hoard = hoard[1]
    assert failures > 0
    hoard = None
    gc.collect()
    check(model)
    stream.push(BLOCK)
    assert stream.next()


def run():
    for test in (
        test_attributes,
        test_bits,
        test_storms,
        test_many_models_come_and_go,
        test_changed_bytes,
        test_odd_addresses,
        test_heap_locked,
        test_steps_beside_each_other,
        test_cuts,
        test_wrong_arguments,
        test_damage,
        test_memory_out,
    ):
        gc.collect()
        test()
        print("ok", test.__name__)
    print("ok all")


run()
