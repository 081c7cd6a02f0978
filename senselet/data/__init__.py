"""Recordings: samples of a sensor with labels, from files or from a published data set."""

from senselet.data.errors import DataError
from senselet.data.files import load_file
from senselet.data.folder import load_folder
from senselet.data.recording import Recording, check_recordings, data_hash, select_channels
from senselet.data.watch import load_watch

__all__ = [
    "DataError",
    "Recording",
    "check_recordings",
    "data_hash",
    "load_file",
    "load_folder",
    "load_watch",
    "select_channels",
]
