"""What can go wrong on a link."""


class LinkError(Exception):
    """The link to a board fails.

    Parameters
    ----------
    message : str
        One sentence: what happened.
    hint : str
        What the user can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class LinkTimeoutError(LinkError):
    """The board did not answer, or did not finish, in time.

    Attributes
    ----------
    traceback : str
        Where the board's program was when it was stopped; empty if it could not be stopped.
    """

    def __init__(self, message: str, hint: str = "", traceback: str = "") -> None:
        super().__init__(message, hint)
        self.traceback = traceback


class LinkClosedError(LinkError):
    """The other end has gone: unplugged, or the emulation has ended."""


class BoardError(LinkError):
    """A program on the board ended with an exception.

    Attributes
    ----------
    traceback : str
        The board's own report, several lines.
    output : str
        What the program had printed before.
    kind : str
        Name of the exception's class, such as ``OSError``.
    detail : str
        What follows the class in the last line of the report.
    """

    def __init__(self, traceback: str, output: str = "") -> None:
        self.traceback = traceback.strip()
        self.output = output
        last = self.traceback.rsplit("\n", 1)[-1]
        self.kind, _, self.detail = (part.strip() for part in last.partition(":"))
        super().__init__(f"The board's program failed: {last}")

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.traceback}"
