# mypy: ignore-errors
"""Filters on a board or on the laptop: prints what must be the same on both.

Streams are made from integers, and results are told as CRC-32 of their bytes.
"""

import binascii
import gc
from array import array

COUNT = 300


def noise(code, scale):
    """Pseudo-random samples: the high bits of a linear congruential generator."""
    state, values = 1, array(code, [0] * COUNT)
    for i in range(COUNT):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        value = (state >> 15) - 32768
        values[i] = value / 32768 if code == "f" else value * scale
    return values


def show(name, filtering, block):
    """The stream in two blocks, in place."""
    view = memoryview(block)
    filtering.process(view[:101])
    filtering.process(view[101:])
    print(name, binascii.crc32(bytes(block)))
    gc.collect()


def biquads():
    from senselet.filter_design import band_pass, high_pass, high_shelf, low_pass
    from senselet.filters import Biquad, BiquadQ15, BiquadQ31

    show("Biquad", Biquad(low_pass(5, 100, 1000)), noise("f", 1))
    show("Biquad shelf", Biquad(high_shelf(100, 3, 1000), channels=1), noise("f", 1))
    show("BiquadQ15", BiquadQ15(band_pass(2, 100, 200, 1000)), noise("h", 1))
    show("BiquadQ31", BiquadQ31(high_pass(4, 20, 48000)), noise("i", 65536))
    show("BiquadQ31 int16", BiquadQ31(high_pass(2, 20, 48000)), noise("h", 1))
    rows = [(0.25, 0.5, 0.25, 1.0, -0.5, 0.25), (1.0, -1.0, 0.0, 1.0, -0.875, 0.0)]
    show("sections", BiquadQ31(rows), noise("i", 65536))
    show("sections float", Biquad(rows), noise("f", 1))
    for kind, row in ((Biquad, (1, 0, 0, 1, -1.0, 1.25)), (BiquadQ15, (1, 0, 0, 1, 0, -1.0))):
        try:
            kind([row])
        except ValueError as error:
            print(error)
    try:
        BiquadQ15(low_pass(2, 50, 100))
    except ValueError as error:
        print(str(error)[:50])


def fir():
    from senselet.fir import Fir, FirQ15

    taps = [i / 64 for i in (1, 3, 7, 12, 16, 12, 7, 3, 1)]
    for kind, code in ((Fir, "f"), (FirQ15, "h")):
        resampler = kind(taps, 2, 3)
        block, out = noise(code, 1), array(code, [0] * COUNT)
        count = resampler.process(block, out)
        print(kind.__name__, count, binascii.crc32(bytes(memoryview(out)[:count])))


def smoothing():
    from senselet.smoothing import DcBlocker, Envelope, Median, MovingAverage

    for code in ("f", "h"):
        show("MovingAverage " + code, MovingAverage(7, code), noise(code, 1))
        show("DcBlocker " + code, DcBlocker(1, 100, code), noise(code, 1))
        show("Envelope " + code, Envelope(0.01, 0.1, 1000, code), noise(code, 1))
        show("Median " + code, Median(5), noise(code, 1))
    try:
        Median(4)
    except ValueError as error:
        print(error)


def pitch():
    from senselet.pitch import Autocorrelation, Pitch

    for code in ("f", "h"):
        lags = Autocorrelation(COUNT, 50, True).run(noise(code, 1))
        print("Autocorrelation", binascii.crc32(bytes(lags)))
        wave = noise(code, 1)
        for i in range(COUNT):
            wave[i] = abs(i % 40 - 20) * 100
        print("Pitch", binascii.crc32(bytes(Pitch(COUNT, 8000, 100, 1000).run(wave))))


def main():
    biquads()
    fir()
    smoothing()
    pitch()
    print("ok")
