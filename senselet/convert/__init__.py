"""Fitted estimators to the payloads of a model file's steps."""

from senselet.convert.trees import ConvertError, Trees, convert_trees

__all__ = ["ConvertError", "Trees", "convert_trees"]
