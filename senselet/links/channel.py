"""Channels: bytes to and from a board, whatever lies between."""

import contextlib
import os
import select
import time
from typing import Protocol

from .errors import LinkClosedError

READ_SIZE = 65536


class Channel(Protocol):
    """A reliable, ordered stream of bytes in both directions."""

    def read(self, timeout: float) -> bytes:
        """Return what has arrived, waiting for at least one byte; empty when the time is over.

        Raises
        ------
        LinkClosedError
            If the other end has gone.
        """

    def write(self, data: bytes, timeout: float) -> None:
        """Send all the bytes.

        Raises
        ------
        LinkClosedError
            If the other end has gone.
        TimeoutError
            If the other end does not take them in time.
        """

    def close(self) -> None:
        """Release it; more than once does no harm."""


class FileChannel:
    """A channel through a file descriptor: a socket or a pseudo terminal, which it owns."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor

    def read(self, timeout: float) -> bytes:
        """See `Channel.read`."""
        self._check()
        ready, _, _ = select.select([self._descriptor], [], [], max(timeout, 0))
        if not ready:
            return b""
        try:
            data = os.read(self._descriptor, READ_SIZE)
        except BlockingIOError:
            return b""
        except OSError as error:  # EIO is how a pseudo terminal says that its other end has gone
            raise LinkClosedError("The board has gone.") from error
        if not data:
            raise LinkClosedError("The board has gone.")
        return data

    def write(self, data: bytes, timeout: float) -> None:
        """See `Channel.write`."""
        self._check()
        rest = memoryview(data)
        end = time.monotonic() + timeout
        while rest:
            _, ready, _ = select.select([], [self._descriptor], [], max(end - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise LinkClosedError("The board has gone.") from error

    def close(self) -> None:
        """See `Channel.close`."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1

    def _check(self) -> None:
        if self._descriptor < 0:
            raise LinkClosedError("The link is closed.")
