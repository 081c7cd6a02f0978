"""The watch data: fetched once, checked, kept."""

from __future__ import annotations

import collections
import subprocess
from pathlib import Path
from typing import Any

import pytest

from senselet.data import DataError, check_recordings, load_watch, watch


def test_the_published_recordings() -> None:
    recordings = load_watch()
    assert len(recordings) == 140
    assert {(one.rate, one.channels) for one in recordings} == {(50.0, watch.CHANNELS)}
    subjects = collections.Counter(one.groups["subject"] for one in recordings)
    assert subjects == {str(number): 14 for number in range(1, 11)}
    assert set(collections.Counter(one.label for one in recordings).values()) == {20}
    assert min(len(one) for one in recordings) == 947
    assert max(len(one) for one in recordings) == 2618
    assert check_recordings(recordings, channels=watch.CHANNELS, rate=50) == recordings


def test_left_and_right_wrists_see_mirror_images() -> None:
    # Arms hang down in these exercises: gravity pulls along the forearm, the watch's x axis.
    for recording in load_watch():
        if recording.label in ("PEN", "TRAP"):
            pull = recording.samples[:, 0].mean()
            assert (pull > 0) == (recording.groups["side"] == "left")


def test_a_second_load_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    load_watch()
    monkeypatch.setattr(watch, "_fetch", lambda: pytest.fail("fetched again"))
    said: list[str] = []
    load_watch(report=said.append)
    assert not said


def test_a_damaged_copy_is_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    load_watch()
    (kept,) = watch.cache_folder().glob("watch-*.npy")
    good = kept.read_bytes()
    monkeypatch.setenv("SENSELET_CACHE", str(tmp_path))
    monkeypatch.setattr(watch, "_fetch", lambda: good)
    copy = watch.cache_folder() / kept.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(good[:-1])
    assert len(load_watch()) == 140
    assert copy.read_bytes() == good
    assert len(list(copy.parent.iterdir())) == 1


def test_other_contents_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SENSELET_CACHE", str(tmp_path))
    monkeypatch.setattr(watch, "_fetch", lambda: b"something else")
    with pytest.raises(DataError, match="are not the ones that were published"):
        load_watch()
    assert not watch.cache_folder().exists()


def test_no_connection_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def offline(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "noise\nERROR: no connection\n")

    monkeypatch.setenv("SENSELET_CACHE", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", offline)
    with pytest.raises(DataError, match="can't be fetched: ERROR: no connection") as error:
        load_watch()
    assert "package index" in error.value.hint


def test_a_copy_that_cannot_be_kept_is_still_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    load_watch()
    (kept,) = watch.cache_folder().glob("watch-*.npy")
    good = kept.read_bytes()
    (tmp_path / "senselet").write_text("a file where a folder should be")
    monkeypatch.setenv("SENSELET_CACHE", str(tmp_path))
    monkeypatch.setattr(watch, "_fetch", lambda: good)
    said: list[str] = []
    assert len(load_watch(report=said.append)) == 140
    assert "can't be kept" in said[-1]
