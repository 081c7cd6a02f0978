"""Recipes: every key is checked, and what is wrong is said with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from senselet.training import Recipe, RecipeError, load_recipe, parse_recipe
from senselet.training.steps.time_features import Quantile, Signal, parse_signal, parse_statistic

MOTION = Path(__file__).parents[2] / "examples" / "motion" / "recipe.toml"

RECIPE = """
name = "test"
[input]
channels = ["x", "y", "z"]
rate = 50
[window]
seconds = 2
[[step]]
kind = "time_features"
signals = ["x", "y"]
statistics = ["mean"]
[[step]]
kind = "trees"
[split]
test_groups = [1, "two"]
[augment]
"""


def changed(old: str, new: str) -> Recipe:
    """Parse the recipe with a part replaced."""
    assert old in RECIPE
    return parse_recipe(RECIPE.replace(old, new, 1))


def features(lines: str) -> list[str]:
    """Names of the features that these lines ask for."""
    return changed('signals = ["x", "y"]\nstatistics = ["mean"]', lines).feature_names


def test_a_short_recipe_has_defaults() -> None:
    recipe = parse_recipe(RECIPE)
    assert (recipe.name, recipe.window_samples, recipe.hop_samples) == ("test", 100, 50)
    assert recipe.feature_names == ["mean(x)", "mean(y)"]
    assert recipe.trees.estimator == "extra_trees"
    assert recipe.split.test_groups == ("1", "two")
    assert recipe.input.missing == "refuse"


def test_the_example_is_a_good_recipe() -> None:
    recipe = load_recipe(MOTION)
    assert recipe.name == "motion"
    assert len(recipe.feature_names) == 78
    assert len(set(recipe.feature_names)) == 78


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "test"', "name = 1", "name is 1; it must be a text in quotes"),
        ('name = "test"', "nam = 'x'", "The recipe has an unknown key 'nam' (did you mean 'name'?"),
        ("rate = 50", "rat = 50", "[input] rate is missing"),
        ("rate = 50", "rate = 0", "[input] rate is 0; it must be more than 0"),
        ("rate = 50", "rate = true", "[input] rate is True; it must be a number"),
        ("rate = 50", "rate = nan", "[input] rate is nan; it must be a number"),
        ("rate = 50", "rate = 50\nscale = 0", "[input] scale is 0; it must be more than 0"),
        ("rate = 50", "rate = 50\nunit = ['g', 'g']", "[input] unit names 2 units for 3 channels"),
        (
            "rate = 50",
            "rate = 50\nmising = 'keep'",
            "[input] has an unknown key 'mising' (did you mean 'missing'?",
        ),
        (
            "rate = 50",
            "rate = 50\nmissing = 'kep'",
            "[input] missing: there is no 'kep' (did you mean 'keep'?",
        ),
        ('["x", "y", "z"]', "[]", "[input] channels is empty"),
        ('["x", "y", "z"]', '"x"', "[input] channels is 'x'; it must be a list of texts"),
        ('["x", "y", "z"]', '["x", "x"]', "[input] channels names 'x' twice"),
        ('["x", "y", "z"]', '["x", "y", "a(b"]', "'a(b' is no name for a channel"),
        ("seconds = 2", "seconds = 0.03", "[window] seconds = 0.03 is 1.5 samples at 50 a second"),
        ("seconds = 2", "seconds = 2\nhop = 3", "[window] hop is 3 s, longer than the window of 2"),
        ("seconds = 2", "seconds = 2000", "A window has 100000 samples; time_features takes 2 ..."),
        ('kind = "trees"', 'kind = "tree"', "[[step]] tree kind: there is no 'tree' (did you mean"),
        ('[[step]]\nkind = "trees"', "", "The recipe's steps are: time_features"),
        (
            '[[step]]\nkind = "trees"',
            '[[step]]\nkind = "trees"\n[[step]]\nkind = "trees"',
            "The recipe's steps are: time_features, then trees, then trees",
        ),
        ('["x", "y"]', "[]", "[[step]] time_features signals is empty"),
        ('["x", "y"]', '["x", "x"]', "[[step]] time_features names the signal x twice"),
        ('["x", "y"]', '["w"]', "[[step]] time_features: There is no channel 'w'"),
        ('["x", "y"]', '["magnitud(x, y, z)"]', "There is no signal 'magnitud' (did you mean"),
        ('["x", "y"]', '["tilt(x, y)"]', "'tilt(x, y)' names 2 channels; tilt takes three"),
        ('["x", "y"]', '["tilt(x, y, w)"]', "There is no channel 'w' for 'tilt(x, y, w)'"),
        ('["x", "y"]', '["difference(difference(x))"]', "is the difference of a difference"),
        ('["mean"]', '["meen"]', "There is no statistic 'meen' (did you mean 'mean'?"),
        ('["mean"]', '["mean", "mean"]', "statistics names mean twice"),
        ('["mean"]', '["quantile(1.5)"]', "'quantile(1.5)': the number must lie in 0 ... 1"),
        ('["mean"]', '["quantile_range(0.6)"]', "the number must lie in 0 ... 0.5"),
        ('["mean"]', "[]", "[[step]] time_features statistics is empty"),
        ('["mean"]', '["mean"]\nlags = [0.1]', "has lags or leads of no pairs"),
        ('["mean"]', '["mean"]\npairs = "al"', "pairs is 'al'; it must be \"all\", or a list"),
        ('["mean"]', '["mean"]\npairs = [["x"]]', 'it must be "all", or a list of pairs'),
        ('["mean"]', '["mean"]\npairs = [["z", "x"]]', "pairs: z is not among the signals"),
        ('["mean"]', '["mean"]\npairs = [["x", "x"]]', "pairs: x with itself is 1 at no lag"),
        (
            '["mean"]',
            '["mean"]\npairs = [["x", "difference(y)"]]',
            "pairs: x and difference(y) differ in length",
        ),
        ('["mean"]', '["mean"]\npairs = "all"\nleads = [0]', "a lag of 0 s; it must be positive"),
        ('["mean"]', '["mean"]\npairs = "all"\nlags = [0.001]', "A lag of 0.001 s is 0 samples"),
        ('["mean"]', '["mean"]\npairs = "all"\nlags = [2]', "A lag of 2 s is 100 samples"),
        ('["mean"]', '["mean"]\n[[step.also]]\nsignals = ["x"]', "statistics is empty"),
        (
            '["mean"]',
            '["mean"]\n[[step.also]]\nsignals = ["x"]\nstatistics = ["mean"]',
            "[[step.also]] names the signal x twice",
        ),
        (
            'kind = "trees"',
            'kind = "trees"\nn_estimator = 1',
            "[[step]] trees has an unknown key 'n_estimator' (did you mean 'n_estimators'?",
        ),
        (
            'kind = "trees"',
            'kind = "trees"\nmax_depth = 0',
            "max_depth is 0; it must be at least",
        ),
        ('kind = "trees"', 'kind = "trees"\nthreads = 0', "[[step]] trees threads is 0"),
        ('kind = "trees"', 'kind = "trees"\nmax_features = 1.5', "max_features is 1.5; it must be"),
        ('kind = "trees"', 'kind = "trees"\nleaves = "vote"', "there is no 'vote' (did you mean"),
        (
            '[1, "two"]',
            "1",
            "[split] test_groups is 1; it must be a list of texts or whole",
        ),
        ("[augment]", "[augment]\nmirror = ['w']", "[augment] mirror: there is no channel 'w'"),
        ("[augment]", "[augment]\nmirror = ['x', 'x']", "[augment] mirror names 'x' twice"),
        ("[augment]", "[augment]\ncopies = 1", "give copies together with stretch or rotate"),
        ("[augment]", "[augment]\nstretch = 0.1", "give copies together with stretch or rotate"),
        ("[augment]", "[augment]\nstretch = 2", "[augment] stretch is 2; it must lie in 0 ... 1"),
        (
            "[augment]",
            "[augment]\ncopies = 1\nrotate_degrees = 5",
            "[augment] rotate_degrees needs vectors",
        ),
        ("[augment]", "[augment]\nvectors = [['x']]", "must be a list of triples of channels"),
        ("[augment]", "[augment]\ndelays = [0]", "[augment] delays has 0 s; it must be more"),
        ("[augment]", "[augment]\ndelays = [2.0]", "[augment] delays has 2 s; it must be more"),
        ("[augment]", "[augment", "The recipe is not TOML"),
        ("[augment]", "step = 1", "[split] has an unknown key 'step'"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, sentence: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(sentence)):
        changed(old, new)


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="can't be read: No such file"):
        load_recipe(tmp_path / "none.toml")
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RecipeError, match="is not text"):
        load_recipe(tmp_path / "a.toml")


def test_a_recipe_without_a_name_takes_its_file_name(tmp_path: Path) -> None:
    text = RECIPE.replace('name = "test"', "")
    folder = tmp_path / "gesture"
    folder.mkdir()
    for file, name in ((folder / "recipe.toml", "gesture"), (folder / "wave.toml", "wave")):
        file.write_text(text)
        assert load_recipe(file).name == name


def test_features_stand_in_the_core_s_order() -> None:
    assert features('signals = ["y", "x"]\nstatistics = ["median", "range", "mean"]') == [
        "mean(y)",
        "range(y)",
        "median(y)",
        "mean(x)",
        "range(x)",
        "median(x)",
    ]


def test_steps_beside_each_other_give_their_features_in_order() -> None:
    again = '[[step]]\nkind = "time_features"\nsignals = ["z"]\nstatistics = ["range"]\n'
    recipe = changed('[[step]]\nkind = "trees"', again + '[[step]]\nkind = "trees"')
    assert recipe.feature_names == ["mean(x)", "mean(y)", "range(z)"]
    steps = recipe.chain.steps(recipe.shape)
    assert [(step.inputs, step.outputs, step.beside) for step in steps] == [
        (300, 2, False),
        (300, 1, True),
    ]


def test_all_channels_may_be_meant() -> None:
    assert features('signals = "all"\nstatistics = ["mean"]') == ["mean(x)", "mean(y)", "mean(z)"]


def test_all_pairs_lags_and_leads() -> None:
    names = features('signals = ["x", "y"]\npairs = "all"\nlags = [0, 0.1]\nleads = [0.2]')
    assert names == [
        "correlation(x, y)",
        "correlation(x, y, 0.1 s)",
        "lead(x, y, 0.2 s)",
        "correlation(y, x, 0.1 s)",
    ]


def test_chosen_pairs_may_be_a_signal_with_itself() -> None:
    names = features('signals = ["x"]\npairs = [["x", "x"], ["x", "z"]]\nlags = [0.1]')
    assert names == ["correlation(x, x, 0.1 s)", "correlation(x, z, 0.1 s)"]


def test_other_windows() -> None:
    recipe = parse_recipe(RECIPE)
    assert recipe.with_window(6).hop_samples == 150
    assert recipe.with_window(6, 2).window_samples == 300
    with pytest.raises(RecipeError, match="longer than the window"):
        recipe.with_window(1, 2)


@pytest.mark.parametrize(
    "text", ["x", "magnitude(x, y, z)", "tilt(z, x, y)", "difference(tilt(x, y, z))"]
)
def test_signals_are_spelled_as_they_are_read(text: str) -> None:
    assert str(parse_signal(text, ["x", "y", "z"])) == text


@pytest.mark.parametrize(
    "text", ["median", "interquartile_range", "quantile(0.9)", "quantile_range(0.1)"]
)
def test_quantiles_are_spelled_as_they_are_read(text: str) -> None:
    assert str(parse_statistic(text)) == text


def test_words_of_the_payload() -> None:
    # As laid out in core/features/time_features.h.
    assert Signal("tilt", ("z", "x", "y"), True).word(["x", "y", "z"]) == 0x01000282
    assert Quantile(0.25, True).word() == 1 << 31 | 1 << 28
