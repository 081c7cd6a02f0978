"""The files that board_runtime.py reads: a model, samples, and what the laptop makes of them."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from support import trees_model, with_crc

import senselet
from senselet.convert import convert_trees
from senselet.model_file import ModelFile, Step
from senselet.training.steps import Chain, Shape
from senselet.training.steps.time_features import Signal, SignalFeatures, TimeFeatures


def beside() -> bytes:
    """A model whose first steps stand beside each other: six features in three parts."""
    shape = Shape(("x", "y"), 4, 50)
    x, y = (Signal("channel", (name,)) for name in shape.channels)
    features = (
        TimeFeatures((SignalFeatures(x, ("mean", "variance")), SignalFeatures(y, ("range",)))),
        TimeFeatures((SignalFeatures(y, ("mean",)),)),
        TimeFeatures((SignalFeatures(x, ("minimum", "maximum")),)),
    )
    rows = np.random.default_rng(6).normal(size=(90, 6)).astype(np.float32)
    classes = np.argmax(rows[:, ::2], axis=1)
    trees = convert_trees(ExtraTreesClassifier(3, max_depth=4, random_state=0).fit(rows, classes))
    steps = [*Chain(features=features).steps(shape), Step("trees", trees.payload, 6, 3)]
    return ModelFile(50, 4, 2, 2, steps, ["a", "b", "c"]).to_bytes()


def board_files() -> dict[str, bytes]:
    """Name and content of each file."""
    load: Any = senselet.load
    data = trees_model(labels=["rest", "walk", "jump"])
    rng = np.random.default_rng(5)
    samples = rng.normal(size=(30, 2)).astype(np.float32)
    samples[7, 1] = np.nan
    samples[11] = -0.0
    stream = load(data).stream()
    stream.push(array("f", samples.tobytes()))
    expected = b""
    while stream.next():
        expected += bytes(stream.probabilities)
    steps = load(beside()).stream()
    steps.push(array("f", samples.tobytes()))
    expected_beside = b""
    while steps.next():
        expected_beside += bytes(steps.probabilities)
    return {
        "board_beside.sense": beside(),
        "board_expected_beside.bin": expected_beside,
        "board_trees.sense": data,
        "board_unknown.sense": with_crc(data[:64] + b"none\0" + data[69:]),
        "board_stream.bin": samples.tobytes(),
        "board_expected.bin": expected,
    }
