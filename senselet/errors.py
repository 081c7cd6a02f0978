"""Errors that people can do something about."""


class ExplainedError(Exception):
    """Something that can't be done.

    Parameters
    ----------
    message
        One sentence: what is wrong, and where.
    hint
        What the user can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} ({self.hint})" if self.hint else message
