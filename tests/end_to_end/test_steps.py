"""Chains of steps on boards: filters, features beside each other, scaling; the laptop's bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from listening import StartBoard, compared

import senselet
from senselet.data import Recording
from senselet.deploy import WindowResult, install, play
from senselet.training import parse_recipe, to_model_file, train

pytest_plugins = ["listening_fixtures"]

RATE = 1000.0
RECIPE = """
name = "chain"
[input]
channels = ["x"]
rate = 1000
[window]
seconds = 0.256
{steps}
[[step]]
kind = "trees"
n_estimators = 5
max_leaf_nodes = 8
[split]
group = "recording"
test_groups = ["low2", "high2"]
"""
CHAINS = {
    "filter, features beside each other, scaling": """
[[step]]
kind = "biquad"
filter = "high_pass"
frequency = 30
[[step]]
kind = "time_features"
signals = "all"
statistics = ["root_mean_square", "mean_crossings", "median"]
[[step]]
kind = "pitch"
lowest = 20
highest = 200
[[step]]
kind = "scaling"
method = "robust"
""",
    "spectra, then their statistics": """
[[step]]
kind = "stft"
frame = 0.032
hop = 0.032
[[step]]
kind = "time_features"
signals = "all"
statistics = ["mean", "standard_deviation"]
""",
}


def tone(label: str, number: int) -> Recording:
    """A tone with noise and an offset."""
    hertz = {"low": 60.0, "high": 95.0}[label] * (1 + 0.03 * number)
    time = np.arange(1500) / RATE
    generator = np.random.default_rng(number)
    samples = 3 + np.sin(2 * np.pi * hertz * time) + generator.normal(scale=0.05, size=1500)
    return Recording(samples[:, None].astype("f4"), RATE, ("x",), label, {}, f"{label}{number}")


@pytest.mark.parametrize("name", ["m3", "rv32", "unix"])
@pytest.mark.parametrize("chain", CHAINS)
def test_chains_give_the_laptops_bytes(
    chain: str, name: str, tmp_path: Path, start_board: StartBoard
) -> None:
    recipe = parse_recipe(RECIPE.format(steps=CHAINS[chain]))
    trained = train(recipe, [tone(label, n) for label in ("low", "high") for n in range(3)])
    path = tmp_path / "chain.sense"
    to_model_file(trained).save(path)
    model = senselet.load(str(path))
    heard = [tone(label, 7) for label in ("low", "high")]
    heard[1].samples[700, 0] = np.nan
    ours = []
    for number, recording in enumerate(heard):
        stream = model.stream()
        stream.push(memoryview(recording.samples.reshape(-1)))  # type: ignore[arg-type]
        while stream.next():
            digits = stream.probabilities.tobytes().hex()
            ours.append(WindowResult(number, stream.windows - 1, digits, str(stream.label)))
    assert {result.label for result in ours} == {"low", "high"}
    link = start_board(name)
    install(link, path)
    samples = [one.samples.tobytes() for one in heard]
    played = play(link, "/chain.sense", samples, tmp_path, with_features=True)
    assert compared(tmp_path, ours, played.results).identical
    assert {len(one.features) for one in played.results} == {8 * len(trained.feature_names)}
