"""The step ``scaling``: standard, min-max or robust scaling (core/features/scaling.h)."""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from senselet.training.errors import RecipeError
from senselet.training.steps.step import ScalingStep
from senselet.training.table import Table

METHODS = ("standard", "min_max", "robust")
MAX_FEATURES = 65535
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Scaling(ScalingStep):
    """(feature - offset) * scale, fitted to the training windows' features by scikit-learn.

    Attributes
    ----------
    method
        ``"standard"``: mean and standard deviation; ``"min_max"``: minimum and range, to 0 ... 1;
        ``"robust"``: median and interquartile range. A constant feature becomes 0.
    """

    kind: ClassVar[str] = "scaling"
    method: str = "standard"

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Scaling:  # noqa: ARG003
        """Read the key ``method``."""
        return cls(table.choice("method", METHODS, METHODS[0]))

    def fit(self, features: NDArray[np.float32]) -> bytes:
        """Return the payload fitted to rows of features; NaN and infinities count as missing."""
        offset, scale = offset_and_scale(self.method, features)
        if not 1 <= len(offset) <= MAX_FEATURES:
            raise RecipeError(f"{len(offset)} features; scaling takes 1 ... {MAX_FEATURES}")
        header = struct.pack("<BBH", 1, 0, len(offset))
        return header + offset.astype("<f4").tobytes() + scale.astype("<f4").tobytes()


def offset_and_scale(
    method: str, features: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Fit scikit-learn's scaler; return (x - offset) * scale's two rows in float32."""
    rows = np.where(np.isfinite(features), features, np.nan).astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of features that are always missing
        if method == "standard":
            standard = StandardScaler().fit(rows)
            offset, scale = standard.mean_, 1 / standard.scale_
        elif method == "min_max":
            min_max = MinMaxScaler().fit(rows)
            offset, scale = min_max.data_min_, min_max.scale_
        else:
            robust = RobustScaler().fit(rows)
            offset, scale = robust.center_, 1 / robust.scale_
    offset = np.nan_to_num(offset, nan=0.0)
    scale = np.clip(np.nan_to_num(scale, nan=1.0, posinf=LARGEST), 0, LARGEST).astype(np.float32)
    return offset.astype(np.float32), np.maximum(scale, np.finfo(np.float32).smallest_subnormal)
