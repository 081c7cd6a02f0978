"""The benchmarks' own parts: the Python walks, the results and the document made of them."""

import ast
import subprocess
import sys
import tomllib
from array import array
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bench import report
from bench.harness import costs, report_dsp, results, signals
from bench.harness.dsp_cases import CASES, Case, judge
from bench.harness.dsp_micropython import SOURCES as DSP_SOURCES
from bench.harness.forests import Case as ForestCase
from bench.harness.forests import Forest, train
from bench.harness.micropython import SOURCES, walk_tables
from bench.harness.report_dsp import Goal
from bench.harness.tables import gather


@pytest.fixture(scope="module")
def forest() -> Forest:
    return train(ForestCase("digits", 10, 8))


def load(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a board's source here: its decorators and pointer types only matter on a board."""
    plain = SimpleNamespace(native=lambda f: f, viper=lambda f: f)
    monkeypatch.setitem(sys.modules, "micropython", plain)
    names: dict[str, Any] = {"ptr8": object, "ptr16": object, "ptr32": object}
    exec(path.read_text(), names)
    return names


def load_walk(name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    predict: Callable[..., int] = load(SOURCES / f"{name}_walk.py", monkeypatch)["predict"]
    return predict


@pytest.mark.parametrize("name", ["pure", "native", "viper"])
def test_python_walks_give_the_majority_of_scikit_learns_trees(
    name: str, forest: Forest, monkeypatch: pytest.MonkeyPatch
) -> None:
    predict = load_walk(name, monkeypatch)
    tables = walk_tables(forest)
    classes = forest.n_classes
    found = []
    for row in forest.rows("int16"):
        x = array("h", row.tobytes())
        if name == "viper":
            packed = (array("H", tables[part]) for part in ("packed", "packed_roots"))
            found.append(predict(x, *packed, bytearray([classes] + [0] * classes)))
        else:
            parts = [array("h", tables[p]) for p in ("threshold", "left", "right", "roots")]
            found.append(predict(x, (tables["feature"], *parts, [0] * classes)))
    np.testing.assert_array_equal(found, forest.voted)


def test_published_document_is_made_of_the_published_results() -> None:
    trees, dsp = (gather(results.read(path)) for path in (report.RESULTS, report.DSP_RESULTS))
    assert report.DOCUMENT.read_text() == report.document(trees, dsp)


def test_published_cost_tables_are_made_of_the_published_results() -> None:
    dsp = gather(results.read(report.DSP_RESULTS))
    for path, text in report_dsp.with_costs(dsp, report.DOCUMENT.parent).items():
        assert path.read_text() == text, path


def test_every_cost_table_in_the_documents_is_measured_on_something() -> None:
    listed = tomllib.loads(costs.ENTRIES.read_text())
    for path in report.DOCUMENT.parent.rglob("*.md"):
        for match in report_dsp.MARKS.finditer(path.read_text()):
            assert match[2] in listed, f"{path} has a table for {match[2]}, bench/costs.toml none"


def test_published_probabilities_agree_with_scikit_learn_everywhere() -> None:
    rows = [
        row
        for row in results.read(report.RESULTS)
        if row.library.startswith("senselet probabilities") and row.metric == "agreement"
    ]
    assert rows
    assert all(row.value == 1.0 for row in rows)


def test_results_survive_writing_and_reading(tmp_path: Path) -> None:
    rows = [results.Row("a-10x8", "m3", "library 1.0", "instructions", 12.5)]
    results.write(tmp_path / "results.json", rows)
    assert results.read(tmp_path / "results.json") == rows


@pytest.mark.parametrize(
    ("metric", "value", "met"),
    [
        ("instructions", 900.0, True),
        ("instructions", 900.5, False),
        ("instructions", None, False),
        ("agreement", 900.0, True),
        ("agreement", 899.0, False),
    ],
)
def test_goals_are_judged_in_the_right_direction(
    metric: str, value: float | None, met: bool
) -> None:
    goal = report.Goal("a figure", "case", "library", metric, 900, None)
    assert report.is_met(goal, value) is met


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_inputs_are_the_same_each_time_and_fit_the_number_format(case: Case) -> None:
    again = Case(case.name, case.kind, case.samples, case.bits, case.rate, case.sos)
    np.testing.assert_array_equal(case.rows, again.rows)
    kind = {16: "i16", 32: "i32", None: "f32"}[case.bits]
    scale = 1.0 if case.bits is None else 2.0 ** (case.bits - 1)
    np.testing.assert_array_equal(signals.items(case.rows, kind) / scale, case.rows)


def test_judging_tells_a_wrong_result_from_a_right_one() -> None:
    case = next(case for case in CASES if case.name == "biquad-q15")
    exact = case.exact
    assert judge(case, exact, exact)["snr_db"] == 999
    tenth = judge(case, exact * 1.1, exact)  # a tenth too large: 20 dB, at any level
    assert tenth == {"snr_db": pytest.approx(20), "snr_quiet_db": pytest.approx(20)}


def test_ratio_of_a_rounded_sine_is_that_of_the_textbook() -> None:
    sine = np.sin(2 * np.pi * np.arange(100_000) * 0.1234567)
    rounded = np.round(sine * 2**15) / 2**15
    assert signals.ratio_db(rounded, sine) == pytest.approx(6.02 * 16 + 1.76, abs=0.1)


@pytest.mark.parametrize(
    ("instructions", "snr", "met"),
    [(99.0, 50.0, True), (101.0, 90.0, False), (99.0, 49.0, False), (None, 0, None)],
)
def test_a_goal_of_the_fft_asks_for_speed_and_exactness(
    instructions: float | None, snr: float, met: bool | None
) -> None:
    goal = Goal("an FFT", "rfft-256-q15", "m3", 100, "", "")
    table = {(goal.case, "m3", "peer 1.0"): {"instructions": 200.0, "snr_db": 50.0}}
    if instructions is not None:
        table[goal.case, "m3", "senselet"] = {"instructions": instructions, "snr_db": snr}
    assert report_dsp.is_met(table, goal) is met


@pytest.mark.parametrize("name", ["pure", "native"])
def test_python_fft_is_numpys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    n = 64
    x = np.random.default_rng(1).standard_normal(n) + 1j * np.random.default_rng(2).random(n)
    re, im = list(x.real), list(x.imag)
    angles = 2 * np.pi * np.arange(n // 2) / n
    swaps = [(i, j) for i, j in enumerate(bit_reversal(n)) if i < j]
    load(DSP_SOURCES / f"{name}_dsp.py", monkeypatch)["fft"](
        re, im, swaps, list(np.cos(angles)), list(np.sin(angles))
    )
    np.testing.assert_allclose(np.array(re) + 1j * np.array(im), np.fft.fft(x), atol=1e-12)


def test_viper_fft_is_numpys_within_its_16_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    n = 64
    x = np.random.default_rng(1).integers(-32768, 32768, n)
    re, im = [int(item) for item in x], [0] * n
    angles = 2 * np.pi * np.arange(n // 2) / n
    parts = (np.round(2**14 * part).astype(int) for part in (np.cos(angles), np.sin(angles)))
    tables = [*bit_reversal(n), *(int(item) for part in parts for item in part)]
    load(DSP_SOURCES / "viper_dsp.py", monkeypatch)["fft"](re, im, tables, n)
    # A bit is rounded away in each of six passes; halves go up, hence the offset.
    assert np.abs(np.array(re) + 1j * np.array(im) - np.fft.fft(x) / n).max() < 4


def bit_reversal(n: int) -> list[int]:
    return [int(f"{i:0{n.bit_length() - 1}b}"[::-1], 2) for i in range(n)]


@pytest.mark.parametrize("name", ["pure", "native"])
def test_python_biquads_are_scipys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in CASES if case.name == "biquad-f32")
    sections = [[*row[:3], *row[4:]] for row in case.sos]
    states = [[0.0, 0.0] for _ in sections]
    biquad = load(DSP_SOURCES / f"{name}_dsp.py", monkeypatch)["biquad"]
    for row, exact in zip(case.rows, case.exact, strict=True):
        out = [0.0] * len(row)
        biquad(list(row), out, sections, states)
        np.testing.assert_allclose(out, exact, atol=1e-12)


def test_an_entry_of_the_costs_catches_what_the_runtime_opens() -> None:
    # In a process of its own: native modules are stood in for.
    program = "from bench.harness import costs; print(*costs.opened_by(%r))"
    command = [sys.executable, "-c", program % "scaling.Scaling([0.5], [2.0])"]
    words = subprocess.check_output(command, cwd=report.ROOT, text=True).split(maxsplit=2)
    assert words[:2] == ["_scaling", "Scaling"]
    payload = ast.literal_eval(words[2])
    assert payload[-8:] == np.array([0.5, 2.0], dtype="<f4").tobytes()
