"""Sentences for what the C modules refuse: they return a number, this names the thing at fault."""


def failure(status: int, what: str, hint: str = "") -> Exception:
    """The exception for a negative status; to be raised by the caller.

    Imported only when something is wrong: a board that runs well has no memory for sentences.
    """
    from .status import ERR_MEMORY, SENTENCES

    sentence = what + " " + SENTENCES.get(status, "failed with status " + str(status))
    if hint:
        sentence += "; " + hint
    return MemoryError(sentence) if status == ERR_MEMORY else ValueError(sentence)


def count_items(buffer: object) -> int:
    """Number of items in a buffer of any shape (numpy's arrays may have several dimensions)."""
    shape = getattr(buffer, "shape", None)
    if shape is None:
        return len(buffer)  # type: ignore[arg-type]
    count = 1
    for length in shape:
        count *= length
    return count
