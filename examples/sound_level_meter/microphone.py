"""Microphones: anything with readinto(block) and ioctl(request, argument), as streams have."""

from time import ticks_diff, ticks_us


def open_microphone(config):
    """The microphone that a configuration tells."""
    kind = config["microphone"]
    if kind == "virtual":
        from virtual_microphone import VirtualMicrophone

        return VirtualMicrophone(config["file"], config["rate"], config["ring_ms"])
    import machine

    if kind == "pdm":
        if not hasattr(machine, "PDM_PCM"):
            raise ValueError("this firmware has no machine.PDM_PCM, which PDM microphones need")
        return machine.PDM_PCM(**config["pdm"])
    if kind not in ("inmp441", "sph0645"):
        raise ValueError("microphone: expected inmp441, sph0645, pdm or virtual, found " + kind)
    pins = config["pins"]
    return machine.I2S(
        config["i2s"],
        sck=machine.Pin(pins["sck"]),
        ws=machine.Pin(pins["ws"]),
        sd=machine.Pin(pins["sd"]),
        mode=machine.I2S.RX,
        bits=32,  # 24 or 18 of them are the sample, the upper ones
        format=machine.I2S.MONO,
        rate=config["rate"],
        ibuf=config["rate"] * config["ring_ms"] // 1000 * 4,
    )


class LossCounter:
    """Counts the blocks that were lost because nobody took them in time.

    A microphone that counts by itself, in `lost` samples, is believed. machine.I2S says nothing:
    what its ring buffer holds is reckoned from the time that passes. A read that gets less than a
    block has emptied the buffer, so that differences between the two clocks do not add up.

    Parameters
    ----------
    microphone : stream
    rate, block : int
        Samples a second, and in a block.
    ring_ms : int
        How much the microphone's buffer holds.
    """

    def __init__(self, microphone, rate, block, ring_ms):
        self.microphone = microphone if hasattr(microphone, "lost") else None
        self.block = block
        self.block_us = block * 1000000 // rate
        self.ring_us = ring_ms * 1000
        self.held_us = 0
        self.lost_us = 0
        self.last = ticks_us()

    def before(self):
        """To be called before a block is read."""
        now = ticks_us()
        self.held_us += ticks_diff(now, self.last)
        self.last = now
        if self.held_us > self.ring_us:
            self.lost_us += self.held_us - self.ring_us
            self.held_us = self.ring_us

    def after(self, count):
        """To be called when so many samples have been read."""
        if count < self.block:  # which was all there was
            self.held_us = 0
            self.last = ticks_us()
        else:
            self.held_us = max(0, self.held_us - self.block_us)

    def blocks(self):
        """Number of blocks lost so far; one that is lost in part counts."""
        if self.microphone:
            return -(-self.microphone.lost // self.block)
        return -(-self.lost_us // self.block_us)
