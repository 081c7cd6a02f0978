"""The sound level meter's parts that virtual boards lack: simulated display, simulated I2S."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ssd1306_simulator import Ssd1306Simulator

from senselet.deploy import install, program_files
from senselet.links import Link, open_link

APPLICATION = program_files(Path(__file__).parents[2] / "examples" / "sound_level_meter")
RATE = 16000

# In place of the module machine: keeps what it is given, and prints I2C messages.
MACHINE = """
import sys, io, binascii, virtual
from time import ticks_ms, ticks_diff
class Pin:
    def __init__(self, number):
        self.number = number
class I2C:
    def __init__(self, number, scl, sda, freq):
        print("i2c", number, scl.number, sda.number, freq)
    def writeto(self, address, message):
        print("message", address, str(binascii.hexlify(message), "ascii"))
class I2S(io.IOBase):
    RX, MONO = 5, 7
    made = None
    def __init__(self, number, *, sck, ws, sd, mode, bits, format, rate, ibuf):
        print("i2s", number, sck.number, ws.number, sd.number, mode, bits, format, rate, ibuf)
        self.sensor = virtual.Sensor("samples")
        self.asked = False
        self.turn = 0
    def ioctl(self, request, argument):
        if request == 3:
            self.asked = True
            return argument & 1
        return -22
    def readinto(self, block):
        assert self.asked, "a real one would wait here for the whole block"
        # As much as there is: whatever the DMA has brought.
        self.turn += 1
        count = (len(block), 64, 1, 777)[self.turn % 4]
        return self.sensor.readinto(memoryview(block)[:min(count, len(block))])
class machine:
    pass
machine.Pin, machine.I2C, machine.I2S = Pin, I2C, I2S
sys.modules["machine"] = machine
"""


@pytest.fixture(params=["m3", "unix"])
def link(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Link]:
    with open_link(f"sim:{request.param}", host_folder=tmp_path, skip_sleeps=True) as board:
        yield board


def installed(link: Link, **changes: Any) -> None:
    config = json.loads(APPLICATION["/config.json"]) | {"line": False} | changes
    install(link, program={**APPLICATION, "/config.json": json.dumps(config).encode()})
    link.soft_reset()


@pytest.mark.parametrize(("microphone", "shift"), [("inmp441", 0), ("sph0645", 1)])
def test_an_i2s_microphone_is_heard(
    microphone: str, shift: int, link: Link, tmp_path: Path
) -> None:
    """A tone of 94 dB, as 24 bits in the upper ones of 32, in pieces; shifted, the README's way."""
    time = np.arange(3 * RATE) / RATE
    tone = 2**23 * 10 ** ((94 - 120) / 20) * np.sin(2 * np.pi * 1000 * time)
    samples = np.rint(tone).astype(np.int64) << (8 + shift)
    (tmp_path / "samples").write_bytes(samples.astype("<i4").tobytes())
    full_scale = 120 if not shift else 114
    installed(link, microphone=microphone, full_scale=full_scale, i2s=1)
    said = link.execute(MACHINE + "exec(open('/main.py').read())", timeout=60).splitlines()
    assert said[0] == f"i2s 1 4 5 6 5 32 7 16000 {16000 * 4 * 4 // 10}"
    seconds = [json.loads(line) for line in said[1:]]
    assert len(seconds) >= 2
    for second in seconds[1:]:
        for key in ("LAF", "LAeq", "LAFmax", "LAFmin"):
            assert second[key] == pytest.approx(94, abs=0.06)
        assert second["LCpeak"] == pytest.approx(97, abs=0.1)
        assert second["overload"] is False


def test_bands_come_with_the_line(link: Link, tmp_path: Path) -> None:
    time = np.arange(3 * RATE) / RATE
    tone = 2**23 * 10 ** ((94 - 120) / 20) * np.sin(2 * np.pi * 1000 * time)
    (tmp_path / "samples").write_bytes((np.rint(tone).astype("<i4") << 8).tobytes())
    installed(link, microphone="inmp441", bands="third_octave")
    said = link.execute(MACHINE + "exec(open('/main.py').read())", timeout=60).splitlines()
    bands = json.loads(said[2])["bands"]
    assert bands.pop("Hz") == "dB"
    assert list(bands)[:3] == ["25", "31.5", "40"]
    assert bands["1000"] == pytest.approx(94, abs=0.3)  # class 1 allows 0.4
    assert all(level is None or level < 78 for f, level in bands.items() if f != "1000")


SHOW = """
import json
from meter import SoundLevelMeter
from microphone import LossCounter
with open("/config.json") as file:
    meter = SoundLevelMeter(json.load(file))
for _ in range(20):
    meter.microphone.ioctl(3, 1)
    n = meter.microphone.readinto(meter.block)
    if n:
        meter.level_meter.push(memoryview(meter.block)[: n // 4])
meter.oled.show(meter)
display = meter.oled.display
print("level", meter.level_meter.fast, meter.level_meter.leq)
for y in range(display.height):
    print("row", "".join(str(display.pixel(x, y)) for x in range(128)))
"""


@pytest.mark.parametrize("height", [64, 32])
def test_the_display_shows_the_level(height: int, link: Link, tmp_path: Path) -> None:
    """On a simulated display: it shows each dot of the frame buffer where it belongs."""
    time = np.arange(3 * RATE) / RATE
    tone = 2**23 * 10 ** ((94 - 120) / 20) * np.sin(2 * np.pi * 1000 * time)
    (tmp_path / "samples").write_bytes((np.rint(tone).astype("<i4") << 8).tobytes())
    oled = {"i2c": 0, "scl": 9, "sda": 8, "height": height}
    installed(link, microphone="inmp441", oled=oled)
    said = link.execute(MACHINE + SHOW, timeout=60).splitlines()
    assert "i2c 0 9 8 400000" in said
    simulator = Ssd1306Simulator()
    for line in said:
        if line.startswith("message "):
            _, address, digits = line.split()
            assert address == "60"
            simulator.write(bytes.fromhex(digits))
    assert simulator.is_on
    assert simulator.settings[0x8D] == (0x14,)  # without its charge pump it stays dark
    frame = np.array([[c == "1" for c in line[4:]] for line in said if line.startswith("row ")])
    assert frame.shape == (height, 128)
    assert np.array_equal(simulator.dots(), frame)
    # Digits of 24 dots above, and the bar as long as the level is above 20 dB.
    assert frame[:24, :96].sum() > 400
    if height == 64:
        level = float(next(line for line in said if line.startswith("level")).split()[1])
        assert frame[34, 1:127].sum() == int(level - 20)
