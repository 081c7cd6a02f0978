# mypy: ignore-errors
"""Spectra on a board or on the laptop: prints a checksum of every result, the same on both."""

from array import array
from binascii import crc32

from senselet.fft import FFT, STFT, Goertzel, Window


def noise(typecode, count):
    """Numbers that are the same everywhere: 16 bits, exact in float32."""
    values = array(typecode, bytes((2 if typecode == "h" else 4) * count))
    state = 1
    for i in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        values[i] = (state >> 15) - 32768
    return values


def show(what, values):
    print(what, crc32(bytes(values)))


def main():
    for typecode in "fh":
        for n in (16, 64, 128):
            fft = FFT(n, typecode)
            x = noise(typecode, n)
            fft.real(x)
            show(("real", typecode, n), x)
            fft.real_inverse(x)
            show(("inverse", typecode, n), x)
            x = noise(typecode, 2 * n)
            fft.complex(x)
            show(("complex", typecode, n), x)
            fft.complex_inverse(x)
            show(("inverse", typecode, n), x)
        for name in ("hann", "flattop", "kaiser"):
            window = Window(name, 50, typecode, beta=8.0 if name == "kaiser" else 0.0)
            show((name, typecode), window.values)
            x = noise(typecode, 50)
            window.multiply(x)
            show(("multiplied", typecode), x)
        block = noise(typecode, 200)
        for output in ("spectrum", "magnitude", "power"):
            stft = STFT(32, 10, length=30, output=output, typecode=typecode)
            kind = "I" if output == "power" and typecode == "h" else typecode
            out = array(kind, bytes((2 if kind == "h" else 4) * stft.row * stft.rows(200)))
            print(stft.process(block, out))
            show((output, typecode), out)
        tones = Goertzel([50, 1000.5, 7000], 16000, 150, typecode)
        out = array("i" if typecode == "h" else "f", bytes(4 * tones.row))
        print(tones.process(block, out))
        show(("goertzel", typecode), out)
    for wrong in (lambda: FFT(100), lambda: FFT(16).real(noise("f", 15))):
        try:
            wrong()
        except ValueError as error:
            print(str(error).split(";")[0])
    print("ok")
