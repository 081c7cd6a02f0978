"""What the features of a window have in common, on a board and on the laptop."""

from .errors import describe, failure
from .model import buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from typing import Any

    from typing_extensions import Buffer


class WindowStep:
    """Takes a window of float32, gives a row of float32; allocates nothing but a new `out`.

    Attributes
    ----------
    inputs, outputs : int
        Items of a window and of a row.
    """

    def __init__(self, module: "Any", payload: bytes, what: str) -> None:
        step = module.open(payload, 0, len(payload))
        if isinstance(step, int):
            raise failure(step, what)
        self._step: "Any" = step
        self.inputs: int = step.inputs()
        self.outputs: int = step.outputs()

    def run(self, window: "Buffer", out: "array[float] | None" = None) -> "array[float]":
        """Compute one row.

        Parameters
        ----------
        window : buffer of float32
            ``inputs`` items, channels interleaved.
        out : buffer of float32, optional
            Gets ``outputs`` items; a new one otherwise.

        Returns
        -------
        buffer
            `out`.
        """
        if out is None:
            out = buffer(self.outputs)
        status = self._step.run(window, out)
        if status:
            hint = "expected float32 ('f') items in one piece: "
            hint += str(self.inputs) + " in, " + str(self.outputs) + " out; found "
            raise failure(status, "window or out", hint + describe(window) + ", " + describe(out))
        return out
