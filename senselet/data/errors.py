"""What can be wrong with recordings."""

from senselet.errors import ExplainedError


class DataError(ExplainedError, ValueError):
    """Recordings that can't be read or used."""
