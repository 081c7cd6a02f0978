"""What can be wrong with a recipe."""

from senselet.errors import ExplainedError


class RecipeError(ExplainedError, ValueError):
    """A recipe that can't be followed."""
