"""The meter's page on a small display."""

from framebuf import MONO_VLSB, FrameBuffer

GLYPH = 8  # dots of the built-in font, wide and high


def open_oled(config):
    """The display that a configuration tells."""
    import machine

    from ssd1306 import SSD1306

    i2c = machine.I2C(
        config["i2c"],
        scl=machine.Pin(config["scl"]),
        sda=machine.Pin(config["sda"]),
        freq=400000,
    )
    return Oled(SSD1306(i2c, config.get("height", 64)))


class Oled:
    """Shows the level in large digits, a bar and the equivalent level.

    Parameters
    ----------
    display : FrameBuffer
        With `show` and `height`.
    """

    def __init__(self, display):
        self.display = display
        self.glyph = FrameBuffer(bytearray(GLYPH), GLYPH, GLYPH, MONO_VLSB)

    def show(self, meter):
        """Draw what a SoundLevelMeter measures now."""
        weighting = meter.config["weighting"]
        level = meter.level_meter.fast
        display = self.display
        display.fill(0)
        text = "--.-" if level != level else f"{level:.1f}" if level < 99.95 else f"{level:.0f}"
        self.large(text, 3, 0)
        display.text("dB" + weighting, 103, 4)
        if meter.level_meter.interval_overload:
            display.text("OVR", 103, 16)
        if display.height >= 64:
            length = 0 if level != level else max(0, min(126, int(level - 20)))
            display.rect(0, 30, 128, 10, 1)
            display.fill_rect(1, 31, length, 8, 1)
            display.text(f"L{weighting}eq {meter.level_meter.leq:.1f}", 0, 45)
            display.text(f"lost {meter.loss.blocks()}", 0, 56)
        display.show()

    def large(self, text, scale, y):
        """Write a text that many times as large."""
        glyph = self.glyph
        fill = self.display.fill_rect
        x = 0
        for letter in text:
            glyph.fill(0)
            glyph.text(letter, 0, 0)
            for column in range(GLYPH):
                for row in range(GLYPH):
                    if glyph.pixel(column, row):
                        fill(x + column * scale, y + row * scale, scale, scale, 1)
            x += GLYPH * scale if letter != "." else GLYPH * scale // 2
