"""A recording: samples of one label, with what is known about them, and its checks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from senselet.data.errors import DataError

Samples = NDArray[np.float32]

# A clock that is off by 2 % changes no feature by more than the sensors' own tolerances do.
RATE_TOLERANCE = 0.02
STEREO = ("left", "right")  # the channels of a sound file that has two


@dataclass(frozen=True)
class Recording:
    """Samples from a sensor while one thing happened.

    Attributes
    ----------
    samples
        float32, one row a sample, one column a channel; NaN where a value is missing.
    rate
        Samples a second; 0 if unknown.
    channels
        The columns' names.
    label
        What happened.
    groups
        Who or what else the recording belongs to, such as ``{"subject": "7", "session": "2"}``.
        All recordings of a group stay on the same side of a split.
    name
        Where it comes from, as messages should say it.
    jitter
        Largest deviation of a sample's time from an even clock, in seconds; 0 if no times were
        recorded.
    """

    samples: Samples
    rate: float
    channels: tuple[str, ...]
    label: str
    groups: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    jitter: float = 0.0

    def __post_init__(self) -> None:
        samples = np.ascontiguousarray(self.samples, dtype=np.float32)
        if samples.ndim != 2:
            raise DataError(
                f"{self.name or 'A recording'} has {samples.ndim} dimensions, not 2",
                "one row a sample, one column a channel",
            )
        if samples.shape[1] != len(self.channels):
            raise DataError(
                f"{self.name or 'A recording'} has {samples.shape[1]} columns, but "
                f"{len(self.channels)} channel names: {', '.join(self.channels)}"
            )
        if len(set(self.channels)) != len(self.channels):
            raise DataError(
                f"{self.name or 'A recording'} names a channel twice: {', '.join(self.channels)}"
            )
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "channels", tuple(self.channels))

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.samples)

    @property
    def seconds(self) -> float:
        """Duration, or NaN if the rate is unknown."""
        return len(self.samples) / self.rate if self.rate > 0 else float("nan")


def select_channels(recording: Recording, channels: Sequence[str]) -> Recording:
    """Return the recording with the named channels, in that order.

    Columns without names (``channel0``, ``channel1`` …) are taken as they stand if their number
    fits.
    """
    wanted = tuple(channels)
    if recording.channels == wanted:
        return recording
    if set(wanted) <= set(recording.channels):
        columns = [recording.channels.index(name) for name in wanted]
        samples = recording.samples[:, columns]
    elif recording.channels in (unnamed_channels(len(wanted)), STEREO if len(wanted) == 2 else ()):
        samples = recording.samples
    elif recording.channels == STEREO:
        raise DataError(
            f"{recording.name} is stereo, but {len(wanted)} "
            f"{'channel is' if len(wanted) == 1 else 'channels are'} expected: {', '.join(wanted)}",
            'take one side by channels = ["left"] or ["right"] in the recipe, or record in mono',
        )
    elif recording.channels == unnamed_channels(len(recording.channels)):
        raise DataError(
            f"{recording.name} has {len(recording.channels)} channels, but {len(wanted)} are "
            f"expected: {', '.join(wanted)}",
            "does the file have a time column without a header?"
            if len(recording.channels) == len(wanted) + 1
            else "leave out columns that the recipe doesn't name, or give the file a header",
        )
    else:
        missing = [name for name in wanted if name not in recording.channels]
        raise DataError(
            f"{recording.name} has no channel {missing[0]!r}; it has "
            f"{', '.join(recording.channels)}",
            "name the columns in the file's first line as the recipe's [input] channels",
        )
    return Recording(
        samples,
        recording.rate,
        wanted,
        recording.label,
        recording.groups,
        recording.name,
        recording.jitter,
    )


def check_recordings(
    recordings: Sequence[Recording],
    *,
    channels: Sequence[str],
    rate: float,
    missing: str = "refuse",
) -> list[Recording]:
    """Check that recordings can train a classifier, and bring their channels in order.

    Parameters
    ----------
    recordings
        What was loaded.
    channels
        The channels wanted.
    rate
        The rate wanted, in samples a second. A recording may deviate by 2 %; one of unknown rate
        is taken to have it.
    missing
        ``"refuse"`` recordings with NaN or infinite values, or ``"keep"`` them: features of such
        windows become NaN, which trees handle.

    Returns
    -------
    list of Recording
        The same recordings with exactly the wanted channels.

    Raises
    ------
    DataError
        With one sentence that names the recording and what is wrong with it.
    """
    if not recordings:
        raise DataError("There is not a single recording", "record something for every label first")
    checked = []
    for recording in recordings:
        if not len(recording):
            raise DataError(f"{recording.name} has no samples", "remove or record it again")
        check_rate(recording, rate)
        chosen = select_channels(recording, channels)
        if missing == "refuse":
            _refuse_missing(chosen)
        checked.append(chosen)
    _check_labels(checked)
    return checked


def check_rate(recording: Recording, rate: float) -> None:
    """Refuse a recording whose rate deviates by more than 2 %."""
    if recording.rate > 0 and abs(recording.rate / rate - 1) > RATE_TOLERANCE:
        raise DataError(
            f"{recording.name} was sampled {recording.rate:g} times a second, but {rate:g} are "
            "expected",
            "is it the right one? resample = true under [input] of the recipe converts it, and "
            "--resample of commands that play it",
        )


def unnamed_channels(number: int) -> tuple[str, ...]:
    """Return the names that columns without names get."""
    return tuple(f"channel{index}" for index in range(number))


def data_hash(recordings: Sequence[Recording]) -> str:
    """Return the SHA-256 of all samples, labels and groups: the data set's fingerprint."""
    digest = hashlib.sha256()
    for recording in recordings:
        head = (recording.label, *recording.channels, *sorted(recording.groups.items()))
        digest.update(repr((head, recording.rate, recording.samples.shape)).encode())
        digest.update(recording.samples.astype("<f4").tobytes())
    return digest.hexdigest()


def _refuse_missing(recording: Recording) -> None:
    bad = ~np.isfinite(recording.samples)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        value = recording.samples[row, column]
        raise DataError(
            f"{recording.name} has {int(bad.sum())} missing or infinite values, the first in "
            f"sample {row}, channel {recording.channels[column]} ({value})",
            'repair the recording, or set missing = "keep" under [input] in the recipe',
        )


def _check_labels(recordings: Sequence[Recording]) -> None:
    counts: dict[str, int] = {}
    for recording in recordings:
        counts[recording.label] = counts.get(recording.label, 0) + 1
    if len(counts) == 1:
        (label,) = counts
        raise DataError(
            f"All {len(recordings)} recordings have the same label {label!r}",
            "a classifier needs at least two",
        )
    for label, count in counts.items():
        if count == 1:
            raise DataError(
                f"Label {label!r} has only one recording",
                "record it once more: one to learn from, one to test with",
            )
