# mypy: ignore-errors
"""The sound level meter on a board, and on the laptop as well: results as text, to be compared.

Samples are integers of a small generator, the same everywhere. Also: pushing allocates nothing.
"""

import gc
from array import array

from senselet.sound import LevelMeter
from senselet.sound_bands import BandMeter

try:
    from micropython import heap_lock, heap_unlock
except ImportError:  # the laptop

    def heap_lock():
        pass

    heap_unlock = heap_lock


def blocks(typecode, shift, count=320):
    """Blocks of noise without end, in one buffer."""
    block = array(typecode, [0] * count)
    word = 12345
    while True:
        for i in range(count):
            word = (word * 1103515245 + 12345) & 0x7FFFFFFF
            block[i] = ((word >> 8) - (1 << 22)) >> shift
        yield block


def words(levels):
    return " ".join([hex(word) for word in array("I", bytes(levels))])


def run(title, meter, noise, rounds):
    intervals = 0
    for _ in range(rounds):
        block = next(noise)
        heap_lock()
        try:
            intervals += meter.push(block)
            meter.read()
        finally:
            heap_unlock()
    print(title, intervals, words(meter.levels), meter.overload, meter.under_range)
    if meter.bands is not None:
        print(title, meter.bands.frequencies[-1], words(meter.bands.read()))
    gc.collect()


def refused(function, *expected):
    text = "not refused"
    try:
        function()
    except ValueError as error:
        text = str(error)
    for word in expected:
        assert word in text, (word, text)


def main(arithmetics=("fixed",)):
    for arithmetic in arithmetics:
        meter = LevelMeter(16000, "A", 16, arithmetic, interval=100, impulse=True)
        run(arithmetic + " A", meter, blocks("h", 9), 50)
        meter.calibrate(94)
        run(arithmetic + " calibrated", meter, blocks("h", 8), 10)
        meter = LevelMeter(48000, "C", 24, arithmetic, "octave", statistics=False)
        run(arithmetic + " C", meter, blocks("i", 2), 10)
        del meter
        gc.collect()
    bands = BandMeter(16000, sample_bits=32)
    noise = blocks("i", 0, 256)
    for _ in range(8):
        bands.push(next(noise))
    print("bands", words(bands.next()))
    meter = LevelMeter(8000, sample_bits=16, interval=20)
    refused(lambda: meter.push(array("i", [1])), "block of samples", "found")
    refused(lambda: meter.push(3), "block of samples")
    refused(meter.calibrate, "calibration")
    refused(lambda: meter.set_full_scale(1000), "full_scale")
    assert meter.push(array("h")) == 0
    assert meter.push(array("h", [0] * 800)) == 5
    for wrong in ({"rate": 96000}, {"rate": 0}, {"weighting": "B"}, {"sample_bits": 8}):
        refused(lambda w=wrong: LevelMeter(**w), *wrong)
    for wrong in ({"arithmetic": "exact"}, {"interval": 30}, {"span": 300}, {"bands": "sixth"}):
        refused(lambda w=wrong: LevelMeter(**w), *wrong)
    print("ok")
