"""Pictures: what they show is what the recording and the board's log hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from senselet.data import DataError, Recording
from senselet.plot import (
    PANELS,
    BoardSeries,
    PlotError,
    plot_recording,
    read_log,
    save_figure,
    signals,
)

RATE = 16000.0


def tone(hertz: float = 1000, amplitude: float = 0.5, seconds: float = 1.0) -> Recording:
    """A tone that begins at once."""
    time = np.arange(round(seconds * RATE)) / RATE
    samples = amplitude * np.sin(2 * np.pi * hertz * time)
    return Recording(samples[:, None].astype("f4"), RATE, ("microphone",), "tone", {}, "tone.wav")


def slow() -> Recording:
    """Three channels of a slow sensor."""
    samples = np.random.default_rng(0).normal(size=(250, 3)).astype("f4")
    samples[9, 1] = np.nan
    return Recording(samples, 25.0, ("x", "y", "z"), "a", {}, "moves.csv")


def board(windows: int = 5) -> BoardSeries:
    """Made-up results."""
    generator = np.random.default_rng(1)
    shares = generator.dirichlet((1, 1, 1), windows).astype("f4")
    features = generator.normal(size=(windows, 7)).astype("f4")
    features[-1, 2] = np.nan
    features[:, 4] = 3
    ends = 2.0 + 0.8 * np.arange(windows, dtype=np.float64)
    return BoardSeries("sim:m3", ends, 0.8, ("rest", "run", "walk"), shares, features)


def titles(figure: Any) -> list[str]:
    """The panels' titles."""
    return [axis.get_title(loc="left") for axis in figure.axes if axis.get_title(loc="left")]


# --- What is computed


