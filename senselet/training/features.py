"""Features of windows, computed by the C core: what a board will compute, bit for bit."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from senselet.model_file import Step
from senselet.runtime.status import SENTENCES
from senselet.training.errors import RecipeError
from senselet.training.steps import Chain, FeatureStep, Shape

Rows = NDArray[np.float32]


def compute_features(
    chain: Chain | FeatureStep, windows: Rows, *, channels: Sequence[str], rate: float
) -> Rows:
    """Compute the features of many windows, before any scaling.

    Parameters
    ----------
    chain
        What to compute: a recipe's ``chain``, or a single step.
    windows
        float32, ``[window, sample, channel]``.
    channels, rate
        The channels' names, and the samples a second.

    Returns
    -------
    ndarray of float32
        One row a window, one column a feature, in the order of ``chain.names(shape)``.
    """
    if isinstance(chain, FeatureStep):
        chain = Chain(features=(chain,))
    steps = chain.steps(Shape(tuple(channels), windows.shape[1], rate))
    return run_steps(steps, windows.reshape(len(windows), -1))


def run_steps(steps: Sequence[Step], rows: Rows) -> Rows:
    """Send rows through steps as `senselet.runtime.Model.run` does.

    Raises
    ------
    RecipeError
        If the core refuses a step's payload, or there is no module for a step.
    """
    given = np.ascontiguousarray(rows, dtype=np.float32)
    place = 0
    while place < len(steps):
        end = place + 1
        while end < len(steps) and steps[end].beside:
            end += 1
        group = steps[place:end]
        results = np.empty((len(given), sum(step.outputs for step in group)), np.float32)
        column = 0
        for step in group:
            _run(step, given, results[:, column : column + step.outputs])
            column += step.outputs
        given, place = results, end
    return given


def fit_scaling(chain: Chain, features: Rows) -> list[Step]:
    """Return the scaling step fitted to features, or nothing if the chain has none."""
    if chain.scaling is None:
        return []
    size = features.shape[1]
    return [Step(chain.scaling.kind, chain.scaling.fit(features), size, size)]


def _run(step: Step, rows: Rows, results: Rows) -> None:
    program = _open(step)
    for row, result in zip(rows, results, strict=True):
        status = program.run(row.data, result.data)
        if status:
            raise RuntimeError(f"{step.kind} failed: {_reason(status)}")


def _open(step: Step) -> Any:
    try:
        module = importlib.import_module(f"senselet.runtime._{step.kind}")
    except ImportError:
        raise RecipeError(f"There is no module for steps of kind {step.kind!r} here") from None
    program = module.open(step.payload, 0, len(step.payload))
    if isinstance(program, int):
        raise RecipeError(f"The core refuses the step {step.kind}: {_reason(program)}")
    if (program.inputs(), program.outputs()) != (step.inputs, step.outputs):
        raise RuntimeError(
            f"{step.kind} takes {program.inputs()} values and gives {program.outputs()}, but the "
            f"recipe's step says {step.inputs} and {step.outputs}"
        )
    return program


def _reason(status: int) -> str:
    return f"it {SENTENCES.get(status, f'fails with status {status}')}"
