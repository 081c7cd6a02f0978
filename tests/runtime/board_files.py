"""The files that board_runtime.py reads: a model, samples, and what the laptop makes of them."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from support import trees_model, with_crc

import senselet


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
    return {
        "board_trees.sense": data,
        "board_unknown.sense": with_crc(data[:64] + b"mfcc\0" + data[69:]),
        "board_stream.bin": samples.tobytes(),
        "board_expected.bin": expected,
    }
