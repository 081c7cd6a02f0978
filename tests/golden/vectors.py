"""Read and write golden vector files (``*.vectors``, see README.md in this directory)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

MAGIC = b"SLVECTOR"
VERSION = 1
FILE_HEADER = struct.Struct("<8sII")
RECORD_HEADER = struct.Struct("<IiIIIIII32s")


@dataclass
class Record:
    """One payload with the windows that it is run on and what must come out.

    Attributes
    ----------
    name
        For messages, at most 31 ASCII characters.
    payload
        The step's payload.
    status
        Expected ``sl_status`` of opening the payload; when it is not 0 there are no cases.
    inputs
        One case a row; the item type is the algorithm's affair (float32 or int16).
    bits
        Expected output words, one case a row, exact.
    values
        Expected values in double precision from an independent library, same shape.
    tolerances
        Largest allowed ``abs(output - value)``, same shape. Where the value is NaN, the output is.
    variant
        Which function of the algorithm is meant; 0 is ``run``.
    """

    name: str
    payload: bytes
    status: int = 0
    inputs: npt.NDArray[np.generic] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    bits: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros((0, 0), np.uint32))
    values: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    tolerances: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    variant: int = 0


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def write_vectors(path: Path, records: list[Record]) -> None:
    """Write a golden vector file."""
    chunks = [FILE_HEADER.pack(MAGIC, VERSION, len(records))]
    for record in records:
        cases, outputs = record.bits.shape
        input_bytes = record.inputs.nbytes // cases if cases else 0
        body = b"".join(
            _padded(section)
            for section in (
                record.payload,
                np.ascontiguousarray(record.inputs).tobytes(),
                record.bits.astype("<u4").tobytes(),
                record.values.astype("<f8").tobytes(),
                record.tolerances.astype("<f8").tobytes(),
            )
        )
        name = record.name.encode("ascii")
        if len(name) > 31:
            raise ValueError(f"name {record.name!r} is longer than 31 characters")
        header = RECORD_HEADER.pack(
            RECORD_HEADER.size + len(body),
            record.status,
            len(record.payload),
            cases,
            input_bytes,
            outputs,
            record.variant,
            0,
            name,
        )
        chunks += [header, body]
    path.write_bytes(b"".join(chunks))


def read_vectors(path: Path, input_type: str = "<f4") -> list[Record]:
    """Read a golden vector file; `input_type` is the numpy type of the inputs' items."""
    data = path.read_bytes()
    magic, version, count = FILE_HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION:
        raise ValueError(f"{path} is not a golden vector file of version {VERSION}")
    records = []
    at = FILE_HEADER.size
    for _ in range(count):
        size, status, payload_bytes, cases, input_bytes, outputs, variant, _, name = (
            RECORD_HEADER.unpack_from(data, at)
        )
        sections = []
        start = at + RECORD_HEADER.size
        words = cases * outputs
        for length in (payload_bytes, cases * input_bytes, 4 * words, 8 * words, 8 * words):
            sections.append(data[start : start + length])
            start += length + -length % 8
        shape = (cases, outputs)
        inputs = np.frombuffer(sections[1], input_type)
        records.append(
            Record(
                name.rstrip(b"\0").decode("ascii"),
                sections[0],
                status,
                inputs.reshape(cases, inputs.size // cases if cases else 0),
                np.frombuffer(sections[2], "<u4").reshape(shape),
                np.frombuffer(sections[3], "<f8").reshape(shape),
                np.frombuffer(sections[4], "<f8").reshape(shape),
                variant,
            )
        )
        at += size
    return records
