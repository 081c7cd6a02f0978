"""Virtual boards for tests: each test has its own, freshly started."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from board_support import ALL, OpenBoard

from senselet.links import Link, open_link


@pytest.fixture(params=ALL)
def board(request: pytest.FixtureRequest) -> str:
    """Name of each board in turn."""
    name: str = request.param
    return name


@pytest.fixture
def open_board(tmp_path: Path) -> Iterator[OpenBoard]:
    """A function that starts boards, which end with the test; their host folder is tmp_path."""
    with ExitStack() as stack:

        def start(name: str, **options: Any) -> Link:
            return stack.enter_context(open_link(f"sim:{name}", host_folder=tmp_path, **options))

        yield start


@pytest.fixture
def link(board: str, open_board: OpenBoard) -> Link:
    """A link to each board in turn."""
    return open_board(board)
