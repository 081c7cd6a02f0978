"""From a trained model to the file that boards run."""

from __future__ import annotations

import datetime

from senselet.convert import convert_trees
from senselet.model_file import ModelFile, Step
from senselet.training.train import TrainedModel


def to_model_file(trained: TrainedModel, *, date: datetime.date | None = None) -> ModelFile:
    """Put a trained model into the form of a ``.sense`` file.

    Parameters
    ----------
    trained
        From `train`.
    date
        Day of the training, for the file's provenance; today if not given.
    """
    recipe = trained.recipe
    channels = recipe.input.channels
    trees = convert_trees(
        trained.estimator, leaves=recipe.trees.leaves, leaf_steps=recipe.trees.leaf_steps
    )
    return ModelFile(
        rate=recipe.input.rate,
        window=recipe.window_samples,
        hop=recipe.hop_samples,
        channels=len(channels),
        steps=[
            *recipe.chain.steps(recipe.shape),
            *trained.scaling,
            Step("trees", trees.payload, trees.inputs, trees.outputs),
        ],
        labels=[trained.labels[number] for number in trained.estimator.classes_],
        sample_type=recipe.input.sample_type,
        scale=recipe.input.scale,
        text={
            "name": recipe.name,
            "input": {
                "sensor": recipe.input.sensor,
                "channels": list(channels),
                "unit": list(recipe.input.unit),
            },
            "provenance": {
                "trained": (date or datetime.date.today()).isoformat(),
                "data_sha256": trained.data_sha256,
                "test_groups": list(recipe.split.test_groups),
                "test_windows": len(trained.test),
                "test_accuracy": round(trained.accuracy, 4),
            },
        },
    )
