"""Scaling of features, on a board and on the laptop: see core/features/scaling.h."""

import struct

from . import _scaling
from .window_step import WindowStep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Scaling(WindowStep):
    """``(features - offset) * scale``, each feature with its own numbers.

    Parameters
    ----------
    offset, scale
        As many numbers as there are features; no scale is 0. scikit-learn's ``mean_`` and
        ``1 / scale_`` of a ``StandardScaler``, for instance.

    Examples
    --------
    >>> from array import array
    >>> Scaling([10.0, 0.0], [0.5, 2.0]).run(array("f", [12.0, 3.0]))
    array('f', [1.0, 6.0])
    """

    def __init__(self, offset: "Sequence[float]", scale: "Sequence[float]") -> None:
        count = len(offset)
        if count != len(scale):
            raise ValueError(f"{count} offsets and {len(scale)} scales; expected as many of both")
        if not 1 <= count <= 65535:
            raise ValueError(f"{count} features; expected 1 ... 65535")
        payload = struct.pack("<BBH", 1, 0, count)
        payload += struct.pack("<" + str(2 * count) + "f", *offset, *scale)
        super().__init__(_scaling, payload, "offset or scale")
