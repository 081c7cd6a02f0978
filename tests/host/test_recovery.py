"""Every stream of float32 recovers from NaN, infinities and the largest floats, without a reset.

Every type of every module with a method ``process`` from float32 to float32 is found by its
description: after hostile blocks and then ordinary samples its output is that of an object that has
only seen the ordinary ones.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bindings import generate

STREAMS = [
    (module["module"], kind)
    for module in generate.descriptions()
    for kind in module["type"]
    for method in kind["method"]
    if method["name"] == "process" and "example" in kind
    for first, *others in [generate.buffers(method)]
    if "f32" in first["items"] and others and others[0].get("items", ["f32"]) == ["f32"]
]
HOSTILE = {
    "NaN": np.nan,
    "infinity": np.inf,
    "minus infinity": -np.inf,
    "largest": np.finfo(np.float32).max,
    "least": np.finfo(np.float32).min,
}
BLOCK = 960  # a multiple of the channels and bands of all examples


def opened(module: str, kind: dict[str, Any]) -> Any:
    """The description's example."""
    payload = bytes.fromhex(kind["example"])
    return getattr(importlib.import_module(f"senselet.runtime.{module}"), kind["opener"])(
        payload, 0, len(payload)
    )


def processed(stream: Any, block: NDArray[np.float32]) -> NDArray[np.float32]:
    """A block's output; the buffer is as long as any stream asks for."""
    for outputs in (len(block), *range(len(block) - 1, 0, -1), *range(len(block), 40 * len(block))):
        out = np.full(outputs, 12345.0, np.float32)
        status = stream.process(block, out)
        if status >= 0:
            kept: NDArray[np.float32] = out[out != 12345]
            return kept
    raise AssertionError("no buffer is right")


def test_streams_are_found() -> None:
    assert {module for module, _ in STREAMS} >= {"_biquad", "_fir", "_median", "_moving_average"}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    ("module", "kind"), STREAMS, ids=lambda one: one if isinstance(one, str) else one["name"]
)
def test_a_stream_recovers(module: str, kind: dict[str, Any], value: float) -> None:
    rng = np.random.default_rng(1)
    spoilt, fresh = opened(module, kind), opened(module, kind)
    bad = rng.normal(0, 0.3, BLOCK).astype(np.float32)
    bad[::7] = value
    processed(spoilt, bad)
    processed(fresh, np.zeros(BLOCK, np.float32))
    for _ in range(40):
        block = np.abs(rng.normal(0, 0.3, BLOCK)).astype(np.float32)
        one, other = processed(spoilt, block), processed(fresh, block)
    assert len(one) == len(other)
    assert np.isfinite(one).all()
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4 * float(np.abs(other).max()))
