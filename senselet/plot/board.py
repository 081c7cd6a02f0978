"""Let a board compute a recording, and bring back what it found."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from senselet.deploy.play import InstalledModel, play
from senselet.links import Link


@dataclass(frozen=True)
class BoardSeries:
    """What a board computed, window after window.

    Attributes
    ----------
    name
        The device.
    ends
        When each window ended, in seconds.
    hop
        Seconds from one to the next.
    labels
        Names of the probabilities' columns; numbers if the model has none.
    probabilities, features
        One row a window: the last step's outputs, and what that step was given.
    """

    name: str
    ends: NDArray[np.float64]
    hop: float
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]


def play_on_board(
    link: Link,
    installed: InstalledModel,
    samples: bytes,
    folder: Path,
    *,
    virtual_sensor: bool = True,
) -> BoardSeries:
    """Play samples to a model that is installed on a board.

    Parameters
    ----------
    link, installed
        The board and its model.
    samples
        As the sensor delivers them.
    folder, virtual_sensor
        As in `senselet.deploy.play`.
    """
    played = play(
        link, installed.path, [samples], folder, virtual_sensor=virtual_sensor, with_features=True
    )
    about = f"_m = senselet.load({installed.path!r})\nprint([_m.window, _m.hop, list(_m.labels)])"
    window, hop, labels = ast.literal_eval(link.execute("import senselet\n" + about))
    rows = [np.frombuffer(bytes.fromhex(r.probabilities), "<f4") for r in played.results]
    features = [np.frombuffer(bytes.fromhex(r.features), "<f4") for r in played.results]
    rate = installed.rate or 1.0
    ends = (window + hop * np.arange(len(rows))) / rate
    columns = len(rows[0]) if rows else 0
    return BoardSeries(
        link.name,
        ends,
        hop / rate,
        tuple(labels) or tuple(str(index) for index in range(columns)),
        np.array(rows, np.float32).reshape(len(rows), columns),
        np.array(features, np.float32),
    )
