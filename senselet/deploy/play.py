"""Play recordings to a model that is installed on a board: the host sends only samples."""

from __future__ import annotations

import ast
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from senselet.deploy.needs import PEAK
from senselet.links import Link, LinkError


@dataclass(frozen=True)
class WindowResult:
    """What the board said of one window.

    Attributes
    ----------
    recording, index
        Number of the recording, and of the window in it.
    probabilities
        The board's own bytes, little-endian binary32, as hexadecimal digits.
    label
        What the board decided.
    features
        What the last step was given, as the probabilities; empty if it was not asked for.
    """

    recording: int
    index: int
    probabilities: str
    label: str
    features: str = ""

    def line(self) -> str:
        """The result as one line of text: ``recording index probabilities class``."""
        return f"{self.recording} {self.index} {self.probabilities} {self.label}"


@dataclass(frozen=True)
class Played:
    """Results of all windows, and what they cost.

    Attributes
    ----------
    results
        In the order of the windows.
    instructions
        That the board executed in all, printing left out; None where it can't count.
    ram_bytes
        Peak of the heap, code included; None on real boards, which can't tell.
    """

    results: list[WindowResult]
    instructions: int | None
    ram_bytes: int | None


@dataclass(frozen=True)
class InstalledModel:
    """What must be known of a model on a board to give it samples.

    Attributes
    ----------
    path
        On the board.
    channels, rate
        Values a sample and samples a second; rate 0 if none is fixed.
    typecode, scale
        What the sensor delivers, "f" or "h", and the value of 1 in the sensor's unit.
    """

    path: str
    channels: int
    rate: float
    typecode: str
    scale: float


def installed_model(link: Link, name: str = "") -> InstalledModel:
    """The model on a board.

    Parameters
    ----------
    name
        The model's file name, with or without ``.sense``; needed if there are several.

    Raises
    ------
    LinkError
        If there is no such model, or more than one and no name.
    """
    found = [e.name for e in link.list("/") if e.name.endswith(".sense")]
    if name:
        wanted = name if name.endswith(".sense") else name + ".sense"
        found = [f for f in found if f == wanted.lstrip("/")]
    if not found:
        raise LinkError(
            f"There is no model {name + ' ' if name else ''}on {link.name}.",
            "Install one with `senselet install --device … --model FILE`.",
        )
    if len(found) > 1:
        raise LinkError(
            f"There are several models on {link.name}: {', '.join(found)}.",
            "Name one with --model.",
        )
    path = "/" + found[0]
    about = f"import senselet\n_m = senselet.load({path!r})\n"
    about += "print((_m.channels, _m.typecode, _m.rate_millihertz, _m._sense.number(1)))"
    channels, typecode, rate, scale_bits = ast.literal_eval(link.execute(about))
    (scale,) = struct.unpack("<f", struct.pack("<I", scale_bits))
    return InstalledModel(path, channels, rate / 1000, typecode, scale)


def play(
    link: Link,
    model: str,
    recordings: Sequence[bytes],
    host_folder: Path,
    *,
    virtual_sensor: bool = True,
    with_features: bool = False,
    on_window: Callable[[WindowResult], None] | None = None,
) -> Played:
    """Let a board classify recordings, each a stream of its own.

    Parameters
    ----------
    model
        Path of the model on the board.
    recordings
        Raw samples as the sensor delivers them.
    host_folder
        The folder that a virtual board sees; the recordings are put there.
    virtual_sensor
        True plays the recordings in the board's virtual sensor; False copies each to a file on the
        board first, which works on real boards, too.
    with_features
        Also bring back what the last step was given for each window.
    """
    results: list[WindowResult] = []
    counted: list[int | None] = []
    given: list[str] = []  # features of the window that comes next

    def take(line: str) -> None:
        kind, _, rest = line.strip().partition(" ")
        if kind == "window":
            recording, index, probabilities, label = rest.split(" ", 3)
            features = given.pop() if given else ""
            result = WindowResult(int(recording), int(index), probabilities, label, features)
            results.append(result)
            if on_window is not None:
                on_window(results[-1])
        elif kind == "features":
            given.append(rest)
        elif kind == "instructions":
            counted.append(None if rest == "None" else int(rest))

    names = []
    for number, samples in enumerate(recordings):
        name = f"recording_{number}.samples"
        if virtual_sensor:
            (host_folder / name).write_bytes(samples)
        names.append(name)
    link.soft_reset()
    link.execute(_PREPARE.format(model=model, virtual=virtual_sensor))
    for number, name in enumerate(names):
        if not virtual_sensor:
            link.put("/" + name, recordings[number])
        link.stream(
            _PLAY.format(number=number, name=name, features=with_features), take, timeout=120
        )
        if not virtual_sensor:
            link.remove("/" + name)
    total = None if None in counted else sum(c for c in counted if c is not None)
    peak = int(link.execute(PEAK + "print(_peak)")) if virtual_sensor else None
    return Played(results, total, peak)


# Garbage is collected early, so that what remains is what the model needs.
_PREPARE = """
import gc, binascii
_virtual = {virtual}
if _virtual:
    import virtual
    gc.collect()
    gc.threshold(4096)
    virtual.heap_mark()
    _before = gc.mem_alloc()
import senselet
from array import array
_model = senselet.load({model!r})
_stream = _model.stream()
_sample = _model.channels * (2 if _model.typecode == "h" else 4)
_block = array(_model.typecode, bytes(_sample * max(1, _model.hop // 5)))
"""

# Printing is not counted: it is there for the evidence, a deployed sensor sends a word an hour.
_PLAY = """
def _f():
    _stream.clear()
    sensor = virtual.Sensor({name!r}) if _virtual else open("/" + {name!r}, "rb")
    index = 0
    spent = 0
    now = virtual.instructions if _virtual and virtual.instructions() is not None else None
    start = now() if now else 0
    size = len(bytes(_block)) // len(_block)
    whole = size * len(_block)
    while True:
        taken = sensor.readinto(_block)
        if not taken:
            break
        _stream.push(_block if taken == whole else memoryview(_block)[: taken // size])
        while _stream.next():
            if now:
                spent += now() - start
            if {features}:
                given = _model._sources[-1] or _stream._values
                print("features", str(binascii.hexlify(given), "ascii"))
            digits = str(binascii.hexlify(_stream.probabilities), "ascii")
            print("window", {number}, index, digits, _stream.label)
            index += 1
            if now:
                start = now()
    if now:
        spent += now() - start
    sensor.close()
    print("instructions", spent if now else None)
_f()
del _f
"""
