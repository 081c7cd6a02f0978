"""A small motion model and recordings to go with it, all made up: three channels, three labels."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np

from senselet.data import Recording
from senselet.model_file import ModelFile
from senselet.training import TrainedModel, parse_recipe, to_model_file, train

RATE = 25
CHANNELS = ("x", "y", "z")
LABELS = ("rest", "run", "walk")
PACE = {"rest": 0.0, "walk": 1.7, "run": 3.1}  # steps a second
DAY = datetime.date(2025, 1, 2)  # models don't depend on the day of the test

RECIPE = """
name = "small"
[input]
sensor = "accelerometer"
channels = ["x", "y", "z"]
unit = "g"
rate = 25
[window]
seconds = 2
hop = 0.8
[[step]]
kind = "time_features"
signals = ["x", "y", "z"]
statistics = ["mean", "standard_deviation", "skewness", "median", "mean_crossings"]
pairs = "all"
[[step]]
kind = "trees"
n_estimators = 12
max_depth = 5
seed = 3
threads = 1
[split]
test_groups = ["3"]
"""
INTEGERS = '[input]\nsample_type = "int16"\nscale = 0.001'


def recording(label: str, subject: str, *, samples: int = 237, seed: int = 0) -> Recording:
    """Noisy steps; its length is no whole number of windows, hops or blocks."""
    generator = np.random.default_rng([seed, int(subject), *label.encode()])
    time = np.arange(samples)[:, None] / RATE
    swing = np.sin(2 * np.pi * PACE[label] * time + np.array([0.0, 0.4, 1.1]))
    values = 0.1 * PACE[label] * swing + np.array([0.0, 0.2, 1.0])
    values += generator.normal(scale=0.2, size=values.shape)
    name = f"{label}-{subject}-{seed}"
    return Recording(values.astype("f4"), RATE, CHANNELS, label, {"subject": subject}, name)


def recordings() -> list[Recording]:
    """Of three subjects, two for each label."""
    return [
        recording(label, subject, seed=seed)
        for label in LABELS
        for subject in ("1", "2", "3")
        for seed in (0, 1)
    ]


def heard() -> list[Recording]:
    """What the boards hear: one recording for each label, none of which was learned from."""
    return [
        recording(label, "4", samples=samples)
        for label, samples in zip(LABELS, (181, 50, 306), strict=True)
    ]


@cache
def trained(recipe: str = RECIPE) -> TrainedModel:
    """The recipe's model."""
    return train(parse_recipe(recipe), recordings())


def model_file(recipe: str = RECIPE) -> ModelFile:
    """The recipe's model as a file, the same every day."""
    return to_model_file(trained(recipe), date=DAY)


def integer_model() -> ModelFile:
    """The small model for a sensor that delivers thousandths of its unit as int16."""
    return model_file(RECIPE.replace("[input]", INTEGERS))


def large_model() -> ModelFile:
    """About 40 kB: much the largest part of what a board must hold."""
    forest = "n_estimators = 220\nmax_features = 1\nmin_samples_leaf = 2"
    return model_file(RECIPE.replace("n_estimators = 12\nmax_depth = 5", forest))
