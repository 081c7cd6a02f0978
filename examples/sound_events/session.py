"""A session to listen to: hits of the recipe's test groups, in a random order, with pauses.

python -m examples.sound_events.session session.wav
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from senselet.data import Recording, load_drums, resample
from senselet.training import Recipe, load_recipe

RECIPE = Path(__file__).with_name("recipe.toml")
PAUSES = (0.7, 1.3)  # seconds from a hit to the next
FADE = 0.05
NOISE = 3.0  # counts: what a quiet room leaves in a good microphone


@dataclass(frozen=True)
class Hit:
    """When something is struck, in seconds, and what."""

    second: float
    label: str


def recordings_to_test(recipe: Recipe) -> list[Recording]:
    """The hits that the recipe tests with, as the board's microphone delivers them."""
    source = recipe.input
    form = {"sample_type": source.sample_type, "scale": source.scale}
    return [
        resample(one, source.rate, sample_type=source.sample_type, scale=source.scale)
        for one in load_drums(**form)  # type: ignore[arg-type]
        if one.groups[recipe.split.group] in recipe.split.test_groups
    ]


def session(recipe: Recipe, seed: int = 0) -> tuple[NDArray[np.int16], list[Hit]]:
    """Counts of the microphone, and what there is to hear."""
    generator = np.random.default_rng(seed)
    rate = recipe.input.rate
    recordings = recordings_to_test(recipe)
    parts, hits = [np.zeros(round(0.5 * rate))], []
    for index in generator.permutation(len(recordings)):
        one = recordings[index]
        length = round(generator.uniform(*PAUSES) * rate)
        part = np.zeros(length)
        heard = one.samples[: round(PAUSES[0] * rate), 0] / recipe.input.scale
        fade = np.clip((np.arange(len(heard))[::-1] / rate) / FADE, 0, 1)
        part[: len(heard)] = heard * fade
        hits.append(Hit(sum(map(len, parts)) / rate, one.label))
        parts.append(part)
    sound = np.concatenate(parts)
    sound += generator.normal(scale=NOISE, size=len(sound))
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16), hits


def main() -> None:
    """Write the session as a WAV file, and say what is in it."""
    recipe = load_recipe(RECIPE)
    counts, hits = session(recipe)
    soundfile.write(sys.argv[1], counts, round(recipe.input.rate))
    for hit in hits:
        print(f"{hit.second:6.2f} s: {hit.label}")


if __name__ == "__main__":
    main()
