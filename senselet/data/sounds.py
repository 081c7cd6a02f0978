"""Real sounds to try Senselet with, from Debian packages: key clicks, drum hits, speech.

=======  ====================  ==========================================  =======================
name     package               what                                        licence
=======  ====================  ==========================================  =======================
keys     bucklespring-data     a buckling-spring keyboard, every key       GPL-2+, I. Doornekamp
drums    hydrogen-data         GMRockKit, a Pearl DX drum kit              GPL-2+, G. MacArthur and
                                                                           S. Moors
speech   asterisk-core-        telephone prompts, one voice                CC-BY-SA-3.0, A. Smith
         sounds-en-gsm
=======  ====================  ==========================================  =======================

There is one channel, ``microphone``. ``sample_type`` and ``scale`` are a recipe's: samples are
shares of full scale, -1 ... 1, unless told otherwise (`senselet.data.sound_file`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from senselet.data.debian import Report, package_files
from senselet.data.errors import DataError
from senselet.data.recording import Recording
from senselet.data.sound_file import read_sound, to_sensor

CHANNELS = ("microphone",)
ACTIONS = {"0": "release", "1": "press"}
STRENGTHS = ("Softest", "Soft", "Med", "Hard", "Hardest")
FAMILIES = {
    "kick": ("Kick",),
    "snare": ("Snare", "SnareRimshot", "SideStick"),
    "tom": ("Tom1", "Tom2", "TomFloor"),
    "hi-hat": ("HatClosed", "HatSemiOpen", "HatOpen", "HatPedal"),
    "cymbal": ("Crash", "Ride", "24Ride", "Splash", "Bell"),
}
# Copies of another recording, louder or softer: they would stand on both sides of a split. All five
# cowbells are one recording.
COPIES = {"Kick-Hardest", "Tom1-Hardest", "HatPedal-Hardest", "64-0", "64-1", "7d-0", "7d-1"}
# Prompts that are no speech.
NO_SPEECH = ("silence/", "beep", "ascending", "descending", "spy-jingle", "tt-monkeys.", "dialtone")


def load_keys(
    *, sample_type: str = "float32", scale: float = 1.0, report: Report | None = None
) -> list[Recording]:
    """Load the clicks of a mechanical keyboard: 167 recordings of 0.2 ... 0.3 s at 44.1 kHz.

    Labels are ``press`` and ``release``; the group ``key`` is the key's number.
    """
    folder = package_files("bucklespring-data", report=report) / "usr/share/buckle/wav"
    recordings = []
    for path in _files(folder, "*.wav"):
        key, _, action = path.stem.partition("-")
        if action in ACTIONS and path.stem not in COPIES:
            name = f"keys/{path.name}"
            recordings.append(_load(path, ACTIONS[action], {"key": key}, name))
    return [_as_sensor(one, sample_type, scale) for one in recordings]


def load_drums(
    *, sample_type: str = "float32", scale: float = 1.0, report: Report | None = None
) -> list[Recording]:
    """Load hits of a drum kit: 77 recordings of 0.2 ... 8 s at 44.1 kHz.

    Labels are families: ``kick``, ``snare``, ``tom``, ``hi-hat``, ``cymbal``. The groups are
    ``instrument`` and ``strength`` ("1" ... "5"): each of 16 instruments was hit four or five
    times, from softest to hardest.
    """
    folder = package_files("hydrogen-data", report=report)
    folder /= "usr/share/hydrogen/data/drumkits/GMRockKit"
    families = {name: family for family, names in FAMILIES.items() for name in names}
    recordings = []
    for path in _files(folder, "*.wav"):
        instrument, _, strength = path.stem.partition("-")
        if instrument not in families or path.stem in COPIES:
            continue
        number = strength if strength.isdecimal() else str(STRENGTHS.index(strength) + 1)
        groups = {"instrument": instrument, "strength": number}
        recordings.append(_load(path, families[instrument], groups, f"drums/{path.name}"))
    return [_as_sensor(one, sample_type, scale) for one in recordings]


def load_speech(
    *, sample_type: str = "float32", scale: float = 1.0, report: Report | None = None
) -> list[Recording]:
    """Load telephone prompts: over 500 recordings of 0.2 ... 73 s at 8 kHz, one woman's voice.

    The label is ``speech``.
    """
    folder = package_files("asterisk-core-sounds-en-gsm", report=report)
    folder /= "usr/share/asterisk/sounds/en_US_f_Allison"
    gsm = {"format": "RAW", "subtype": "GSM610", "samplerate": 8000, "channels": 1}
    recordings = []
    for path in _files(folder, "**/*.gsm"):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(NO_SPEECH):
            recordings.append(_load(path, "speech", {}, f"speech/{name}", gsm))
    return [_as_sensor(one, sample_type, scale) for one in recordings]


SOUNDS: dict[str, Callable[..., list[Recording]]] = {
    "keys": load_keys,
    "drums": load_drums,
    "speech": load_speech,
}


def _as_sensor(recording: Recording, sample_type: str, scale: float) -> Recording:
    values = to_sensor(recording.samples.astype(np.float64), sample_type, scale)
    return replace(recording, samples=values.astype(np.float32))


def _files(folder: Path, pattern: str) -> list[Path]:
    files = sorted(folder.glob(pattern))
    if not files:
        raise DataError(f"The package has no recordings in {folder}", "was it changed?")
    return files


def _load(
    path: Path, label: str, groups: dict[str, str], name: str, form: dict[str, object] | None = None
) -> Recording:
    values, rate = read_sound(path, name, **(form or {}))
    samples = values[:, :1].astype(np.float32)
    return Recording(samples, rate, CHANNELS, label, groups, name)
