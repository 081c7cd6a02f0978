"""The published cost of the sound level meter: within its limits, and what is measured today."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2]))  # where the folder bench is

from bench import sound_level_meter as bench

COSTS = {(c.case.board, c.case.rate, c.case.bands): c for c in bench.read_results()}


def test_16_khz_takes_less_than_3_percent_of_an_esp32_c3() -> None:
    """With 160 MHz, one instruction a cycle: the meter, all around it, and the display line."""
    cost = COSTS["rv32", 16000, None]
    assert 0 < cost.meter < cost.application
    assert cost.application + cost.display_line < 0.03 * 160e6


def test_third_octaves_at_48_khz_run_in_real_time_on_an_fpu_board() -> None:
    """With half of the slowest usual clock, 64 MHz, to spare for waiting memory."""
    cost = COSTS["m4f", 48000, "third_octave"]
    assert cost.application + cost.display_line < 0.5 * 64e6


@pytest.mark.parametrize("case", [bench.CASES[0], bench.CASES[-1]], ids=["rv32", "m4f-bands"])
def test_published_costs_are_measured_again(case: bench.Case) -> None:
    """Compilers and MicroPython differ by some percent; our own changes belong published."""
    now, published = bench.measure(case), COSTS[case.board, case.rate, case.bands]
    for name in ("meter", "application", "display_line"):
        assert getattr(now, name) == pytest.approx(getattr(published, name), rel=0.1)


def test_the_readme_is_made_of_the_results() -> None:
    text = bench.README.read_text()
    assert bench.with_table(text, bench.table(list(COSTS.values()))) == text
