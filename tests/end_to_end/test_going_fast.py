"""Five ways to compute a level: all right, and measured as published."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[2]))  # where the folder examples is

from examples.going_fast import compare
from examples.going_fast.plain_level import SAMPLES, level

reference: Any = level

FIGURES = {(f.board, f.way): f for f in compare.read_results()}


@given(st.integers(0, 32767), st.integers(0, 2**32 - 1))
def test_the_reference_is_the_formula(amplitude: int, seed: int) -> None:
    """But for the logarithm's last digit, 2**-10 of 3 dB, cut mantissas and rounding down."""
    samples = np.random.default_rng(seed).integers(-amplitude - 1, amplitude, SAMPLES)
    block: Any = [int(sample) for sample in samples]
    mean = sum(sample * sample for sample in block) / SAMPLES
    if mean:
        assert reference(block) / 100 == pytest.approx(10 * math.log10(mean / 32768**2), abs=0.02)


def test_silence_counts_as_one_sample_of_one() -> None:
    assert reference([0] * SAMPLES) == reference([1] + [0] * (SAMPLES - 1)) == -11440


@pytest.mark.parametrize("board", compare.BOARDS)
def test_all_ways_have_the_same_result_and_the_published_cost(board: str) -> None:
    """Instructions are exact; what compilers make of C and what MicroPython does may change."""
    measured = compare.measure(board)  # raises an error for another result
    assert {f.way for f in measured} == {way for b, way in FIGURES if b == board}
    for figures in measured:
        published = FIGURES[board, figures.way]
        assert figures.file_bytes == pytest.approx(published.file_bytes, rel=0.1)
        for name in ("instructions", "loud_instructions"):
            ours, theirs = getattr(figures, name), getattr(published, name)
            assert ours == (theirs and pytest.approx(theirs, rel=0.1))


@pytest.mark.parametrize("board", ["m3", "m4f", "rv32"])
def test_the_lessons_hold(board: str) -> None:
    def cost(way: str) -> int:
        instructions = FIGURES[board, way].loud_instructions
        assert instructions is not None
        return instructions

    plain = FIGURES[board, "plain"]
    assert plain.instructions is not None
    assert 2.2 < cost("plain") / plain.instructions < 2.7
    assert 9000 < plain.peak_bytes < 10000
    assert 1.1 < cost("plain") / cost("native") < 2
    assert 14 < cost("plain") / cost("viper") < 20
    assert cost("c") < 1.3 * cost("assembler")
    assert all(FIGURES[board, way].peak_bytes == 0 for way in ("viper", "assembler", "c"))


def test_the_document_is_made_of_the_results() -> None:
    text = compare.DOCUMENT.read_text()
    assert compare.with_table(text, compare.table(list(FIGURES.values()))) == text
