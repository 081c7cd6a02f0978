"""Training: from recordings and a recipe to a fitted model and what it is worth."""

from senselet.training.errors import RecipeError
from senselet.training.export import to_model_file
from senselet.training.features import compute_features
from senselet.training.recipe import Recipe
from senselet.training.recipe_file import load_recipe, parse_recipe
from senselet.training.scores import Predictions
from senselet.training.steps import Chain, TimeFeatures
from senselet.training.train import (
    Evaluation,
    TrainedModel,
    evaluate,
    plain_forest_accuracy,
    train,
)

__all__ = [
    "Chain",
    "Evaluation",
    "Predictions",
    "Recipe",
    "RecipeError",
    "TimeFeatures",
    "TrainedModel",
    "compute_features",
    "evaluate",
    "load_recipe",
    "parse_recipe",
    "plain_forest_accuracy",
    "to_model_file",
    "train",
]
