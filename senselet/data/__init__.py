"""Recordings: samples of a sensor with labels, from files or from a published data set."""

from senselet.data.errors import DataError
from senselet.data.files import load_file
from senselet.data.folder import load_folder
from senselet.data.recording import Recording, check_recordings, data_hash, select_channels
from senselet.data.resample import resample
from senselet.data.sounds import load_drums, load_keys, load_speech
from senselet.data.watch import load_watch

__all__ = [
    "DataError",
    "Recording",
    "check_recordings",
    "data_hash",
    "load_drums",
    "load_file",
    "load_folder",
    "load_keys",
    "load_speech",
    "load_watch",
    "resample",
    "select_channels",
]
