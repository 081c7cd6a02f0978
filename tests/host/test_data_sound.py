"""Sound files: the numbers a board's microphone would have delivered, whatever the file's form."""

from __future__ import annotations

import collections
import re
import struct
import wave
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from senselet.cli.app import read_samples
from senselet.data import (
    DataError,
    Recording,
    load_drums,
    load_file,
    load_folder,
    load_keys,
    load_speech,
    resample,
)
from senselet.data.recording import check_recordings
from senselet.deploy.play import InstalledModel
from senselet.training import parse_recipe, train

SCALE = 1 / 32768
ENDS = np.array([-32768, -32767, -1, 0, 1, 2, 32767], np.int16)


def refused(sentence: str) -> pytest.RaisesExc[DataError]:
    """Expect a DataError whose message contains the sentence."""
    return pytest.raises(DataError, match=re.escape(sentence))


def write_wave(path: Path, data: bytes, *, width: int = 2, channels: int = 1) -> Path:
    """Write integers by the standard library, which is not what reads them."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(16000)
        file.writeframes(data)
    return path


def load(path: Path, **options: Any) -> Recording:
    """Load it under its file name."""
    return load_file(path, label="a", name=path.name, **options)


# --- Numbers


def test_sixteen_bits_are_the_counts_of_a_microphone(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "a.wav", ENDS.tobytes())
    recording = load(path)
    assert (recording.rate, recording.channels) == (16000, ("channel0",))
    assert (recording.samples[:, 0] == ENDS / np.float32(32768)).all()
    counts = load(path, sample_type="int16", scale=1.0)
    assert (counts.samples[:, 0] == ENDS).all()


@settings(max_examples=30)
@given(st.floats(2.0**-40, 2.0**20, width=32), st.integers(0, 2**32 - 1))
def test_a_board_gets_the_counts_back_whatever_the_scale(scale: float, seed: int) -> None:
    """The board multiplies the count by the scale in float32: the recording has the same bits."""
    counts = np.random.default_rng(seed).integers(-32768, 32768, 50).astype(np.int16)
    folder = Path(__file__).parents[2] / "build" / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    path = write_wave(folder / "scaled.wav", counts.tobytes())
    recording = load(path, sample_type="int16", scale=scale)
    assert (recording.samples[:, 0] == counts.astype("f4") * np.float32(scale)).all()
    model = InstalledModel("/a.sense", 1, 16000, "h", scale)
    assert read_samples(path, model) == counts.tobytes()


@pytest.mark.parametrize("width", [1, 3, 4])
def test_other_widths_of_integers(width: int, tmp_path: Path) -> None:
    bits = 8 * width
    values = np.array([-(2 ** (bits - 1)), -1, 0, 1, 2 ** (bits - 1) - 1])
    if width == 1:
        data = (values + 128).astype("u1").tobytes()  # 8 bits are unsigned in WAV
    else:
        data = b"".join(int(v).to_bytes(width, "little", signed=True) for v in values)
    path = write_wave(tmp_path / "a.wav", data, width=width)
    exact = values / 2.0 ** (bits - 1)
    assert (load(path).samples[:, 0] == exact.astype("f4")).all()
    counts = load(path, sample_type="int16", scale=1.0).samples[:, 0]
    assert (counts == np.clip(np.rint(exact * 32768), -32768, 32767)).all()


def test_floats_and_flac(tmp_path: Path) -> None:
    values = np.array([-1.5, -1, -0.25, 1e-9, 0.5, 0.99999, 1.0], np.float32)
    soundfile.write(tmp_path / "a.wav", values, 8000, subtype="FLOAT")
    assert (load(tmp_path / "a.wav").samples[:, 0] == values).all()
    counts = load(tmp_path / "a.wav", sample_type="int16", scale=1.0).samples[:, 0]
    assert counts.tolist() == [-32768, -32768, -8192, 0, 16384, 32767, 32767]
    soundfile.write(tmp_path / "a.flac", ENDS, 8000)
    assert (load(tmp_path / "a.flac").samples[:, 0] == ENDS / np.float32(32768)).all()


def test_stereo_has_a_left_and_a_right(tmp_path: Path) -> None:
    pairs = np.stack([ENDS, ENDS[::-1]], axis=1)
    path = write_wave(tmp_path / "a.wav", pairs.tobytes(), channels=2)
    both = [load(path, sample_type="int16"), load(path, sample_type="int16")]
    both.append(Recording(both[0].samples, 16000, ("left", "right"), "b"))
    both.append(both[2])
    assert both[0].channels == ("left", "right")

    def chosen(*channels: str) -> Any:
        return check_recordings(both, channels=channels, rate=16000)[0].samples.T.tolist()

    assert chosen("right") == [ENDS[::-1].tolist()]
    assert chosen("front", "back") == [ENDS.tolist(), ENDS[::-1].tolist()]
    with refused("a.wav is stereo, but 1 channel is expected: microphone"):
        chosen("microphone")


# --- What is wrong with a file


def damaged(path: Path, sentence: str) -> None:
    """Expect a clear refusal."""
    with refused(sentence):
        load(path)


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    good = write_wave(tmp_path / "a.wav", bytes(200)).read_bytes()
    path = tmp_path / "bad.wav"
    sentences = {
        b"": "bad.wav is not a WAV file",
        good[:11]: "bad.wav is not a WAV file",
        good[:30]: "bad.wav is damaged: it has no samples",
        good[:36]: "bad.wav is damaged: it has no samples",
        good[:100]: "bad.wav is cut off: 200 bytes of samples should be there, and 56 are",
        good[:-1]: "bad.wav is cut off: 200 bytes of samples should be there, and 199 are",
        b"fLaC" + good[4:]: "bad.wav is not a WAV file",
        good[:20] + b"\x99\x99" + good[22:]: "bad.wav can't be read as sound",
        good[:22] + b"\0\0" + good[24:]: "bad.wav can't be read as sound",
    }
    for data, sentence in sentences.items():
        path.write_bytes(data)
        damaged(path, sentence)
    (tmp_path / "bad.flac").write_bytes(good)
    soundfile.write(tmp_path / "good.flac", np.zeros(9999, np.int16), 8000)
    (tmp_path / "bad.flac").write_bytes((tmp_path / "good.flac").read_bytes()[:60])
    damaged(tmp_path / "bad.flac", "bad.flac can't be read as sound")
    damaged(tmp_path / "none.wav", "none.wav can't be read: No such file")


def test_a_recorder_that_cannot_go_back_leaves_the_length_open(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "a.wav", ENDS.tobytes())
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    for length in (0, 2**32 - 1):
        data[at : at + 4] = struct.pack("<I", length)
        path.write_bytes(data)
        if length:
            assert len(load(path)) == len(ENDS)


@settings(max_examples=200)
@given(st.integers(0, 43), st.binary(min_size=1, max_size=4))
def test_a_forged_header_is_refused_or_read(place: int, forged: bytes) -> None:
    folder = Path(__file__).parents[2] / "build" / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    data = write_wave(folder / "forged.wav", ENDS.tobytes()).read_bytes()
    (folder / "forged.wav").write_bytes(data[:place] + forged + data[place + len(forged) :])
    try:
        recording = load(folder / "forged.wav")
    except DataError:
        return
    assert recording.samples.dtype == np.float32


# --- Rates


def test_another_rate_is_refused_or_converted(tmp_path: Path) -> None:
    write_wave(tmp_path / "a.wav", bytes(64000))
    with refused("a.wav was sampled 16000 times a second, but 8000 are expected"):
        load(tmp_path / "a.wav", rate=8000)
    converted = load(tmp_path / "a.wav", rate=8000, resample=True)
    assert (len(converted), converted.rate) == (16000, 8000)
    (tmp_path / "data" / "quiet").mkdir(parents=True)
    (tmp_path / "a.wav").rename(tmp_path / "data" / "quiet" / "a.wav")
    (loaded,) = load_folder(tmp_path / "data", rate=8000, resample=True)
    assert (len(loaded), loaded.rate, loaded.label) == (16000, 8000, "quiet")


def tone(rate: float, hertz: float, seconds: float = 1) -> Recording:
    """A tone of half the full scale."""
    time = np.arange(round(rate * seconds)) / rate
    samples = 0.5 * np.sin(2 * np.pi * hertz * time)
    return Recording(samples[:, None].astype("f4"), rate, ("microphone",), "tone")


@pytest.mark.parametrize("source", [8000, 22050, 32000, 44100, 48000])
def test_tones_stay_tones(source: int) -> None:
    """Up to 80 % of the lower Nyquist frequency within 0.1 dB; what lies beyond vanishes."""
    target = 16000
    limit = min(source, target) / 2
    for share in (0.1, 0.5, 0.8):
        converted = resample(tone(source, share * limit), target)
        expected = tone(target, share * limit)
        assert abs(len(converted) - len(expected)) <= 1
        middle = slice(2000, 14000)
        difference = converted.samples[middle] - expected.samples[middle]
        assert np.abs(difference).max() < 0.5 * (10 ** (0.1 / 20) - 1)
    if source > target:
        alias = resample(tone(source, 1.3 * limit), target) if 1.3 * limit < source / 2 else None
        assert alias is None or np.abs(alias.samples[2000:14000]).max() < 0.5 * 10 ** (-75 / 20)


def test_converted_samples_of_a_16_bit_sensor_are_whole_counts() -> None:
    converted = resample(tone(44100, 441), 16000, sample_type="int16", scale=SCALE)
    counts = converted.samples / np.float32(SCALE)
    assert (counts == np.rint(counts)).all()
    assert counts.max() == pytest.approx(16384, abs=20)


def test_what_cannot_be_converted_is_refused() -> None:
    hole = tone(44100, 441)
    hole.samples[7] = np.nan
    with refused("has missing values and can't be resampled"):
        resample(hole, 16000)
    assert resample(tone(16000, 100), 16100).rate == 16000  # a clock's tolerance: as it is


def test_a_recipe_may_convert(tmp_path: Path) -> None:
    recipe = """
        [input]
        channels = ["microphone"]
        rate = 8000
        [window]
        seconds = 0.1
        [[step]]
        kind = "time_features"
        signals = ["microphone"]
        statistics = ["mean_crossings", "standard_deviation"]
        [[step]]
        kind = "trees"
        n_estimators = 5
        [split]
        group = "recording"
        test_groups = ["low/2.wav", "high/2.wav"]
    """
    for label, hertz in (("low", 300), ("high", 900)):
        (tmp_path / label).mkdir()
        for number in (1, 2):
            samples = tone(16000, hertz * (1 + number / 50)).samples
            soundfile.write(tmp_path / label / f"{number}.wav", samples, 16000)
    with refused("1.wav was sampled 16000 times a second, but 8000 are expected"):
        load_folder(tmp_path, rate=8000)
    recordings = load_folder(tmp_path)
    with refused("1.wav was sampled 16000 times a second, but 8000 are expected"):
        train(parse_recipe(recipe), recordings)
    converting = parse_recipe(recipe.replace("rate = 8000", "rate = 8000\nresample = true"))
    assert train(converting, recordings).accuracy == 1


# --- Published sounds


def test_the_key_clicks() -> None:
    recordings = load_keys()
    assert {(one.rate, one.channels) for one in recordings} == {(44100.0, ("microphone",))}
    assert collections.Counter(one.label for one in recordings) == {"press": 83, "release": 84}
    assert max(collections.Counter(one.groups["key"] for one in recordings).values()) == 2
    for one in recordings:
        assert 0.1 < one.seconds < 0.5
        assert 0.01 < np.abs(one.samples).max() <= 1


def test_the_drum_hits() -> None:
    recordings = load_drums(sample_type="int16", scale=1.0)
    assert len(recordings) == 77
    counts = collections.Counter(one.label for one in recordings)
    assert counts == {
        "cymbal": 25, "hi-hat": 19, "snare": 15, "tom": 14, "kick": 4,
    }  # fmt: skip
    strengths = collections.Counter(one.groups["strength"] for one in recordings)
    assert strengths == {"1": 16, "2": 16, "3": 16, "4": 16, "5": 13}
    assert all((one.samples == np.rint(one.samples)).all() for one in recordings)
    # Struck harder, it is louder.
    peaks = {one.name: np.abs(one.samples).max() for one in recordings}
    assert peaks["drums/Kick-Softest.wav"] < peaks["drums/Kick-Hard.wav"]


def likeness(one: Recording, other: Recording) -> float:
    """The highest correlation over all shifts of the first 0.14 s: 1 for copies of any loudness."""
    x, y = (each.samples[:6000, 0].astype(np.float64) for each in (one, other))
    highest = np.abs(correlate(x, y, method="fft")).max()
    return float(highest / np.sqrt((x @ x) * (y @ y)))


@pytest.mark.parametrize("load_them", [load_drums, load_keys])
def test_no_sound_is_there_twice(load_them: Callable[[], list[Recording]]) -> None:
    """Otherwise it could stand on both sides of a split."""
    recordings = load_them()
    by_label: dict[str, list[Recording]] = {}
    for one in recordings:
        by_label.setdefault(one.groups.get("instrument", one.label), []).append(one)
    pairs = [pair for group in by_label.values() for pair in combinations(group, 2)]
    assert max(likeness(*pair) for pair in pairs) < 0.999


def test_the_speech() -> None:
    recordings = load_speech()
    assert len(recordings) > 500
    assert {(one.rate, one.label) for one in recordings} == {(8000.0, "speech")}
    assert sum(one.seconds for one in recordings) > 1000
    for one in recordings[::50]:
        assert 0.05 < np.abs(one.samples).max() <= 1
