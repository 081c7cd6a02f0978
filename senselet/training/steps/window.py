"""What steps of features of a window's channels share."""

from __future__ import annotations

from typing import Any

from senselet.training.errors import RecipeError
from senselet.training.steps.step import Shape
from senselet.training.table import Table, WrongError, suggest

MAX_CHANNELS = 255
MAX_SAMPLES = 65535
MAX_FEATURES = 4096


def check_window(kind: str, shape: Shape, least: int = 1) -> None:
    """Refuse windows that the core can't take."""
    if not 1 <= len(shape.channels) <= MAX_CHANNELS:
        raise RecipeError(f"{len(shape.channels)} channels; {kind} takes 1 ... {MAX_CHANNELS}")
    if not least <= shape.samples <= MAX_SAMPLES:
        raise RecipeError(
            f"A window has {shape.samples} samples; {kind} takes {least} ... {MAX_SAMPLES}",
            "change [window] seconds",
        )


def chosen(table: Table, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Take a list of known words; all of them if there is none."""
    words = table.texts(key, known)
    if not words:
        raise RecipeError(f"{table.where(key)} is empty", suggest("", known))
    for word in words:
        if word not in known:
            raise RecipeError(f"{table.where(key)}: there is no {word!r}", suggest(word, known))
        if words.count(word) > 1:
            raise RecipeError(f"{table.where(key)} names {word} twice")
    return words


def flag(table: Table, key: str, default: bool) -> bool:
    """Take true or false."""
    return table.take(key, default, _flag)


def number_each(table: Table, key: str, count: int, default: float) -> tuple[float, ...]:
    """Take a number for all, or a list of as many as there are."""
    numbers: Any = table.take(key, (default,) * count, _one_or_many)
    if isinstance(numbers, float):
        return (numbers,) * count
    if len(numbers) != count:
        raise RecipeError(f"{table.where(key)} has {len(numbers)} numbers for {count} signals")
    return tuple(numbers)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongError("true or false")
    return value


def _one_or_many(value: Any) -> float | list[float]:
    many = value if isinstance(value, list) else [value]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in many):
        raise WrongError("a number, or a list of numbers")
    return [float(one) for one in value] if isinstance(value, list) else float(value)
