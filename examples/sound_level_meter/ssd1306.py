"""Displays with an SSD1306 controller, 128 x 64 or 128 x 32 dots, on I2C."""

from framebuf import MONO_VLSB, FrameBuffer

COMMANDS = 0x00  # what the bytes after the address are
DATA = 0x40


class SSD1306(FrameBuffer):
    """A frame buffer that `show` sends to the display.

    Parameters
    ----------
    i2c : machine.I2C
    height : int
        64 or 32.
    address : int
        0x3C, or 0x3D with the solder bridge on the other side.
    """

    def __init__(self, i2c, height=64, address=0x3C):
        self.i2c = i2c
        self.address = address
        self.height = height
        # The frame follows a byte of its own, so that one message carries both.
        self.message = bytearray(1 + 16 * height)
        self.message[0] = DATA
        super().__init__(memoryview(self.message)[1:], 128, height, MONO_VLSB)
        self.command(
            0xAE,  # off
            *(0xD5, 0x80),  # clock
            *(0xA8, height - 1),  # rows
            *(0xD3, 0x00),  # no offset
            0x40,  # start with row 0
            *(0x8D, 0x14),  # charge pump on: 3.3 V are enough
            *(0x20, 0x00),  # addresses run through the rows of bytes
            0xA1,  # left and right as on the board
            0xC8,  # top and bottom, too
            *(0xDA, 0x12 if height == 64 else 0x02),  # how the rows are wired
            *(0x81, 0x8F),  # contrast
            *(0xD9, 0xF1),  # pre-charge, for the charge pump
            *(0xDB, 0x20),  # deselect level
            0xA4,  # show the memory
            0xA6,  # a 1 shines
        )
        self.fill(0)
        self.show()
        self.command(0xAF)  # on

    def command(self, *values):
        """Send commands."""
        self.i2c.writeto(self.address, bytes([COMMANDS]) + bytes(values))

    def show(self):
        """Send the frame: 25 ms at 400 kHz."""
        self.command(0x21, 0, 127, 0x22, 0, self.height // 8 - 1)
        self.i2c.writeto(self.address, self.message)
