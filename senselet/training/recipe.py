"""Recipes: how a model is made from recordings. docs/recipe.md lists all keys of the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from senselet.training.errors import RecipeError
from senselet.training.steps import Chain, Shape

MAX_FEATURES = 4096  # that the core's trees take


@dataclass(frozen=True)
class Input:
    """What the sensor delivers.

    Attributes
    ----------
    sensor
        What it is, for people.
    channels
        Names of a sample's values.
    rate
        Samples a second.
    unit
        Unit of each channel, for people; empty if not told.
    sample_type, scale
        The numbers a board reads: ``"float32"`` or ``"int16"``, and a value in units per number.
    missing
        ``"refuse"`` recordings with missing values, or ``"keep"`` them.
    resample
        Convert recordings of other rates instead of refusing them.
    """

    sensor: str
    channels: tuple[str, ...]
    rate: float
    unit: tuple[str, ...] = ()
    sample_type: Literal["float32", "int16"] = "float32"
    scale: float = 1.0
    missing: Literal["refuse", "keep"] = "refuse"
    resample: bool = False


@dataclass(frozen=True)
class Window:
    """Length of a window and distance from one to the next, in seconds.

    Attributes
    ----------
    seconds, hop
        In seconds; whole numbers of samples.
    first
        Use only so many windows of a recording, the first ones; None uses all.
    """

    seconds: float
    hop: float
    first: int | None = None


@dataclass(frozen=True)
class Trees:
    """A step of kind ``trees``: the estimator scikit-learn fits, and how it is stored.

    Attributes
    ----------
    estimator
        ``"extra_trees"``, ``"random_forest"`` or ``"decision_tree"``.
    n_estimators, max_depth, max_leaf_nodes, min_samples_leaf, max_features, criterion, seed
        As in scikit-learn; ``seed`` is ``random_state``.
    leaves
        ``"probabilities"`` as scikit-learn has them, or ``"votes"``: smaller and faster.
    leaf_steps
        Round leaf probabilities to multiples of 1 / leaf_steps; None keeps them.
    threads
        Processors used for training, -1 for all; the result does not depend on it.
    """

    estimator: str = "extra_trees"
    n_estimators: int = 100
    max_depth: int | None = None
    max_leaf_nodes: int | None = None
    min_samples_leaf: int = 1
    max_features: float | int | str = "sqrt"
    criterion: str = "gini"
    seed: int = 0
    leaves: Literal["probabilities", "votes"] = "probabilities"
    leaf_steps: int | None = None
    threads: int = -1


@dataclass(frozen=True)
class Split:
    """Which recordings test the model: those of ``test_groups``, fixed before training."""

    group: str = "subject"
    test_groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Augment:
    """How training windows are varied. Test windows never are.

    Attributes
    ----------
    mirror
        Channels whose sign changes when the movement is mirrored; every window is there both ways.
    copies
        Varied copies of each window.
    stretch
        Copies are up to this share slower or faster: 0.15 for 15 %.
    rates
        Channels that grow with the speed, such as a gyroscope's.
    rotate_degrees
        Copies are turned by this standard deviation about each axis.
    vectors
        Triples of channels that turn together.
    seed
        Of the random numbers.
    delays
        Seconds by which a recording comes later, after silence: every window is there with each
        delay, too. An event does not wait for a window to begin.
    """

    mirror: tuple[str, ...] = ()
    copies: int = 0
    stretch: float = 0.0
    rates: tuple[str, ...] = ()
    rotate_degrees: float = 0.0
    vectors: tuple[tuple[str, str, str], ...] = ()
    seed: int = 0
    delays: tuple[float, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """All that is needed to make a model from recordings, except the recordings."""

    name: str
    input: Input
    window: Window
    chain: Chain
    trees: Trees
    split: Split = field(default_factory=Split)
    augment: Augment = field(default_factory=Augment)

    @property
    def window_samples(self) -> int:
        """Samples a window."""
        return round(self.window.seconds * self.input.rate)

    @property
    def hop_samples(self) -> int:
        """Samples from one window to the next."""
        return round(self.window.hop * self.input.rate)

    @property
    def shape(self) -> Shape:
        """Shape of the window that the first step takes."""
        return Shape(self.input.channels, self.window_samples, self.input.rate)

    @property
    def feature_names(self) -> list[str]:
        """Names of the features, in the order that the trees take them."""
        return self.chain.names(self.shape)

    def with_window(self, seconds: float, hop: float | None = None) -> Recipe:
        """Return this recipe with windows of another length; the hop is half of it if not given."""
        hop = seconds / 2 if hop is None else hop
        changed = replace(self, window=Window(seconds, hop, self.window.first))
        check_recipe(changed)
        return changed


def check_recipe(recipe: Recipe) -> None:
    """Check what several sections must agree on; raise `RecipeError` if they don't."""
    rate = recipe.input.rate
    for key, seconds in (("seconds", recipe.window.seconds), ("hop", recipe.window.hop)):
        samples = seconds * rate
        if round(samples) < 1 or abs(samples - round(samples)) > 1e-6 * samples:
            raise RecipeError(
                f"[window] {key} = {seconds:g} is {samples:g} samples at {rate:g} a second",
                f"{max(round(samples), 1) / rate:g} would be a whole number",
            )
    if recipe.hop_samples > recipe.window_samples:
        raise RecipeError(
            f"[window] hop is {recipe.window.hop:g} s, longer than the window of "
            f"{recipe.window.seconds:g} s",
            "samples between windows would be lost",
        )
    for delay in recipe.augment.delays:
        if not 0 < round(delay * rate) < recipe.window_samples:
            raise RecipeError(
                f"[augment] delays has {delay:g} s; it must be more than nothing, and less than a "
                "window"
            )
    # Building the payloads checks all limits of the core.
    recipe.chain.steps(recipe.shape)
    names = recipe.feature_names
    if len(names) > MAX_FEATURES:
        raise RecipeError(f"{len(names)} features; trees take at most {MAX_FEATURES}")
