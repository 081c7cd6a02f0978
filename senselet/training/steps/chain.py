"""The steps of a recipe in front of the trees, put together for windows of a shape."""

from __future__ import annotations

from dataclasses import dataclass

from senselet.model_file import Step
from senselet.training.steps.step import FeatureStep, FilterStep, ScalingStep, Shape


@dataclass(frozen=True)
class Chain:
    """From a window to features.

    Attributes
    ----------
    filters
        One after the other.
    features
        Beside each other: each takes what the filters leave, and all features together are the
        row that goes on. Without any, the values that the filters leave are the features.
    scaling
        Fitted to that row; None leaves it as it is.
    """

    filters: tuple[FilterStep, ...] = ()
    features: tuple[FeatureStep, ...] = ()
    scaling: ScalingStep | None = None

    def filtered(self, shape: Shape) -> Shape:
        """Return the shape of the window that the feature steps take."""
        for step in self.filters:
            shape = step.shape(shape)
        return shape

    def names(self, shape: Shape) -> list[str]:
        """Return the features' names."""
        filtered = self.filtered(shape)
        if not self.features:
            return [
                f"{channel}[{sample}]"
                for sample in range(filtered.samples)
                for channel in filtered.channels
            ]
        return [name for step in self.features for name in step.names(filtered)]

    def steps(self, shape: Shape) -> list[Step]:
        """Return the model file's steps up to the features, without scaling.

        Raises
        ------
        RecipeError
            If the core can't take such windows.
        """
        steps = []
        for one in self.filters:
            after = one.shape(shape)
            steps.append(Step(one.kind, one.payload(shape), shape.values, after.values))
            shape = after
        for place, feature in enumerate(self.features):
            outputs = len(feature.names(shape))
            payload = feature.payload(shape)
            steps.append(Step(feature.kind, payload, shape.values, outputs, beside=place > 0))
        return steps
