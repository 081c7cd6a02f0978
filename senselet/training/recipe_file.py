"""Read a recipe from TOML, checking all that can be checked without recordings."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, cast

from senselet.training.errors import RecipeError
from senselet.training.recipe import (
    Augment,
    Input,
    Recipe,
    Split,
    Trees,
    Window,
    check_recipe,
)
from senselet.training.steps import KINDS, Chain, FeatureStep, FilterStep, ScalingStep, Shape
from senselet.training.table import Table, WrongError, a_list_of_texts, suggest

TREES = "trees"  # the kind of the last step
ESTIMATORS = ("extra_trees", "random_forest", "decision_tree")
CRITERIA = ("gini", "entropy")
LEAVES = ("probabilities", "votes")
SAMPLE_TYPES = ("float32", "int16")
MISSING = ("refuse", "keep")


def load_recipe(path: str | Path) -> Recipe:
    """Load a recipe from a TOML file.

    Raises
    ------
    RecipeError
        If it can't be read, or says something that makes no sense; the message names the place.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path} is not text (UTF-8)") from error
    except OSError as error:
        raise RecipeError(f"{path} can't be read: {error.strerror or error}") from error
    return parse_recipe(text, name=path.stem if path.stem != "recipe" else path.parent.name)


def parse_recipe(text: str, *, name: str = "") -> Recipe:
    """Read a recipe from TOML text; ``name`` is its name if it tells none."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"The recipe is not TOML: {error}") from error
    top = Table("", content)
    recipe_name = top.text("name", name or "model")
    source = _input(top.table("input"))
    window = _window(top.table("window"))
    chain, trees = _steps(top.tables("step"), source, window)
    recipe = Recipe(
        recipe_name,
        source,
        window,
        chain,
        trees,
        _split(top.table("split", {})),
        _augment(top.table("augment", {}), source),
    )
    top.finish()
    check_recipe(recipe)
    return recipe


def _input(table: Table) -> Input:
    channels = table.texts("channels")
    if not channels:
        raise RecipeError(f"{table.where('channels')} is empty")
    for channel in channels:
        if channels.count(channel) > 1:
            raise RecipeError(f"{table.where('channels')} names {channel!r} twice")
        if not channel or any(mark in channel for mark in "(),") or channel != channel.strip():
            raise RecipeError(
                f"{table.where('channels')}: {channel!r} is no name for a channel",
                "it must not be empty nor contain commas, brackets or outer spaces",
            )
    unit: tuple[str, ...] = table.take("unit", (), _unit)
    unit = unit * len(channels) if len(unit) == 1 else unit
    if unit and len(unit) != len(channels):
        raise RecipeError(
            f"{table.where('unit')} names {len(unit)} units for {len(channels)} channels"
        )
    source = Input(
        sensor=table.text("sensor", ""),
        channels=channels,
        rate=table.number("rate", above=0),
        unit=unit,
        sample_type=cast(
            Literal["float32", "int16"], table.choice("sample_type", SAMPLE_TYPES, "float32")
        ),
        scale=table.number("scale", 1.0, above=0),
        missing=cast(Literal["refuse", "keep"], table.choice("missing", MISSING, "refuse")),
        resample=table.yes_or_no("resample", False),
    )
    table.finish()
    return source


def _window(table: Table) -> Window:
    seconds = table.number("seconds", above=0)
    hop = table.number("hop", seconds / 2, above=0)
    window = Window(seconds, hop, table.whole_or_none("first", 1))
    table.finish()
    return window


def _steps(tables: list[Table], source: Input, window: Window) -> tuple[Chain, Trees]:
    """Filter steps, then feature steps, scaling or not, and trees: in this order."""
    # What the next step takes. Whether the window is a whole number of samples is checked later.
    shape = Shape(source.channels, max(round(window.seconds * source.rate), 1), source.rate)
    kinds = [table.choice("kind", (*KINDS, TREES)) for table in tables]
    filters: list[FilterStep] = []
    features: list[FeatureStep] = []
    scaling: list[ScalingStep] = []
    ordered = kinds[-1:] == [TREES] and TREES not in kinds[:-1]
    for table, kind in zip(tables[:-1], kinds[:-1], strict=True):
        if not ordered:
            break
        step = KINDS[kind].parse(table, shape.channels)
        table.finish()
        if isinstance(step, FilterStep):
            ordered = not features and not scaling
            filters.append(step)
            shape = step.shape(shape)
        elif isinstance(step, FeatureStep):
            ordered = not scaling
            features.append(step)
        elif isinstance(step, ScalingStep):
            ordered = bool(filters or features) and not scaling
            scaling.append(step)
    if not ordered or not (filters or features):
        raise RecipeError(
            f"The recipe's steps are: {', then '.join(kinds) or 'none'}",
            "there must be filters, such as mel, or steps that compute features, such as "
            'time_features, or both; there may be scaling; the last step must be kind = "trees"',
        )
    chain = Chain(tuple(filters), tuple(features), scaling[0] if scaling else None)
    return chain, _trees(tables[-1])


def _trees(table: Table) -> Trees:
    defaults = Trees()
    trees = Trees(
        estimator=table.choice("estimator", ESTIMATORS, defaults.estimator),
        n_estimators=table.whole("n_estimators", defaults.n_estimators, 1, 1000),
        max_depth=table.whole_or_none("max_depth", 1),
        max_leaf_nodes=table.whole_or_none("max_leaf_nodes", 2),
        min_samples_leaf=table.whole("min_samples_leaf", 1, 1),
        max_features=table.take("max_features", "sqrt", _max_features),
        criterion=table.choice("criterion", CRITERIA, defaults.criterion),
        seed=table.whole("seed", 0, 0, 2**32 - 1),
        leaves=cast(
            Literal["probabilities", "votes"], table.choice("leaves", LEAVES, defaults.leaves)
        ),
        leaf_steps=table.whole_or_none("leaf_steps", 1),
        threads=table.whole("threads", -1, -1),
    )
    if trees.threads == 0:
        raise RecipeError(f"{table.where('threads')} is 0", "-1 takes all processors")
    table.finish()
    return trees


def _split(table: Table) -> Split:
    split = Split(
        table.text("group", "subject"),
        table.take("test_groups", (), _texts_or_numbers),
    )
    table.finish()
    return split


def _augment(table: Table, source: Input) -> Augment:
    vectors: list[list[str]] = table.take("vectors", [], _triples)
    augment = Augment(
        mirror=table.texts("mirror", ()),
        copies=table.whole("copies", 0, 0, 100),
        stretch=table.number("stretch", 0.0, least=0, most=1),
        rates=table.texts("rates", ()),
        rotate_degrees=table.number("rotate_degrees", 0.0, least=0, most=180),
        vectors=tuple((x, y, z) for x, y, z in vectors),
        seed=table.whole("seed", 0, 0, 2**32 - 1),
        delays=table.numbers("delays", ()),
    )
    for key, names in (
        ("mirror", augment.mirror),
        ("rates", augment.rates),
        ("vectors", tuple(name for vector in augment.vectors for name in vector)),
    ):
        for channel in names:
            if channel not in source.channels:
                raise RecipeError(
                    f"{table.where(key)}: there is no channel {channel!r}",
                    suggest(channel, source.channels),
                )
            if names.count(channel) > 1:
                raise RecipeError(f"{table.where(key)} names {channel!r} twice")
    varied = augment.stretch > 0 or augment.rotate_degrees > 0
    if varied != (augment.copies > 0):
        raise RecipeError(
            f"{table.name} asks for {augment.copies} copies, stretched by {augment.stretch:g} and "
            f"turned by {augment.rotate_degrees:g} degrees",
            "give copies together with stretch or rotate_degrees",
        )
    if augment.rotate_degrees and not augment.vectors:
        raise RecipeError(
            f"{table.where('rotate_degrees')} needs vectors", 'vectors = [["ax", "ay", "az"]]'
        )
    table.finish()
    return augment


def _unit(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else a_list_of_texts(value)


def _texts_or_numbers(value: Any) -> tuple[str, ...]:
    """Groups are texts; a subject's number may be written as one."""
    kinds = (str, int)
    if not isinstance(value, list) or not all(
        isinstance(item, kinds) and not isinstance(item, bool) for item in value
    ):
        raise WrongError("a list of texts or whole numbers")
    return tuple(str(item) for item in value)


def _triples(value: Any) -> list[list[str]]:
    if not isinstance(value, list) or not all(
        isinstance(row, list) and len(row) == 3 and all(isinstance(one, str) for one in row)
        for row in value
    ):
        raise WrongError("a list of triples of channels")
    return value


def _max_features(value: Any) -> float | int | str:
    if value in ("sqrt", "log2", "all"):
        return str(value)
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    share = isinstance(value, float) and 0 < value <= 1
    if not (whole or share):
        raise WrongError('"sqrt", "log2", "all", a whole number, or a share such as 0.3')
    return cast("float | int", value)
