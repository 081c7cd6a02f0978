"""Links to real boards on serial ports, USB ones included."""

import contextlib

import serial as pyserial
import serial.tools.list_ports

from .errors import LinkClosedError, LinkError
from .link import Link

PREFIX = "serial:"
BAUD = 115200
READ_SIZE = 4096


class SerialChannel:
    """A channel through a serial port."""

    def __init__(self, port: str, baud: int) -> None:
        try:
            # Exclusive: two programs that read from one port take each other's bytes.
            self._serial = pyserial.Serial(port, baud, exclusive=True)
        except pyserial.SerialException as error:
            raise LinkError(f"The port {port} cannot be opened: {error}.", _hint(error)) from error
        self._port = port

    def read(self, timeout: float) -> bytes:
        """See `Channel.read`."""
        try:
            self._serial.timeout = max(timeout, 0)
            data = self._serial.read(1)
            waiting = self._serial.in_waiting
            if data and waiting:
                data += self._serial.read(min(waiting, READ_SIZE))
        except (OSError, pyserial.SerialException) as error:
            raise LinkClosedError(
                f"{self._port} has gone: {error}.", "Is it plugged in?"
            ) from error
        return bytes(data)

    def write(self, data: bytes, timeout: float) -> None:
        """See `Channel.write`."""
        try:
            self._serial.write_timeout = timeout
            self._serial.write(data)
        except pyserial.SerialTimeoutException as error:
            raise TimeoutError from error
        except (OSError, pyserial.SerialException) as error:
            raise LinkClosedError(
                f"{self._port} has gone: {error}.", "Is it plugged in?"
            ) from error

    def close(self) -> None:
        """See `Channel.close`."""
        with contextlib.suppress(OSError, pyserial.SerialException):
            self._serial.close()


def _hint(error: Exception) -> str:
    text = str(error).lower()
    if "permission" in text:
        return "sudo usermod -a -G dialout $USER, then log in again."
    if "lock" in text or "busy" in text:
        return "Close the other program that uses it."
    return "Is the board plugged in? `senselet devices` lists the ports there are."


def open_serial(port: str, baud: int = BAUD) -> Link:
    """Return a link to a board on a serial port; `Link.connect` is still to be called."""
    return Link(SerialChannel(port, baud), PREFIX + port)


def list_serial() -> list[tuple[str, str]]:
    """Return (device, description) of the serial ports that can be a board: those with USB."""
    return [
        (PREFIX + port.device, port.description)
        for port in sorted(serial.tools.list_ports.comports())
        if port.vid is not None
    ]
