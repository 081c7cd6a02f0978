# mypy: ignore-errors
"""Features of muscles and vibration, onsets and scaling on a board, and on the laptop as well.

Results as text, to be compared. Samples are integers of a small generator, the same everywhere; and
nothing is allocated once an object is made.
"""

from array import array

from senselet.muscle import EmgFeatures
from senselet.onset import OnsetDetector
from senselet.scaling import Scaling
from senselet.vibration import VibrationFeatures

try:
    from micropython import heap_lock, heap_unlock
except ImportError:  # the laptop

    def heap_lock():
        pass

    heap_unlock = heap_lock


def noise(typecode, count):
    block = array(typecode, [0] * count)
    word = 12345
    for i in range(count):
        word = (word * 1103515245 + 12345) & 0x7FFFFFFF
        block[i] = ((word >> 8) & 0x7FF) - 1024
    return block


def words(values):
    return " ".join([hex(word) for word in array("I", bytes(values))])


def run(title, step, window):
    out = array("f", [0] * step.outputs)
    heap_lock()
    try:
        step.run(window, out)
    finally:
        heap_unlock()
    print(title, words(out))


def refused(function, *expected):
    text = "not refused"
    try:
        function()
    except ValueError as error:
        text = str(error)
    for word in expected:
        assert word in text, text


def main():
    window = noise("f", 600)
    run("emg", EmgFeatures(300, 2, 200.0), window)
    run("emg centred", EmgFeatures(300, 2, 200.0, ["zero_crossings"], True), window)
    run("vibration", VibrationFeatures(600, 12000), window)
    lines = [(100.0, 0.0), (150.0, 30.0)]
    run("lines", VibrationFeatures(600, 12000, band=(2000, 4000), lines=lines, harmonics=2), window)
    run("scaling", Scaling([100.0, -7.0, 0.0], [0.01, 3.0, -1.0]), array("f", [3, -4, 5]))
    detector = OnsetDetector(8000, distance_ms=20)
    for typecode in ("h", "f"):
        block = noise(typecode, 2000)
        for i in range(2000):
            block[i] = 20000 if i in (700, 1500) else block[i] // 16
        if typecode == "f":
            for i in range(2000):
                block[i] = block[i] / 32768  # a power of two: exact
        detector.reset()
        detector.process(block)
        heap_lock()
        try:
            count = detector.process(block)
        finally:
            heap_unlock()
        print("onset", typecode, count, detector.found[: 2 * count], detector.missing)
    refused(lambda: EmgFeatures(300, 2, -1.0), "threshold", "outside")
    refused(lambda: Scaling([1.0], [0.0]), "scale", "outside")
    refused(lambda: detector.process(bytearray(3)), "block", "item type")
    refused(lambda: VibrationFeatures(600, 12000, lines=lines), "need a band")
    refused(lambda: EmgFeatures(4).run(array("f", [1.0])), "wrong number of items")
    print("ok")
