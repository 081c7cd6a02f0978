"""Senselet's own functions, as calls of its native modules' methods, for every case."""

from collections.abc import Callable

from .dsp_cases import Array, Case
from .natives import Call

Ours = tuple[str, Call, Callable[[Array], Array], Callable[[Case], Array] | None]


def our_calls(case: Case) -> list[Ours]:
    """Return name, call, decoder and exact result (None: the case's) of what computes a case."""
    return []
