"""Samples as they come, results one a hop."""

from .errors import SAMPLES, describe, failure
from .model import buffer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .model import Model


class Stream:
    """Feeds samples to a model window by window; allocates nothing once it is made.

    Attributes
    ----------
    label : str, int or buffer
        Result of the latest window, as `Model.predict` gives it.
    probabilities : array of float32
        The latest window's class probabilities, or regression values.
    windows : int
        Number of windows so far.

    Examples
    --------
    ::

        stream = model.stream()
        while sensor.readinto(block):
            stream.push(block)
            while stream.next():
                print(stream.label)
    """

    def __init__(self, model: "Model") -> None:
        self.label: "str | int | Buffer | None" = None
        self.probabilities = buffer(model.outputs)
        self.windows = 0
        self._model = model
        self._window = model.sliding_window()
        self._values = buffer(model.window * model.channels)
        self._block: "Buffer | None" = None
        self._start = 0

    def push(self, block: "Buffer") -> None:
        """Give the next samples: a buffer of float32 or int16, whole samples of all channels.

        It is read by `next`, until that returns False.
        """
        self._block = block
        self._start = 0

    def next(self) -> bool:
        """Whether another window is complete; if so, its result is in the attributes."""
        if self._block is None:
            return False
        window = self._window
        if window.is_full():
            window.advance(self._values)
        taken = window.push(self._block, self._start, self._values)
        if taken < 0:
            block = self._block
            self._block = None
            raise failure(
                taken,
                "the block of samples",
                SAMPLES
                + describe(block)
                + "; whole samples of "
                + str(self._model.channels)
                + " channels are expected",
            )
        self._start += taken
        if not window.is_full():
            self._block = None
            return False
        self._model.run(self._values, self.probabilities)
        self.label = self._model.decide(self.probabilities)
        self.windows += 1
        return True

    def clear(self) -> None:
        """Forget the samples so far, for instance after a gap."""
        self._block = None
        self._window.clear()
