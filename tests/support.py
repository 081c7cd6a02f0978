"""Helpers of several tests: small models, and ways to open them without the runtime."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from senselet.convert import Trees, convert_trees
from senselet.model_file import CRC_START, ModelFile, Step
from senselet.runtime import _trees

LABELS = ["rest", "walk", "gehen \u00fc \u2603 \U0001f6b6"]


def forest() -> Any:
    """A small classifier of windows of 4 samples x 2 channels into three classes."""
    rng = np.random.default_rng(7)
    windows = rng.normal(size=(60, 8)).astype(np.float32)
    classes = np.argmax(windows[:, :3] + 0.3 * rng.normal(size=(60, 3)), axis=1)
    return RandomForestClassifier(3, max_depth=3, random_state=0).fit(windows, classes)


def model_of(converted: Trees, **changes: Any) -> ModelFile:
    """A model whose only step is this forest; one sample a window unless told otherwise."""
    step = Step("trees", converted.payload, converted.inputs, converted.outputs)
    arguments: dict[str, Any] = {
        "rate": 50,
        "window": 1,
        "hop": 1,
        "channels": converted.inputs,
        "steps": [step],
    }
    return ModelFile(**(arguments | changes))


def trees_model(**changes: Any) -> bytes:
    """The bytes of a model with labels, text and `forest`, window 4, hop 2, 2 channels."""
    text = {"sensor": {"kind": "accelerometer", "channels": ["x", "y"], "unit": "m/s^2"}}
    arguments: dict[str, Any] = {"window": 4, "hop": 2, "channels": 2, "labels": LABELS}
    return model_of(convert_trees(forest()), **(arguments | {"text": text} | changes)).to_bytes()


def with_crc(data: bytes) -> bytes:
    """The file with a checksum that fits: damage gets past the first check."""
    if len(data) < CRC_START:
        return data
    return data[:12] + struct.pack("<I", zlib.crc32(data[CRC_START:])) + data[CRC_START:]


def open_trees(payload: bytes) -> _trees.Trees:
    """The C core's trees; fails if the payload is refused."""
    trees = _trees.open(payload, 0, len(payload))
    assert not isinstance(trees, int), f"refused with status {trees}"
    return trees


def run_trees(trees: _trees.Trees, rows: NDArray[Any]) -> NDArray[np.float32]:
    """Outputs for each row of float32 or int16."""
    out: Any = np.zeros((len(rows), trees.outputs()), dtype=np.float32)
    for row, target in zip(rows, out, strict=True):
        assert trees.run(row, target) == 0
    return np.asarray(out)


def predict_trees(trees: _trees.Trees, rows: NDArray[Any]) -> NDArray[np.int64]:
    """Class index of every target for each row of float32 or int16."""
    out = np.zeros((len(rows), trees.targets()), dtype=np.int64)
    for row, target in zip(rows, out, strict=True):
        first = trees.predict(row)
        target[:] = [trees.decide(i) for i in range(trees.targets())]
        assert first == target[0]
    return out


def apply_trees(trees: _trees.Trees, converted: Trees, rows: NDArray[Any]) -> NDArray[np.int64]:
    """scikit-learn's number of the leaf that each row reaches in each tree."""
    n_trees = len(converted.leaf_nodes)
    leaves: Any = np.zeros(n_trees, dtype=np.uint32)
    out = np.zeros((len(rows), n_trees), dtype=np.int64)
    for row, target in zip(rows, out, strict=True):
        assert trees.apply(row, leaves) == 0
        target[:] = [
            numbers[int(leaf)] for numbers, leaf in zip(converted.leaf_nodes, leaves, strict=True)
        ]
    return out
