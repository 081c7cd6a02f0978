"""Recordings: files, folders, label files, and every way they can be wrong."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from senselet.data import (
    DataError,
    Recording,
    check_recordings,
    data_hash,
    load_file,
    load_folder,
    select_channels,
)
from senselet.data.recording import Samples

RATE = 50.0


def recording(
    label: str = "rest", *, n: int = 10, channels: tuple[str, ...] = ("x", "y"), rate: float = RATE
) -> Recording:
    """A recording of small numbers."""
    samples = np.arange(n * len(channels), dtype=np.float32).reshape(n, len(channels))
    return Recording(samples, rate, channels, label, {"subject": "1"}, f"{label}.csv")


def both() -> list[Recording]:
    """The smallest data set that passes all checks."""
    return [recording(label) for label in ("rest", "walk") for _ in range(2)]


def check(recordings: list[Recording], missing: str = "refuse") -> list[Recording]:
    """Check against what `recording` makes."""
    return check_recordings(recordings, channels=("x", "y"), rate=RATE, missing=missing)


def refused(sentence: str) -> pytest.RaisesExc[DataError]:
    """Expect a DataError whose message contains the sentence."""
    return pytest.raises(DataError, match=re.escape(sentence))


def write(path: Path, text: str) -> Path:
    """Write a file and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- files


def test_csv_with_header_gives_named_channels(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "x,y\n1,2\n3,4\n")
    loaded = load_file(file, label="walk", rate=RATE)
    assert loaded.channels == ("x", "y")
    assert loaded.samples.tolist() == [[1, 2], [3, 4]]
    assert loaded.samples.dtype == np.float32
    assert (loaded.rate, loaded.label) == (RATE, "walk")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_without_header_numbers_its_channels(tmp_path: Path, delimiter: str) -> None:
    file = write(tmp_path / "a.csv", f"1{delimiter}2\n\n# a comment\n3{delimiter}-4e-1\n")
    loaded = load_file(file, label="walk")
    assert loaded.channels == ("channel0", "channel1")
    assert loaded.samples[1, 1] == np.float32(-0.4)


def test_csv_time_column_gives_rate_and_jitter(tmp_path: Path) -> None:
    rows = [f"{1000 + 20 * i + (3 if i == 5 else 0)},{i}" for i in range(20)]
    file = write(tmp_path / "a.csv", "time_ms,x\n" + "\n".join(rows))
    loaded = load_file(file, label="walk")
    assert loaded.rate == 50
    assert loaded.channels == ("x",)
    assert loaded.jitter == pytest.approx(0.003)


@pytest.mark.parametrize("empty", ["", "NaN", "null", " - "])
def test_csv_empty_cells_are_missing_samples(tmp_path: Path, empty: str) -> None:
    loaded = load_file(write(tmp_path / "a.csv", f"1,{empty}\n2,3\n"), label="walk")
    assert np.isnan(loaded.samples[0, 1])


def test_csv_with_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("\ufeffx,y\r\n1,2\r\n".encode())
    assert load_file(file, label="walk").channels == ("x", "y")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.csv is empty"),
        ("x,y\n", "a.csv has a header, but no samples"),
        ("1,2\n3\n", "a.csv, line 2: 1 values where 2 belong"),
        ("x,y\n1,2\n3,four\n", "a.csv, line 3: 'four' is not a number"),
        ("1,2\n1_0,2\n", "a.csv, line 2: '1_0' is not a number"),
        ("x,\n1,2\n", "a.csv: column 2 has no name in the header"),
        ("x,x\n1,2\n", "a.csv names a channel twice: x, x"),
        ("time,t,x\n1,2,3\n", "a.csv has two time columns: time, t"),
        ("time\n1\n2\n", "a.csv has no channel"),
        ("time,x\n1,2\n", "a.csv has 1 samples, which tell no rate"),
        ("time,x\n1,2\n1,3\n", "a.csv: time does not advance at sample 1 (1 s)"),
        ("time,x\n1,2\n,3\n", "a.csv has no time for sample 1"),
        ("time,x\n0,2\n1,3\n2,1\n7,3\n8,2\n", "a.csv has a hole of 5 s after sample 2"),
    ],
)
def test_bad_csv_is_refused_by_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with refused(sentence):
        load_file(write(tmp_path / "a.csv", text), label="walk", name="a.csv")


