"""Fixtures of the end-to-end tests: boards of their own, and the small model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import small_model
from listening import StartBoard

from senselet.links import Link, open_link


@pytest.fixture
def start_board(tmp_path: Path) -> Iterator[StartBoard]:
    """A function that starts boards, which end with the test; their host folder is tmp_path."""
    with ExitStack() as stack:

        def start(name: str, **options: Any) -> Link:
            return stack.enter_context(open_link(f"sim:{name}", host_folder=tmp_path, **options))

        yield start


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small model as a file."""
    path = tmp_path_factory.mktemp("small") / "small.sense"
    small_model.model_file().save(path)
    return path


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of about 40 kB, under the same name."""
    path = tmp_path_factory.mktemp("large") / "small.sense"
    small_model.large_model().save(path)
    return path