@pytest.mark.parametrize(("hertz", "amplitude"), [(250, 1.0), (1000, 0.5), (6000, 0.01)])
def test_a_tone_stands_at_its_frequency_with_its_level(hertz: float, amplitude: float) -> None:
    values = tone(hertz, amplitude).samples[:, 0].astype(np.float64)
    times, frequencies, power = signals.spectrogram(values, RATE)
    middle = power[:, power.shape[1] // 2]
    decibels = 20 * np.log10(amplitude)
    # The frequencies are multiples of 31.25 Hz: all three are among them.
    assert frequencies[middle.argmax()] == hertz
    assert middle.max() == pytest.approx(decibels, abs=0.01)
    assert times[0] == 0
    assert times[-1] == pytest.approx(1, abs=0.01)
    times, level, name = signals.level(values, 15000.0)
    assert name == "fast, unweighted"
    assert level[times > 0.9].mean() == pytest.approx(decibels, abs=0.02)


def test_the_level_is_that_of_the_sound_level_meter() -> None:
    """A-weighted: 0 dB at 1 kHz, -8.6 dB at 250 Hz (IEC 61672-1, table 3, class 1)."""
    for hertz, weight in ((1000.0, 0.0), (250.0, -8.6)):
        times, level, name = signals.level(tone(hertz).samples[:, 0].astype(np.float64), RATE)
        assert name == "LAF"
        assert level[times > 0.9].mean() == pytest.approx(-6.02 + weight, abs=0.1)


def test_the_fast_level_decays_by_34_7_db_a_second() -> None:
    """10 / ln(10) / 0.125 s: the time constant of the weighting F."""
    values = np.concatenate([tone().samples[:, 0], np.zeros(int(RATE))]).astype(np.float64)
    times, level, _ = signals.level(values, 16001.0)
    start, end = (level[np.searchsorted(times, second)] for second in (1.2, 1.7))
    assert (start - end) / 0.5 == pytest.approx(10 / np.log(10) / 0.125, abs=0.2)


def test_the_outline_holds_every_peak() -> None:
    values = np.random.default_rng(0).normal(size=100_003)
    values[70_001] = 99
    times, low, high = signals.outline(values, 1000.0)
    assert len(times) <= signals.COLUMNS
    assert (low.min(), high.max()) == (values.min(), 99)
    assert times[high.argmax()] == pytest.approx(70.0, abs=0.1)


# --- Panels


def test_panels_suit_the_recording() -> None:
    assert titles(plot_recording(tone())) == [
        "waveform", "spectrogram", "level, LAF"
    ]  # fmt: skip
    assert titles(plot_recording(slow())) == ["waveform"]
    assert titles(plot_recording(slow(), board=board())) == [
        "waveform",
        "features computed on sim:m3, each from its mean",
        "what sim:m3 says",
    ]
    assert titles(plot_recording(slow(), ["spectrogram"])) == ["spectrogram of x"]


def test_probabilities_stand_where_their_windows_end() -> None:
    found = board()
    figure = plot_recording(slow(), ["probabilities"], board=found)
    mesh = figure.axes[0].collections[0]
    np.testing.assert_allclose(np.asarray(mesh.get_array()), found.probabilities.T)
    corners = mesh.get_coordinates()[0, :, 0]
    np.testing.assert_allclose(corners[1:], found.ends)
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == list(found.labels)


def test_a_log_is_drawn_over_the_level(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    rows = [{"t": second, "LAF": 60.0 + second, "overload": False} for second in range(1, 4)]
    path.write_text("starting\n" + "\n".join(map(json.dumps, rows)) + "\n{cut")
    log = read_log(path)
    figure = plot_recording(tone(seconds=4), ["level"], log=log, full_scale=120.0)
    computed, logged = figure.axes[0].lines
    assert computed.get_label() == "LAF, on this computer"
    assert computed.get_ydata()[-1] == pytest.approx(120 - 6.02, abs=0.05)
    assert logged.get_label() == "LAF"
    assert logged.get_xdata().tolist() == [1, 2, 3]
    assert logged.get_ydata().tolist() == [61, 62, 63]
    # Without the level of full scale, the two can't share an axis.
    (only,) = plot_recording(tone(), ["level"], log=log).axes[0].lines
    assert only.get_label() == "LAF"


# --- Logs


def test_logs_of_both_kinds(tmp_path: Path) -> None:
    path = tmp_path / "log"
    second = '\r\x1b[K{"time_ms": 1500, "LAeq": 62, "LAF": 70, "LAF10": 9, "lost": 3}'
    path.write_text('{"time_ms": 500, "LAeq": 61.5}\n' + second)
    log = read_log(path)
    assert log.seconds.tolist() == [0.5, 1.5]
    assert list(log.series) == ["LAeq", "LAF"]  # and not the count
    assert list(read_log(path, names=["lost"]).series) == ["lost"]
    with pytest.raises(DataError, match="has no 'LCeq'"):
        read_log(path, names=["LCeq"])
    assert log.series["LAeq"].tolist() == [61.5, 62]
    assert np.isnan(log.series["LAF"][0])
    path.write_text("LAF,note\n60,\n61.5,lorry\n")
    log = read_log(path, interval=0.125)
    assert log.seconds.tolist() == [0.125, 0.25]
    assert {name: values.tolist() for name, values in log.series.items()} == {"LAF": [60, 61.5]}


@pytest.mark.parametrize("text", ["", "hello\nworld", '{"flag": true}', "[1, 2]", "t\n1\n2"])
def test_logs_without_numbers_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text(text)
    with pytest.raises(DataError, match="has no numbers to plot"):
        read_log(path)
    with pytest.raises(DataError, match="can't be read"):
        read_log(tmp_path / "none")


# --- Files


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_picture_has_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for file in files:
        save_figure(plot_recording(slow(), board=board()), file)
    first, second = (file.read_bytes() for file in files)
    if suffix != ".svg":  # whose names of clipping paths come from addresses
        assert first == second
    assert len(first) > 5000
    if suffix == ".svg":
        assert b"what sim:m3 says" in first  # text stays text


def test_every_panel_can_be_drawn_of_the_shortest_recording(tmp_path: Path) -> None:
    short = Recording(np.zeros((1, 1), "f4"), RATE, ("microphone",), "", {}, "short.wav")
    save_figure(plot_recording(short, list(PANELS), board=board(1)), tmp_path / "a.png")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"panels": ["spectrum"]}, "There is no panel 'spectrum'"),
        ({"panels": ["features"]}, "The panel 'features' needs a board"),
        ({"recording": Recording(np.zeros((0, 1), "f4"), 1, ("x",), "")}, "has no samples"),
        ({"recording": Recording(np.zeros((9, 1), "f4"), 0, ("x",), "")}, "has no known rate"),
    ],
)
def test_pictures_that_cannot_be_made(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(PlotError, match=re.escape(sentence)):
        plot_recording(**({"recording": slow()} | wrong))


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    figure = plot_recording(slow())
    with pytest.raises(PlotError, match="is of a kind that is not written"):
        save_figure(figure, tmp_path / "a.jpg")
    with pytest.raises(PlotError, match="can't be written: No such file"):
        save_figure(figure, tmp_path / "none" / "a.png")
