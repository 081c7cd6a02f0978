"""What a recipe's step is: read from the recipe, written as the payload of a model file's step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from senselet.training.table import Table


@dataclass(frozen=True)
class Shape:
    """A window as a step takes it: samples after each other, channels interleaved.

    Attributes
    ----------
    channels
        Names of a sample's values.
    samples
        Samples a window.
    rate
        Samples a second.
    """

    channels: tuple[str, ...]
    samples: int
    rate: float

    @property
    def values(self) -> int:
        """Values a window."""
        return self.samples * len(self.channels)


class RecipeStep(ABC):
    """A ``[[step]]`` of a recipe; subclasses are frozen dataclasses of its keys.

    Attributes
    ----------
    kind
        Its name, in recipes and in model files: the native module is ``senselet.runtime._<kind>``.
    """

    kind: ClassVar[str]

    @classmethod
    @abstractmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the step's keys; raise `RecipeError` if one is wrong.

        ``channels`` are those of the window that the step takes, after the filters before it.
        Keys that are not taken from the table are refused afterwards, by the caller.
        """


class FilterStep(RecipeStep):
    """A step from a window to a window, such as ``biquad`` or ``mel``.

    The window that comes out may have other channels, samples and rate: the frames of ``mel`` are
    its samples, the bands its channels.
    """

    @abstractmethod
    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload; raise `RecipeError` if the core can't take such windows."""

    def shape(self, shape: Shape) -> Shape:
        """Return the shape of what comes out; that of what goes in, if not told otherwise."""
        return shape


class FeatureStep(RecipeStep):
    """A step from a window to features, such as ``time_features``."""

    @abstractmethod
    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload; raise `RecipeError` if the core can't take such windows."""

    @abstractmethod
    def names(self, shape: Shape) -> list[str]:
        """Return the features' names: one for each output, in the order of the outputs."""


class ScalingStep(RecipeStep):
    """A step from features to as many scaled features, fitted to those it will see."""

    @abstractmethod
    def fit(self, features: NDArray[np.float32]) -> bytes:
        """Return the payload fitted to training data, one row a window; NaN are missing values."""
