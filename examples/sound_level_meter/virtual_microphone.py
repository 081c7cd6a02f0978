"""A microphone that is a file: what a virtual board hears."""

import io
import struct
from time import ticks_diff, ticks_us

import virtual

POLL = 3  # requests and flags of MicroPython's streams
READABLE = 1


class VirtualMicrophone(io.IOBase):
    """Plays a recording of the host as a microphone does: at its pace, whether one listens or not.

    Samples come into a ring buffer. Who reads too late finds the oldest ones overwritten; their
    number is counted.

    Parameters
    ----------
    path : str
        A WAV file, one channel of 16 or 32 bits; or raw samples, 16 bits each.
    rate : int
        Samples a second; a WAV file must have the same.
    ring_ms : int
        How much the ring holds. 0 for no pace at all: each block is there at once, for
        measurements.

    Attributes
    ----------
    bits : int
        Of a sample.
    lost : int
        Samples that were overwritten before they were read.
    """

    def __init__(self, path, rate, ring_ms):
        self.sensor = virtual.Sensor(path)
        self.rate = rate
        self.bits = 16
        self.start = 0  # of the samples in the file, in bytes
        self.length = 1 << 29
        self.lost = 0
        self.position = 0  # samples read or lost
        self.ring = rate * ring_ms // 1000
        header = bytearray(12)
        self.sensor.readinto(header)
        if header[:4] == b"RIFF":
            self._read_header(path)
        self.sensor.seek(self.start)
        self.arrived = 0  # samples, and the microseconds of the next one so far, times the rate
        self.rest = 0
        self.last = ticks_us()

    def _read_header(self, path):
        place = 12
        chunk = bytearray(24)
        while True:
            self.sensor.seek(place)
            if self.sensor.readinto(chunk) < 8:
                raise ValueError(path + " has no samples")
            kind, size = struct.unpack_from("<4sI", chunk)
            if kind == b"fmt ":
                _, channels, rate, _, _, self.bits = struct.unpack_from("<HHIIHH", chunk, 8)
                if channels != 1 or self.bits not in (16, 32) or rate != self.rate:
                    raise ValueError(
                        f"{path}: expected one channel of 16 or 32 bits at {self.rate} Hz, "
                        + f"found {channels} of {self.bits} bits at {rate} Hz"
                    )
            elif kind == b"data":
                self.start = place + 8
                self.length = size // (self.bits // 8)
                return
            place += 8 + size + size % 2

    def available(self):
        """Samples that wait in the ring, in time for which the oldest ones make way."""
        left = self.length - self.position
        if not self.ring:
            return left
        now = ticks_us()
        passed = ticks_diff(now, self.last)
        self.last = now
        while passed > 0:  # in small steps, for which small integers are enough
            step = min(passed, 16000)
            passed -= step
            self.rest += step * self.rate
            self.arrived += self.rest // 1000000
            self.rest %= 1000000
        waiting = min(self.arrived - self.position, left)
        if waiting > self.ring:
            gone = waiting - self.ring
            self.lost += gone
            self.position += gone
            self.sensor.seek(self.start + self.position * (self.bits // 8))
            waiting = self.ring
        return waiting

    def readinto(self, block):
        """Take what waits, a block at most; bytes read, 0 if nothing does, as at the end."""
        count = min(len(block), self.available())
        if not count:
            return 0
        self.position += count
        whole = count == len(block)
        return self.sensor.readinto(block if whole else memoryview(block)[:count])

    def ioctl(self, request, argument):
        """Tell whether there is something to read; asyncio asks that."""
        if request != POLL:
            return -22  # EINVAL
        return argument & READABLE if self.available() or self.position >= self.length else 0
