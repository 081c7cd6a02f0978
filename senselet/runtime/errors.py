"""Sentences for what the C modules refuse: they return a number, this names the thing at fault."""

SAMPLES = "expected float32 ('f') or int16 ('h') items in one piece, found "


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


def describe(thing: object) -> str:
    """What a caller gave: the type, and of buffers that tell them the items' type and number."""
    name = type(thing).__name__
    for attribute in ("dtype", "typecode", "format"):
        items = getattr(thing, attribute, None)
        if items is not None:
            name += " of " + str(items)
            break
    try:
        return name + ", " + str(count_items(thing)) + " items"
    except TypeError:
        return name
