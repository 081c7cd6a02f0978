"""Pictures of recordings, and of what a board computed from them."""

from senselet.plot.board import BoardSeries, play_on_board
from senselet.plot.figure import PANELS, PlotError, plot_recording, save_figure
from senselet.plot.log import Log, read_log

__all__ = [
    "PANELS",
    "BoardSeries",
    "Log",
    "PlotError",
    "play_on_board",
    "plot_recording",
    "read_log",
    "save_figure",
]
