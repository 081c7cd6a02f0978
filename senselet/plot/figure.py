"""A picture of a recording: panels above each other, over the same time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from senselet.data import Recording
from senselet.errors import ExplainedError
from senselet.plot import signals
from senselet.plot.board import BoardSeries
from senselet.plot.log import Log
from senselet.plot.style import COLOURS, COMPARED, SHARES, SOUND, STYLE

FORMATS = (".png", ".svg", ".pdf")
WIDTH = 9.0  # inches
DYNAMIC_RANGE = 80.0  # dB that a spectrogram shows
SOUND_RATE = 2000.0  # samples a second from which on a recording is taken for sound
MOST_NAMES = 24  # that a panel writes beside its rows


class PlotError(ExplainedError, ValueError):
    """A picture that can't be made."""


def plot_recording(
    recording: Recording,
    panels: Sequence[str] = (),
    *,
    log: Log | None = None,
    board: BoardSeries | None = None,
    full_scale: float | None = None,
    title: str | None = None,
) -> Any:
    """Draw a recording, and what a board computed of it.

    Parameters
    ----------
    recording
        From `senselet.data`; its rate must be known.
    panels
        Some of `PANELS`, in their order; without any, those that suit the recording.
    log
        Numbers over time, such as a sound level meter's lines; drawn over the level.
    board
        Features and probabilities, from `play_on_board`.
    full_scale
        The level of a sine of amplitude 1, in dB; without it levels are relative to that (dBFS).
    title
        Above it all; the recording's name if not given.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `save_figure`.
    """
    if not len(recording) or not recording.rate > 0:
        raise PlotError(
            f"{recording.name} has {'no samples' if not len(recording) else 'no known rate'}"
        )
    import matplotlib
    from matplotlib.figure import Figure

    chosen = list(panels) or _suitable(recording, log, board)
    for panel in chosen:
        if panel not in PANELS:
            raise PlotError(f"There is no panel {panel!r}", f"known are {', '.join(PANELS)}")
        if panel in ("features", "probabilities") and board is None:
            raise PlotError(f"The panel {panel!r} needs a board", "give --device")
    heights = [HEIGHTS.get(panel, 1.6) for panel in chosen]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, sum(heights) + 0.9), layout="constrained")
        axes = figure.subplots(
            len(chosen), 2, sharex="col", squeeze=False,
            gridspec_kw={"width_ratios": [1, 0.016], "height_ratios": heights},
        )  # fmt: skip
        for panel, (axis, side) in zip(chosen, axes, strict=True):
            side.set_visible(False)
            axis.set_xlim(0, recording.seconds)
            drawn = PANELS[panel](axis, side, recording, log, board, full_scale)
            axis.set_title(drawn)
            axis.tick_params(labelbottom=panel == chosen[-1])
        axes[-1][0].set_xlabel("seconds")
        shown = recording.name if title is None else title
        if shown:
            figure.suptitle(shown, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def save_figure(figure: Any, path: str | Path) -> None:
    """Write a picture: PNG, SVG or PDF, by the file's name."""
    import matplotlib

    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise PlotError(
            f"{path} is of a kind that is not written", f"it may be {', '.join(FORMATS)}"
        )
    # No date: the same picture gives the same bytes, as PNG and PDF.
    date = {".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    with matplotlib.rc_context(STYLE):
        try:
            figure.savefig(path, metadata=date[path.suffix.lower()])
        except OSError as error:
            raise PlotError(f"{path} can't be written: {error.strerror or error}") from error


def _suitable(recording: Recording, log: Log | None, board: BoardSeries | None) -> list[str]:
    panels = ["waveform"]
    if recording.rate >= SOUND_RATE:
        panels += ["spectrogram", "level"]
    elif log is not None:
        panels.append("level")
    return panels + (["features", "probabilities"] if board is not None else [])


def _waveform(axis: Any, _side: Any, recording: Recording, *_: Any) -> str:
    axis.grid(axis="x")
    for index, name in enumerate(recording.channels):
        values = np.nan_to_num(recording.samples[:, index].astype(np.float64))
        times, low, high = signals.outline(values, recording.rate)
        colour = COLOURS[index % len(COLOURS)]
        if len(times) == len(values):
            axis.plot(times, values, color=colour, label=name)
        else:
            axis.fill_between(times, low, high, color=colour, linewidth=0.4, label=name)
    if recording.rate >= SOUND_RATE:
        largest = float(np.nanmax(np.abs(recording.samples))) or 1.0
        axis.set_ylim(-1.08 * largest, 1.08 * largest)
    if len(recording.channels) > 1:
        _legend(axis)
    return "waveform"


def _spectrogram(axis: Any, side: Any, recording: Recording, *_: Any) -> str:
    values = np.nan_to_num(recording.samples[:, 0].astype(np.float64))
    times, frequencies, power = signals.spectrogram(values, recording.rate)
    scale, unit = (1000.0, "kHz") if recording.rate >= 2000 else (1.0, "Hz")
    top = float(power.max())
    step = times[1] - times[0] if len(times) > 1 else recording.seconds
    image = axis.imshow(
        power, origin="lower", aspect="auto", cmap=SOUND, vmin=top - DYNAMIC_RANGE, vmax=top,
        extent=(times[0] - step / 2, times[-1] + step / 2, 0, frequencies[-1] / scale),
        interpolation="nearest",
    )  # fmt: skip
    axis.grid(False)
    axis.set_ylabel(unit)
    _bar(axis, side, image, "dB")
    first = f" of {recording.channels[0]}" if len(recording.channels) > 1 else ""
    return f"spectrogram{first}"


def _level(
    axis: Any,
    _side: Any,
    recording: Recording,
    log: Log | None,
    _board: BoardSeries | None,
    full_scale: float | None,
) -> str:
    unit = "dBFS" if full_scale is None else "dB"
    lowest, highest, name = np.inf, -np.inf, ""
    if full_scale is not None or log is None:
        values = np.nan_to_num(recording.samples[:, 0].astype(np.float64))
        times, shown, name = signals.level(values, recording.rate)
        shown = shown + (full_scale or 0.0)
        label = name if log is None else f"{name}, on this computer"
        axis.plot(times, shown, color=COMPARED, label=label)
        known = shown[np.isfinite(shown)]
        if len(known):
            lowest, highest = np.percentile(known, 2), known.max()
    for index, (name, series) in enumerate(log.series.items() if log is not None else ()):
        colour = COLOURS[index % len(COLOURS)]
        marker = "o" if len(series) <= 60 else ""
        axis.plot(log.seconds, series, color=colour, label=name, marker=marker, markersize=2.5)  # type: ignore[union-attr]
        if np.isfinite(series).any():
            lowest, highest = min(lowest, np.nanmin(series)), max(highest, np.nanmax(series))
    if log is None:
        lowest = max(lowest, highest - DYNAMIC_RANGE)
    if not np.isfinite(highest - lowest):
        lowest, highest = -DYNAMIC_RANGE, 0.0
    margin = max(0.08 * (highest - lowest), 1.0)
    axis.set_ylim(lowest - margin, highest + margin)
    axis.set_ylabel(unit if log is None or full_scale is not None else "")
    if log is None:
        return f"level, {name}"
    _legend(axis)
    return "level, logged by the board"


def _features(
    axis: Any, side: Any, _recording: Recording, _log: Log | None, board: BoardSeries, *_: Any
) -> str:
    rows = board.features.astype(np.float64)
    rows = np.where(np.isfinite(rows), rows, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of features that are always missing
        spread = np.nanstd(rows, axis=0)
        rows = (rows - np.nanmean(rows, axis=0)) / np.where(spread > 0, spread, 1)
    image = _heatmap(axis, board, rows, "RdBu_r", (-2.5, 2.5))
    axis.set_ylabel("feature")
    axis.yaxis.get_major_locator().set_params(integer=True)
    _bar(axis, side, image, "standard deviations")
    return f"features computed on {board.name}, each from its mean"


def _probabilities(
    axis: Any, side: Any, _recording: Recording, _log: Log | None, board: BoardSeries, *_: Any
) -> str:
    image = _heatmap(axis, board, board.probabilities.astype(np.float64), SHARES, (0.0, 1.0))
    if len(board.labels) <= MOST_NAMES:
        axis.set_yticks(np.arange(len(board.labels)) + 0.5, board.labels)
        axis.tick_params(axis="y", length=0)
    _bar(axis, side, image, "probability")
    return f"what {board.name} says"


def _heatmap(
    axis: Any, board: BoardSeries, rows: Any, colours: str, limits: tuple[float, float]
) -> Any:
    """Each window's result fills the time from the result before to its own."""
    edges = np.append(board.ends - board.hop, board.ends[-1:])
    axis.grid(False)
    axis.set_ylim(rows.shape[1], 0)
    return axis.pcolormesh(
        edges, np.arange(rows.shape[1] + 1), rows.T, cmap=colours, vmin=limits[0], vmax=limits[1],
        rasterized=True,
    )  # fmt: skip


def _legend(axis: Any) -> None:
    """Beside the title, in one row, where it hides nothing."""
    names = axis.get_legend_handles_labels()[1]
    axis.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1, ncols=min(len(names), 8),
        columnspacing=1.4, handlelength=1.4,
    )  # fmt: skip


def _bar(axis: Any, side: Any, image: Any, label: str) -> None:
    side.set_visible(True)
    bar = axis.figure.colorbar(image, cax=side)
    bar.outline.set_visible(False)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7, length=2)


PANELS: dict[str, Callable[..., str]] = {
    "waveform": _waveform,
    "spectrogram": _spectrogram,
    "level": _level,
    "features": _features,
    "probabilities": _probabilities,
}
HEIGHTS = {"waveform": 1.3, "spectrogram": 2.1, "features": 1.8}
