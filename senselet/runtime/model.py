"""A trained sensor, read in place from its ``.sense`` file."""

from array import array

from . import _sense
from .errors import SAMPLES, count_items, describe, failure

# Fields of _sense.Sense.number() and .step(): core/file/sense.h.
RATE, SCALE, WINDOW, HOP, CHANNELS, SAMPLE_TYPE, STEPS, LABELS, OUTPUTS = range(9)
OFFSET, LENGTH, STEP_INPUTS, STEP_OUTPUTS, STEP_BESIDE = range(5)

PACKAGE = __name__.rsplit(".", 1)[0]

# Boards have no typing module; annotations are text, which MicroPython drops when it compiles.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Buffer

    from .stream import Stream


def load(source: "str | Buffer") -> "Model":
    """Open a model.

    Parameters
    ----------
    source : str, path or bytes-like
        Path of a ``.sense`` file, or its bytes. ``bytes`` are read in place, and so is a file in
        ROMFS that starts at an address divisible by four; anything else is copied once.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        If the file is damaged, of an unknown version, or has a step that is not known here.
    OSError, MemoryError
        If it can't be read, or does not fit.

    Examples
    --------
    ::

        model = senselet.load("motion.sense")
        print(model.labels, model.predict(window))
    """
    if hasattr(source, "__fspath__"):
        source = source.__fspath__()
    if not isinstance(source, str):
        if not isinstance(source, bytes):
            try:
                source = bytes(memoryview(source))
            except TypeError:
                raise ValueError(
                    "source: expected a path or a buffer, found " + describe(source)
                ) from None
        return Model(source, "the model")
    with open(source, "rb") as file:
        try:
            data: "Buffer" = memoryview(file)  # type: ignore[arg-type]  # ROMFS: memory already
            if is_misaligned(data):
                data = bytes(data)
        except TypeError:
            # By its length: a growing buffer would take twice the memory for a moment.
            data = file.read(file.seek(0, 2) + file.seek(0))
    return Model(data, source)


def is_misaligned(data: "Buffer") -> bool:
    """Whether the C modules could not read this in place (only boards have such files)."""
    from uctypes import addressof  # type: ignore[import-not-found]

    return addressof(data) % 4 != 0  # type: ignore[no-any-return]


def buffer(items: int) -> "array[float]":
    """A float32 array of that many zeros."""
    return array("f", bytes(4 * items))


