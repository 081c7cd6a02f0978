"""The meter's tasks: one listens, and never waits for the others, which show and report.

Everything is written piece by piece: on a board whose memory is in use, room for a long text takes
longer to find than the text to write.
"""

import asyncio
import gc
import select
import sys
from array import array

from microphone import LossCounter, open_microphone
from senselet.sound import RESULTS, LevelMeter

SHOWN_EVERY = 250  # ms
BAR = 40  # characters, for 20 ... 100 dB

# Names in the JSON lines, and LevelMeter's results. Those of the interval are of the second
# that has just ended, LAF and LAS of its end, percentiles of the whole measurement so far.
REPORTED = (
    ("L{}F", "fast"),
    ("L{}S", "slow"),
    ("L{}eq", "interval_leq"),
    ("L{}Fmax", "interval_max"),
    ("L{}Fmin", "interval_min"),
    ("LCpeak", "interval_peak"),
    ("L{}F10", "l10"),
    ("L{}F50", "l50"),
    ("L{}F90", "l90"),
)
FAST, LEQ = RESULTS.index("fast"), RESULTS.index("leq")

DIGITS = "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
write = sys.stdout.write


def write_level(level, scale, unknown):
    """Write a level with the digits that scale, 10 or 100, gives. So it is three times as fast."""
    if level != level:
        write(unknown)
        return
    number = int(level * scale + (0.5 if level >= 0 else -0.5))
    if number < 0:
        write("-")
        number = -number
    place = 100 * scale
    begun = False
    while place:
        digit = number // place % 10
        if digit or begun or place <= scale:
            write(DIGITS[digit])
            begun = True
        if place == scale:
            write(".")
        place //= 10


class SoundLevelMeter:
    """Measures what a microphone hears.

    Parameters
    ----------
    config : dict
        See README.md.
    microphone : stream, optional
        In place of the one that the configuration tells.
    """

    def __init__(self, config, microphone=None):
        rate = config["rate"]
        weighting = config["weighting"]
        self.config = config
        self.microphone = microphone or open_microphone(config)
        # I2S microphones deliver 24 or 18 bits, in the upper ones of 32.
        bits = getattr(self.microphone, "bits", 0) or config.get("bits", 32)
        self.level_meter = LevelMeter(
            rate, weighting, bits, config["arithmetic"], full_scale=config["full_scale"]
        )
        samples = rate * config["block_ms"] // 1000
        self.item = bits // 8
        self.block = array("h" if bits == 16 else "i", bytes(samples * self.item))
        self.loss = LossCounter(self.microphone, rate, samples, config["ring_ms"])
        self.seconds = 0
        self.second = asyncio.Event()
        self.listening = False
        self.keys = [
            (', "' + name.replace("{}", weighting) + '": ', RESULTS.index(result))
            for name, result in REPORTED
        ]
        self.title = "\rL" + weighting + "F "
        self.bar = "#" * BAR + " " * BAR
        self.bands = None
        if config.get("bands"):
            from senselet.sound_bands import BandMeter

            self.bands = BandMeter(
                rate, config["bands"], bits, config["arithmetic"], config["full_scale"]
            )
            self.band_keys = [', "' + str(f) + '": ' for f in self.bands.frequencies]
        self.oled = None
        if config.get("oled"):
            from oled import open_oled

            self.oled = open_oled(config["oled"])

    async def run(self):
        """Measure until the microphone ends, which a real one does not."""
        gc.collect()  # what is left of loading the program is in the way of all that follows
        self.listening = True
        tasks = [asyncio.create_task(self.report())]
        if self.config["line"] or self.oled:
            tasks.append(asyncio.create_task(self.show()))
        try:
            await self.listen()
        finally:
            self.listening = False
            self.second.set()
            for task in tasks:
                await task

    async def listen(self):
        """Take samples as they come, at most a block at a time. All else happens in between."""
        push = self.level_meter.push
        block = self.block
        size = len(block)
        view = memoryview(block)
        rate = self.config["rate"]
        take = self.microphone.readinto
        # Asking first makes a machine.I2S give what it has, rather than wait for a whole block.
        poll = select.poll()
        poll.register(self.microphone, select.POLLIN)
        while True:
            self.loss.before()
            count = 0
            for _ in poll.ipoll(0):
                count = take(block) // self.item
                if not count:
                    return  # the end of a recording
            self.loss.after(count)
            if count:
                heard = block if count == size else view[:count]
                if self.bands:
                    self.bands.push(heard)
                if push(heard):
                    self.seconds += 1
                    self.second.set()
            # Let a block gather, unless there may be one already.
            await asyncio.sleep_ms((size - count) * 1000 // rate)

    async def report(self):
        """A JSON line each second."""
        reported = 0
        while self.listening:
            await self.second.wait()
            self.second.clear()
            if self.config["json"] and self.seconds > reported:
                if self.config["line"]:
                    write("\r\x1b[K")
                self.write_json()
            reported = self.seconds

    def write_json(self):
        """Write the last second as a line of JSON."""
        meter = self.level_meter
        levels = meter.read()  # once: each attribute would compute them all
        write('{"t": ')
        write(str(self.seconds))
        for key, place in self.keys:
            write(key)
            write_level(levels[place], 100, "null")
        if self.bands:
            write(', "bands": {"Hz": "dB"')
            levels = self.bands.next()
            for place in range(len(levels)):
                write(self.band_keys[place])
                write_level(levels[place], 100, "null")
            write("}")
        write(', "overload": ')
        write("true" if meter.interval_overload else "false")
        write(', "under_range": ')
        write("true" if meter.under_range else "false")
        write(', "lost_blocks": ')
        write(str(self.loss.blocks()))
        write("}\n")

    async def show(self):
        """The level now, on the terminal and the display."""
        while self.listening:
            if self.config["line"]:
                self.write_line()
            if self.oled:
                self.oled.show(self)
            await asyncio.sleep_ms(SHOWN_EVERY)

    def write_line(self):
        """Write the level now, on a line that overwrites itself."""
        levels = self.level_meter.read()
        level = levels[FAST]
        length = 0 if level != level else max(0, min(BAR, int(level - 20) // 2))
        write(self.title)
        write_level(level, 10, "--.-")
        write(" dB |")
        write(self.bar[BAR - length : 2 * BAR - length])
        write("| Leq ")
        write_level(levels[LEQ], 10, "--.-")
        write(" dB, lost ")
        write(str(self.loss.blocks()))
        write(", OVERLOAD\x1b[K" if self.level_meter.interval_overload else "\x1b[K")
