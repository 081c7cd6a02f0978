"""Errors on the command line: one sentence and a hint, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

ERRORS = Console(stderr=True)
INTERRUPTED = 130  # what shells expect after Ctrl-C


@contextmanager
def explained() -> Iterator[None]:
    """Turn what users can cause into a sentence and exit status 1, Ctrl-C into status 130."""
    try:
        yield
    except KeyboardInterrupt:
        ERRORS.print("Interrupted; nothing is left half done.")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # as in `senselet devices | head`
        raise
    except Exception as error:
        if not isinstance(error, known()):
            raise
        show("[bold red]error:[/]", sentence(error))
        show("[dim]hint:[/]", getattr(error, "hint", ""))
        sys.exit(1)


def show(title: str, text: str) -> None:
    """Print a line, unless there is nothing to say.

    It is not folded, so that names of files stay whole, and may contain brackets.
    """
    if text:
        ERRORS.print(f"{title} {escape(text)}", highlight=False, soft_wrap=True)


def known() -> tuple[type[Exception], ...]:
    """What is explained. Imported only now: half of the package, a second, comes with it."""
    from senselet.errors import ExplainedError
    from senselet.links import LinkError

    # ValueError: what senselet.load, convert and the model file's writer refuse.
    return (ExplainedError, LinkError, OSError, ValueError)


def sentence(error: BaseException) -> str:
    """What went wrong, with a file's name where the system knows it."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    # Errors that print their hint themselves carry the bare sentence as first argument.
    return str(error.args[0]) if error.args else type(error).__name__
