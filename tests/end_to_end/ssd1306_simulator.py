"""A simulator of the SSD1306 display's controller: what its dots show after some I2C messages.

It follows the controller's data sheet, in horizontal addressing mode, as far as the driver in
examples/sound_level_meter uses it; anything else is an error. It is no display: contrast, charge
pump and timing have no effect.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WIDTH = 128
# Bytes that follow each command.
PARAMETERS = {
    **{0xAE: 0, 0xAF: 0, 0xA4: 0, 0xA6: 0, 0xA0: 0, 0xA1: 0, 0xC0: 0, 0xC8: 0, 0x40: 0},
    **{0xD5: 1, 0xA8: 1, 0xD3: 1, 0x8D: 1, 0x20: 1, 0xDA: 1, 0x81: 1, 0xD9: 1, 0xDB: 1},
    **{0x21: 2, 0x22: 2},
}


class Ssd1306Simulator:
    """The controller's state.

    Attributes
    ----------
    memory
        Display memory: pages of 128 bytes, bit 0 of a byte on top.
    settings
        The last parameters of each command.
    is_on
        Whether it shows anything.
    """

    def __init__(self) -> None:
        self.memory = np.zeros((8, WIDTH), dtype=np.uint8)
        self.settings: dict[int, tuple[int, ...]] = {}
        self.is_on = False
        self._columns = (0, WIDTH - 1)
        self._pages = (0, 7)
        self._column, self._page = 0, 0

    def write(self, message: bytes) -> None:
        """Take one I2C message, the address left out."""
        kind, content = message[0], message[1:]
        if kind == 0x00:
            self._commands(content)
        elif kind == 0x40:
            for byte in content:
                self._data(byte)
        else:
            raise ValueError(f"control byte 0x{kind:02X}")

    def _commands(self, content: bytes) -> None:
        place = 0
        while place < len(content):
            command = content[place]
            count = PARAMETERS[command]
            values = tuple(content[place + 1 : place + 1 + count])
            if len(values) != count:
                raise ValueError(f"command 0x{command:02X} lacks parameters")
            self.settings[command] = values
            place += 1 + count
            if command in (0xAE, 0xAF):
                self.is_on = command == 0xAF
            elif command == 0x21:
                self._columns = (values[0], values[1])
                self._column = values[0]
            elif command == 0x22:
                self._pages = (values[0], values[1])
                self._page = values[0]

    def _data(self, byte: int) -> None:
        if self.settings.get(0x20) != (0,):
            raise ValueError("only horizontal addressing is simulated")
        self.memory[self._page, self._column] = byte
        self._column += 1
        if self._column > self._columns[1]:
            self._column = self._columns[0]
            self._page = self._page + 1 if self._page < self._pages[1] else self._pages[0]

    def dots(self) -> NDArray[np.bool_]:
        """What the display shows, rows from the top, for the module's usual orientation."""
        height = self.settings[0xA8][0] + 1
        if (0xA1 not in self.settings or 0xC8 not in self.settings) or not self.is_on:
            return np.zeros((height, WIDTH), dtype=np.bool_)
        bits = np.unpackbits(self.memory, axis=0, bitorder="little").reshape(8, 8, WIDTH)
        return np.asarray(bits.reshape(64, WIDTH)[:height], dtype=np.bool_)

    def picture(self) -> str:
        """The dots as text, two rows a line."""
        dots = self.dots()
        return "\n".join(
            "".join(" ▀▄█"[int(a) + 2 * int(b)] for a, b in zip(top, bottom, strict=True)).rstrip()
            for top, bottom in zip(dots[::2], dots[1::2], strict=True)
        )