def test_csv_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00\x81")
    with refused("is not text (UTF-8)"):
        load_file(tmp_path / "a.csv", label="walk")


def test_rate_that_disagrees_with_time_column_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "time,x\n" + "".join(f"{i / 100},0\n" for i in range(9)))
    with refused("was sampled 100 times a second, but 50 are expected"):
        load_file(file, label="walk", rate=50)


def test_npy_and_npz(tmp_path: Path) -> None:
    samples = np.arange(6, dtype=np.int16).reshape(3, 2)
    np.save(tmp_path / "a.npy", samples)
    np.savez(tmp_path / "b.npz", samples=samples, channels=["x", "y"], rate=25.0)
    np.savez(tmp_path / "c.npz", samples=samples[:, 0], time=[0.0, 0.1, 0.2])
    a, b, c = (load_file(tmp_path / name, label="l") for name in ("a.npy", "b.npz", "c.npz"))
    assert a.samples.tolist() == b.samples.tolist() == samples.tolist()
    assert (b.channels, b.rate) == (("x", "y"), 25)
    assert (c.channels, c.rate) == (("channel0",), 10)


def test_arrays_that_are_no_recordings_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "deep.npy", np.zeros((2, 2, 2)))
    np.save(tmp_path / "text.npy", np.array(["a"]))
    np.save(tmp_path / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "two.npz", a=np.zeros(3), b=np.zeros(3))
    np.savez(tmp_path / "rate.npz", samples=np.zeros((3, 1)), rate=-1)
    np.savez(tmp_path / "time.npz", samples=np.zeros((3, 1)), time=[0.0, 1.0])
    np.savez(tmp_path / "names.npz", samples=np.zeros((3, 1)), channels=["x", "y"])
    (tmp_path / "cut.npy").write_bytes((tmp_path / "deep.npy").read_bytes()[:20])
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04rubbish")
    (tmp_path / "empty.npy").write_bytes(b"")
    for name, sentence in {
        "deep.npy": "holds an array of 3 dimensions",
        "text.npy": "not real numbers",
        "object.npy": "is not a plain .npy file",
        "two.npz": "has no array 'samples'; it holds a, b",
        "rate.npz": "the rate is -1, not a positive number",
        "time.npz": "has 2 times for 3 samples",
        "names.npz": "has 1 columns, but 2 names",
        "cut.npy": "is not a plain .npy file",
        "cut.npz": "is not a .npz archive",
        "empty.npy": "is not a plain .npy file",
        "missing.npy": "can't be read: No such file",
        "sound.mp3": "is of a kind that Senselet doesn't read",
    }.items():
        with refused(sentence):
            load_file(tmp_path / name, label="l")


@given(
    hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.floats(width=32, allow_infinity=False),
    )
)
def test_csv_keeps_every_float32(tmp_path_factory: pytest.TempPathFactory, table: Samples) -> None:
    file = tmp_path_factory.mktemp("csv") / "a.csv"
    file.write_text("\n".join(",".join(str(value) for value in row) for row in table.tolist()))
    loaded = load_file(file, label="l").samples
    assert loaded.shape == table.shape
    np.testing.assert_array_equal(loaded, table)


# --- folders


def test_folder_per_label_with_subjects(tmp_path: Path) -> None:
    write(tmp_path / "walk" / "1.csv", "1,2\n")
    write(tmp_path / "walk" / "anna" / "2.csv", "1,2\n")
    write(tmp_path / "rest" / "3.csv", "1,2\n")
    write(tmp_path / "rest" / "notes.txt", "not a recording")
    write(tmp_path / ".hidden" / "4.csv", "1,2\n")
    loaded = load_folder(tmp_path, rate=RATE)
    assert [(one.name, one.label, dict(one.groups)) for one in loaded] == [
        (str(Path("rest", "3.csv")), "rest", {}),
        (str(Path("walk", "1.csv")), "walk", {}),
        (str(Path("walk", "anna", "2.csv")), "walk", {"subject": "anna"}),
    ]


