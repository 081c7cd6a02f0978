"""Read values out of a parsed TOML file, with messages that name the place of what is wrong."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from senselet.training.errors import RecipeError

T = TypeVar("T")
D = TypeVar("D")


class Table:
    """A table of the file: hands out values with their checks, then tells what nobody took."""

    def __init__(self, name: str, content: Mapping[str, Any]) -> None:
        self.name = name
        self._content = content
        self._taken: list[str] = []

    def where(self, key: str) -> str:
        """Return the place of a key, as messages say it."""
        return f"{self.name} {key}".strip()

    def take(self, key: str, default: D | Required, check: Callable[[Any], T]) -> T | D:
        """Take a value; ``check`` returns it in its proper type, or raises `WrongError`."""
        self._taken.append(key)
        if key not in self._content:
            if isinstance(default, Required):
                raise RecipeError(f"{self.where(key)} is missing")
            return default
        value = self._content[key]
        try:
            return check(value)
        except WrongError as error:
            raise RecipeError(f"{self.where(key)} is {_shown(value)}; it must be {error}") from None

    def finish(self) -> None:
        """Complain about keys that nobody has taken."""
        for key in self._content:
            if key not in self._taken:
                raise RecipeError(
                    f"{self.name or 'The recipe'} has an unknown key {key!r}",
                    suggest(key, self._taken),
                )

    def table(self, key: str, default: dict[str, Any] | None = None) -> Table:
        """Take a table; it is required if there is no default."""
        fallback = REQUIRED if default is None else default
        return Table(f"[{key}]", self.take(key, fallback, _a_table))

    def tables(self, key: str, default: list[Any] | None = None) -> list[Table]:
        """Take an array of tables."""
        fallback = REQUIRED if default is None else default
        prefix = self.name.strip("[]").split("]]")[0]
        path = f"{prefix}.{key}" if prefix else key
        rows = self.take(key, fallback, _array_of_tables)
        kinds = [f" {row['kind']}" if isinstance(row.get("kind"), str) else "" for row in rows]
        return [Table(f"[[{path}]]{kind}", row) for kind, row in zip(kinds, rows, strict=True)]

    def text(self, key: str, default: str | Required | None = None) -> str:
        """Take a text."""
        return self.take(key, REQUIRED if default is None else default, _text)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Take a list of texts."""
        return self.take(key, REQUIRED if default is None else default, a_list_of_texts)

    def choice(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """Take one of several words."""
        word = self.text(key, default)
        if word not in known:
            raise RecipeError(f"{self.where(key)}: there is no {word!r}", suggest(word, known))
        return word

    def numbers(self, key: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """Take a list of numbers."""
        return self.take(key, default, _numbers)

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        above: float | None = None,
        least: float | None = None,
        most: float | None = None,
    ) -> float:
        """Take a number within limits."""
        value = self.take(key, REQUIRED if default is None else default, _number)
        if above is not None and not value > above:
            raise RecipeError(f"{self.where(key)} is {value:g}; it must be more than {above:g}")
        if (least is not None and value < least) or (most is not None and value > most):
            raise RecipeError(
                f"{self.where(key)} is {value:g}; it must lie in {least:g} ... {most:g}"
            )
        return value

    def whole(self, key: str, default: int, least: int, most: int | None = None) -> int:
        """Take a whole number within limits."""
        value = self.take(key, default, _whole)
        if value < least or (most is not None and value > most):
            limits = f"at least {least}" if most is None else f"in {least} ... {most}"
            raise RecipeError(f"{self.where(key)} is {value}; it must be {limits}")
        return value

    def yes_or_no(self, key: str, default: bool) -> bool:
        """Take true or false."""
        return self.take(key, default, _yes_or_no)

    def whole_or_none(self, key: str, least: int) -> int | None:
        """Take a whole number, or None if there is none."""
        if key not in self._content:
            self._taken.append(key)
            return None
        return self.whole(key, least, least)


class Required:
    """Stands for a default that doesn't exist."""


class WrongError(Exception):
    """A value of the wrong type; says what it must be."""


REQUIRED = Required()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _a_table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongError("a table")
    return value


def _array_of_tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise WrongError("an array of tables, written with double brackets")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongError("a text in quotes")
    return value


def a_list_of_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise WrongError("a list of texts")
    return tuple(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise WrongError("a number")
    return float(value)


def _numbers(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise WrongError("a list of numbers")
    return tuple(_number(item) for item in value)


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongError("true or false")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongError("a whole number")
    return value


def suggest(word: str, known: Sequence[str]) -> str:
    """Return a hint: the known word that is closest, or all of them."""
    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
