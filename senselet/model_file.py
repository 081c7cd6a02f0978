"""Write ``.sense`` model files (docs/FORMAT.md). The C core reads them, in every home."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import tomli_w

MAGIC = b"SNSL"
VERSION = 1
VERSION_WITH_BESIDE = 2
HEADER_SIZE = 64
STEP_SIZE = 32
CRC_START = 16
BESIDE = 2**31  # in a step's number of inputs
MAX_LABEL_BYTES = 255
MAX_WINDOW_VALUES = 2**24
SAMPLE_TYPES = {"float32": 0, "int16": 1}


class ModelFileError(ValueError):
    """A model that can't be written; says what does not fit."""


@dataclass
class Step:
    """One step of a model.

    Attributes
    ----------
    kind, payload
        The algorithm, and what it needs to know.
    inputs, outputs
        How many float32 values go in and out.
    beside
        It takes the same values as the step before it, and its outputs follow that one's.
    """

    kind: str
    payload: bytes
    inputs: int
    outputs: int
    beside: bool = False


@dataclass
class ModelFile:
    """All that a ``.sense`` file holds.

    Attributes
    ----------
    rate
        Samples a second; 0 if the sensor has no fixed rate. Stored to a thousandth.
    window, hop, channels
        Samples a window, samples from one window's start to the next one's, values a sample.
    steps
        In the order of their execution; the first takes ``window * channels`` values.
    labels
        Names of the last step's outputs, or nothing.
    sample_type, scale
        What the sensor delivers, and its value in the sensor's unit: sample * scale.
    text
        What no program on the board needs: sensor kind, channel names, unit, provenance.
    """

    rate: float
    window: int
    hop: int
    channels: int
    steps: list[Step]
    labels: list[str] = field(default_factory=list)
    sample_type: Literal["float32", "int16"] = "float32"
    scale: float = 1.0
    text: dict[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The file's bytes.

        Examples
        --------
        >>> step = Step("trees", bytes(8), inputs=6, outputs=2)
        >>> data = ModelFile(50, 2, 1, 3, [step], ["rest", "walk"]).to_bytes()
        >>> data[:4], len(data) % 4
        (b'SNSL', 0)
        """
        self._check()
        labels = b""
        for label in self.labels:
            try:
                encoded = label.encode()
            except UnicodeEncodeError:
                raise ModelFileError(f"label {label!r} can't be written as UTF-8") from None
            if len(encoded) > MAX_LABEL_BYTES:
                raise ModelFileError(f"label {label[:20]!r}... has more than 255 bytes")
            labels += bytes([len(encoded)]) + encoded
        text = tomli_w.dumps(self.text).encode()
        offset = HEADER_SIZE + STEP_SIZE * len(self.steps)
        table, body = b"", b""
        for step in self.steps:
            table += struct.pack(
                "<16sIIII",
                step.kind.encode(),
                offset + len(body),
                len(step.payload),
                step.inputs + (BESIDE if step.beside else 0),
                step.outputs,
            )
            body += _padded(step.payload)
        labels_offset = offset + len(body)
        text_offset = labels_offset + len(labels)
        body = _padded(body + labels + text)
        covered = struct.pack(
            "<IfIIHBBHHIIIIII",
            round(self.rate * 1000),
            self.scale,
            self.window,
            self.hop,
            self.channels,
            SAMPLE_TYPES[self.sample_type],
            0,
            len(self.steps),
            len(self.labels),
            self.steps[-1].outputs,
            labels_offset,
            len(labels),
            text_offset,
            len(text),
            0,
        )
        covered += table + body
        version = VERSION_WITH_BESIDE if any(step.beside for step in self.steps) else VERSION
        start = struct.pack("<4sHHI", MAGIC, version, HEADER_SIZE, CRC_START + len(covered))
        return start + struct.pack("<I", zlib.crc32(covered)) + covered

    def save(self, path: str | Path) -> int:
        """Write the file under a temporary name, then rename it; return its length."""
        data = self.to_bytes()
        write_atomically(Path(path), data)
        return len(data)

    def _check(self) -> None:
        if not self.steps:
            raise ModelFileError("a model needs at least one step")
        values = self.window * self.channels
        if (
            not 1 <= values <= MAX_WINDOW_VALUES
            or not 1 <= self.hop <= self.window
            or not 1 <= self.channels <= 65535
        ):
            raise ModelFileError(
                f"window {self.window}, hop {self.hop}, {self.channels} channels: the hop must lie "
                "in 1 ... window, channels in 1 ... 65535, and window x channels in 1 ... 16777216"
            )
        if not (self.rate == 0 or 0.0005 < self.rate <= 4294967.295):
            raise ModelFileError(
                f"rate is {self.rate} samples a second; it must be 0 (none is fixed) or lie in "
                "0.001 ... 4294967.295"
            )
        if not 2**-149 <= self.scale < 2.0**128 * (1 - 2**-25):
            raise ModelFileError(f"scale is {self.scale}; it must be a positive float32")
        if self.sample_type not in SAMPLE_TYPES:
            raise ModelFileError(
                f"sample_type is {self.sample_type!r}; known are 'float32' and 'int16'"
            )
        if len(self.steps) > 65535:
            raise ModelFileError(f"{len(self.steps)} steps, but the format holds at most 65535")
        if self.steps[0].beside:
            raise ModelFileError(f"step {self.steps[0].kind!r} has none before it to stand beside")
        if self.steps[-1].beside:
            raise ModelFileError(f"step {self.steps[-1].kind!r} is the last: it must stand alone")
        given = 0
        for step in self.steps:
            if not step.beside:
                given, values = values, 0
            if step.inputs != given:
                raise ModelFileError(
                    f"step {step.kind!r} takes {step.inputs} values, but is given {given}"
                )
            if re.fullmatch("[a-z0-9_]{1,16}", step.kind) is None:
                raise ModelFileError(
                    f"step kind {step.kind!r} is not 1 ... 16 characters of a-z, 0-9 and _"
                )
            values += step.outputs
            if not (step.outputs >= 1 and values < BESIDE):
                raise ModelFileError(f"step {step.kind!r} gives {step.outputs} values")
        if values > 65535:
            raise ModelFileError(f"{values} outputs, but the format holds at most 65535")
        if self.labels and len(self.labels) != values:
            raise ModelFileError(f"{len(self.labels)} labels for {values} outputs")


def write_atomically(path: Path, data: bytes) -> None:
    """Write to a temporary name beside the file, then rename: never half a file."""
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)