def test_label_file_gives_labels_and_groups(tmp_path: Path) -> None:
    write(tmp_path / "data" / "a.csv", "1,2\n")
    write(tmp_path / "b.csv", "1,2\n")
    write(
        tmp_path / "labels.csv",
        "file, label, subject, session\ndata/a.csv, walk, anna, 1\n\nb.csv, rest, bert,\n",
    )
    loaded = load_folder(tmp_path)
    assert [(one.label, dict(one.groups)) for one in loaded] == [
        ("walk", {"subject": "anna", "session": "1"}),
        ("rest", {"subject": "bert"}),
    ]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("", "has no column 'file'; it has none"),
        ("file,class\n", "has no column 'label'; it has file, class"),
        ("file,label\n", "lists no recordings"),
        ("file,label\na.csv\n", "line 2: 1 values where 2 belong"),
        ("file,label\na.csv,\n", "line 2: the label is empty"),
        ("file,label\n,walk\n", "line 2: the file is empty"),
        ("file,label\nb.csv,walk\n", "line 2: there is no file b.csv"),
        ("file,label\na.csv,l\na.csv,l\n", "line 3: a.csv was listed already in line 2"),
    ],
)
def test_bad_label_file_is_refused_by_a_sentence(
    tmp_path: Path, labels: str, sentence: str
) -> None:
    write(tmp_path / "a.csv", "1,2\n")
    write(tmp_path / "labels.csv", labels)
    with refused(sentence):
        load_folder(tmp_path)


def test_folders_without_recordings_are_refused(tmp_path: Path) -> None:
    with refused("holds no recordings"):
        load_folder(tmp_path)
    with refused("There is no folder"):
        load_folder(tmp_path / "missing")
    with refused("is not a folder"):
        load_folder(write(tmp_path / "file", ""))


# --- checks


def test_a_good_data_set_passes() -> None:
    assert [one.label for one in check(both())] == ["rest", "rest", "walk", "walk"]


def test_an_empty_data_set_is_refused() -> None:
    with refused("There is not a single recording"):
        check([])


def test_a_single_class_is_refused() -> None:
    with refused("All 3 recordings have the same label 'rest'"):
        check([recording("rest")] * 3)


def test_a_class_with_one_recording_is_refused() -> None:
    with refused("Label 'run' has only one recording"):
        check([*both(), recording("run")])


def test_a_recording_without_samples_is_refused() -> None:
    with refused("rest.csv has no samples"):
        check([*both(), recording("rest", n=0)])


def test_a_wrong_number_of_channels_is_refused() -> None:
    wrong = recording("rest", channels=("channel0", "channel1", "channel2"))
    with refused("rest.csv has 3 channels, but 2 are expected: x, y (does the file have a time"):
        check([*both(), wrong])


def test_a_missing_channel_is_refused_by_name() -> None:
    with refused("rest.csv has no channel 'y'; it has x, z"):
        check([*both(), recording("rest", channels=("x", "z"))])


def test_a_wrong_rate_is_refused() -> None:
    with refused("rest.csv was sampled 100 times a second, but 50 are expected"):
        check([*both(), recording("rest", rate=100)])


@pytest.mark.parametrize("rate", [0, 49.5, 50.5])
def test_an_unknown_or_slightly_different_rate_passes(rate: float) -> None:
    assert check([*both(), recording("rest", rate=rate)])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_missing_samples_are_refused_or_kept(value: float) -> None:
    bad = recording("rest")
    bad.samples[3, 1] = value
    with refused("rest.csv has 1 missing or infinite values, the first in sample 3, channel y"):
        check([*both(), bad])
    assert check([*both(), bad], missing="keep")


def test_more_dimensions_or_names_than_columns_are_refused() -> None:
    with refused("has 1 dimensions, not 2"):
        Recording(np.zeros(3, np.float32), RATE, ("x",), "rest")
    with refused("has 1 columns, but 2 channel names: x, y"):
        Recording(np.zeros((3, 1), np.float32), RATE, ("x", "y"), "rest")


@given(st.permutations(["a", "b", "c", "d"]), st.integers(1, 4))
def test_selecting_channels_puts_columns_in_order(order: list[str], number: int) -> None:
    whole = recording("rest", channels=("a", "b", "c", "d"))
    chosen = select_channels(whole, order[:number])
    assert chosen.channels == tuple(order[:number])
    for column, name in enumerate(chosen.channels):
        np.testing.assert_array_equal(
            chosen.samples[:, column], whole.samples[:, whole.channels.index(name)]
        )


def test_hash_tells_data_sets_apart() -> None:
    one, other = both(), both()
    assert data_hash(one) == data_hash(other)
    other[1].samples[0, 0] += 1
    assert data_hash(one) != data_hash(other)
    assert data_hash(one[:3]) != data_hash(one)