class Model:
    """A trained sensor.

    Attributes
    ----------
    labels : tuple of str
        Names of the outputs; empty for regression.
    window, hop, channels : int
        Samples a window, samples from one window to the next, values a sample.
    rate_millihertz : int
        Samples a second, in thousandths; 0 if the sensor has no fixed rate.
    typecode : str
        Type of the sensor's samples as in `array`: "f" or "h".
    outputs : int
        Number of probabilities, or of regression values.
    """

    def __init__(self, data: "Buffer", name: str = "the model") -> None:
        sense = _sense.open(data, 0, count_items(data))
        if isinstance(sense, int):
            raise failure(sense, name)
        self.name = name
        self.window = sense.number(WINDOW)
        self.hop = sense.number(HOP)
        self.channels = sense.number(CHANNELS)
        self.rate_millihertz = sense.number(RATE)
        self.typecode = "h" if sense.number(SAMPLE_TYPE) else "f"
        self.outputs = sense.number(OUTPUTS)
        self.labels = tuple([str(sense.label(i)) for i in range(sense.number(LABELS))])
        self._data = data
        self._sense = sense
        self._window: "array[float] | None" = (
            None  # made when `predict` needs it; streams have their own
        )
        self._scaler: "_sense.SlidingWindow | None" = None
        count: int = sense.number(STEPS)
        self._steps = tuple([self._open_step(sense, index) for index in range(count)])
        # What each step reads (None: the window) and writes. Steps beside each other read the same,
        # and write parts of one buffer.
        sources: "list[Any]" = []
        targets: "list[Any]" = []
        given: "Any" = None
        end = 0
        for index in range(count):
            if index == end:
                end += 1
                while end < count and sense.step(end, STEP_BESIDE):
                    end += 1
                source = given
                given = buffer(sum([sense.step(i, STEP_OUTPUTS) for i in range(index, end)]))
                place = 0
            outputs = sense.step(index, STEP_OUTPUTS)
            alone = outputs == len(given)
            sources.append(source)
            targets.append(given if alone else memoryview(given)[place : place + outputs])
            place += outputs
        self._sources = tuple(sources)
        self._buffers = tuple(targets)

    def _open_step(self, sense: "_sense.Sense", index: int) -> "Any":
        kind = str(sense.kind(index))
        name = PACKAGE + "._" + kind
        try:
            module: "Any" = __import__(name, None, None, ("open",))
        except ImportError:
            module = None
        step: "Any" = None
        # A module of another family (_sense) or a file beside it (__init__) is no step either.
        if hasattr(module, "open") and not hasattr(module, "open_window"):
            step = module.open(self._data, sense.step(index, OFFSET), sense.step(index, LENGTH))
        what = "step '" + kind + "' of " + self.name
        if isinstance(step, int):
            raise failure(step, what)
        if not hasattr(step, "outputs"):
            raise ValueError(
                self.name
                + " has a step of kind '"
                + kind
                + "', for which there is no module "
                + name
                + " here; install it, or a newer Senselet"
            )
        if step.inputs() != sense.step(index, STEP_INPUTS) or step.outputs() != sense.step(
            index, STEP_OUTPUTS
        ):
            raise ValueError(what + " has other sizes inside than the file says; it is damaged")
        return step

    def sliding_window(self) -> "_sense.SlidingWindow":
        """A new `_sense.SlidingWindow` of this model's window and hop."""
        window = _sense.open_window(self._data, 0, count_items(self._data))
        if isinstance(window, int):
            raise failure(window, self.name)
        return window

    @property
    def steps(self) -> "tuple[tuple[str, int, int], ...]":
        """Kind, number of inputs and of outputs of each step."""
        sense = self._sense
        return tuple(
            [
                (str(sense.kind(i)), sense.step(i, STEP_INPUTS), sense.step(i, STEP_OUTPUTS))
                for i in range(len(self._steps))
            ]
        )

    @property
    def kinds(self) -> "tuple[str, ...]":
        """Kind of each step."""
        return tuple([step[0] for step in self.steps])

    @property
    def text(self) -> str:
        """Names, units and provenance, as TOML."""
        return self._sense.text()

    def run(self, window: "Buffer", out: "Buffer") -> None:
        """Send a full window in the sensor's unit (`buffer` of float32) through all steps.

        Allocates nothing. `out` gets the last step's outputs.
        """
        last = len(self._steps) - 1
        for index in range(last + 1):
            source = self._sources[index]
            target = out if index == last else self._buffers[index]
            status = self._steps[index].run(window if source is None else source, target)
            if status:
                raise self._failed(index, status, out)

    def _failed(self, index: int, status: int, out: object) -> Exception:
        from .status import ERR_READ_ONLY, ERR_SIZE, ERR_TYPE

        if index == len(self._steps) - 1 and status in (ERR_TYPE, ERR_SIZE, ERR_READ_ONLY):
            hint = f"expected {self.outputs} writable float32 items, found {describe(out)}"
            return failure(status, "out", hint)
        return failure(status, f"the input of step '{self._sense.kind(index)}'")

    def _take(self, window: "Buffer") -> "array[float]":
        """The window's samples, scaled to the sensor's unit, into the model's own buffer."""
        expected = self.window * self.channels
        try:
            found = count_items(window)
        except TypeError:
            found = -1
        if found != expected:
            raise ValueError(
                f"window: expected {expected} values ({self.window} samples x {self.channels} "
                + f"channels), found {found if found >= 0 else describe(window)}"
            )
        if self._scaler is None or self._window is None:
            self._window = buffer(expected)
            self._scaler = self.sliding_window()
        self._scaler.clear()
        status = self._scaler.push(window, 0, self._window)
        if status < 0:
            raise failure(status, "window", SAMPLES + describe(window))
        return self._window

    def predict_proba(self, window: "Buffer", out: "Buffer | None" = None) -> "Buffer":
        """Class probabilities, or regression values, of one window.

        Parameters
        ----------
        window : buffer of float32 or int16
            ``window * channels`` samples, channels interleaved.
        out : buffer of float32, optional
            Gets ``outputs`` values; with it nothing is allocated after the first call.

        Returns
        -------
        buffer
            `out`, or a new array.
        """
        if out is None:
            out = buffer(self.outputs)
        self.run(self._take(window), out)
        return out

    def predict(self, window: "Buffer") -> "str | int | Buffer":
        """What the window shows: its label, or for regression the array of values.

        Allocates nothing after the first call; the array is the model's own and is overwritten by
        the next.
        """
        out = self._buffers[-1]
        self.run(self._take(window), out)
        return self.decide(out)

    def decide(self, out: "Buffer") -> "str | int | Buffer":
        """The label (or the class, without labels; the values, for regression) of the last run."""
        step = self._steps[-1]
        if not hasattr(step, "decide"):
            return out
        index: int = step.decide(0)
        if index < 0:
            return out
        return self.labels[index] if self.labels else index

    def stream(self) -> "Stream":
        """A `Stream` that takes samples as they come."""
        from .stream import Stream

        return Stream(self)
