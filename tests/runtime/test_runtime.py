"""Model and Stream on the laptop: every kind of buffer, cut, mistake and lifetime."""

from __future__ import annotations

import ctypes
import gc
import mmap
import runpy
import subprocess
import sys
import weakref
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from board_files import board_files
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier
from support import LABELS, forest, model_of, trees_model, with_crc

import senselet
from senselet.convert import convert_trees
from senselet.runtime import _sense, _trees

HERE = Path(__file__).resolve().parent
load: Any = senselet.load


@pytest.fixture
def model(trees_model: bytes) -> Any:
    return load(trees_model)


WINDOWS = np.random.default_rng(1).normal(size=(20, 4, 2)).astype(np.float32)


def proba(model: Any, window: Any) -> bytes:
    return bytes(model.predict_proba(window))


# ---- The part that boards run, too ---------------------------------------------------------------


def test_the_boards_tests_pass_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, data in board_files().items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    gc.freeze()  # what other tests imported is large, and is collected elsewhere
    runpy.run_path(str(HERE / "board_runtime.py"))
    gc.unfreeze()
    assert capsys.readouterr().out.splitlines()[-1] == "ok all"


# ---- Results -------------------------------------------------------------------------------------


def test_results_are_those_of_scikit_learn(model: Any) -> None:
    expected = forest().predict_proba(WINDOWS.reshape(20, 8))
    for window, row in zip(WINDOWS, expected, strict=True):
        np.testing.assert_allclose(model.predict_proba(window), row, atol=1e-6)
        assert model.predict(window) == LABELS[int(np.argmax(row))]


def test_attributes(model: Any) -> None:
    assert (model.window, model.hop, model.channels, model.outputs) == (4, 2, 2, 3)
    assert (model.rate_millihertz, model.typecode) == (50000, "f")
    assert model.labels == tuple(LABELS)
    assert model.steps == (("trees", 8, 3),)
    assert 'unit = "m/s^2"' in model.text


def test_without_labels_the_class_number_is_given() -> None:
    model = load(trees_model(labels=[]))
    labelled = load(trees_model())
    for window in WINDOWS:
        assert LABELS[model.predict(window)] == labelled.predict(window)


def test_regression_gives_values() -> None:
    rows = WINDOWS.reshape(20, 8)
    estimator = RandomForestRegressor(3, random_state=0).fit(rows, rows[:, :2])
    model = load(model_of(convert_trees(estimator)).to_bytes())
    for row, expected in zip(rows, estimator.predict(rows), strict=True):
        np.testing.assert_allclose(model.predict(row), expected, atol=1e-5)
        np.testing.assert_array_equal(model.predict_proba(row), model.predict(row))
    stream = model.stream()
    stream.push(rows)
    values = []
    while stream.next():
        values.append(list(stream.probabilities))
        assert list(stream.label) == values[-1]
    np.testing.assert_allclose(values, estimator.predict(rows), atol=1e-5)


def test_int16_samples_are_scaled() -> None:
    raw = np.round(WINDOWS * 1000).astype(np.int16)
    scaled = load(trees_model(sample_type="int16", scale=0.001))
    plain = load(trees_model())
    assert scaled.typecode == "h"
    for window in raw:
        floats = window.astype(np.float32) * np.float32(0.001)
        assert proba(scaled, window) == proba(plain, floats)
        assert proba(scaled, window.astype(np.float32)) == proba(plain, floats)


# ---- Buffers -------------------------------------------------------------------------------------


def float_buffers(window: Any) -> dict[str, Any]:
    flat = window.ravel()
    holder = (ctypes.c_float * 8)(*flat.tolist())
    big = np.zeros(20, np.float32)
    big[3:11] = flat
    anonymous = mmap.mmap(-1, 4096)
    anonymous[:32] = flat.tobytes()
    read_only = flat.copy()
    read_only.flags.writeable = False
    return {
        "array": array("f", flat.tolist()),
        "numpy": flat,
        "numpy of two dimensions": window,
        "numpy slice": big[3:11],
        "read-only numpy": read_only,
        "ctypes": holder,
        "memoryview of an array": memoryview(array("f", flat.tolist())),
        "memoryview slice": memoryview(array("f", [0.0, *flat.tolist()]))[1:],
        "memoryview cast": memoryview(flat.tobytes()).cast("f"),
        "memoryview of two dimensions": memoryview(window),
        "mmap": memoryview(anonymous).cast("f")[:8],
        "little-endian numpy": flat.astype("<f4"),
    }


@pytest.mark.parametrize("name", float_buffers(WINDOWS[0]))
def test_any_float32_buffer_is_a_window(name: str, model: Any) -> None:
    window = float_buffers(WINDOWS[0])[name]
    assert proba(model, window) == proba(model, WINDOWS[0])
    stream = model.stream()
    stream.push(window)
    assert stream.next()
    assert bytes(stream.probabilities) == proba(model, WINDOWS[0])


@pytest.mark.parametrize("out", [array("f", [9] * 3), np.full(3, 9, np.float32)])
def test_any_writable_buffer_takes_the_result(out: Any, model: Any) -> None:
    assert model.predict_proba(WINDOWS[0], out) is out
    assert bytes(memoryview(out)) == proba(model, WINDOWS[0])
    nine: Any = np.zeros(9, np.float32)
    view = memoryview(nine)[3:6]
    model.predict_proba(WINDOWS[0], view)
    assert bytes(view) == proba(model, WINDOWS[0])


WRONG_ITEMS = {
    "float64": np.zeros(8),
    "int32": np.zeros(8, np.int32),
    "uint16": np.zeros(8, np.uint16),
    "big-endian": np.zeros(8, ">f4"),
    "complex": np.zeros(8, np.complex64),
    "structure": np.zeros(8, [("x", "f4")]),
    "bytes": bytes(8),
    "list": [0.0] * 8,
    "text": "12345678",
    "strided": np.zeros((8, 2), np.float32)[:, 0],
    "reversed": np.zeros(8, np.float32)[::-1],
    "by columns": np.asfortranarray(np.zeros((4, 2), np.float32)),
}


@pytest.mark.parametrize("name", WRONG_ITEMS)
def test_other_items_are_refused(name: str, model: Any) -> None:
    with pytest.raises(ValueError, match=r"window.*float32.*int16.*in one piece, found"):
        model.predict(WRONG_ITEMS[name])
    stream = model.stream()
    stream.push(WRONG_ITEMS[name])
    with pytest.raises(ValueError, match=r"block.*float32.*int16.*found.*2 channels"):
        stream.next()
    assert not stream.next()
    stream.push(WINDOWS[0])
    assert stream.next()


def test_misaligned_samples_are_refused_not_read(model: Any) -> None:
    odd = np.frombuffer(b"\0" + WINDOWS[0].tobytes() + b"\0\0\0", np.uint8)[1:33].view(np.float32)
    assert not odd.flags.aligned
    with pytest.raises(ValueError, match="divisible by four"):
        model.predict(odd)


@pytest.mark.parametrize("count", [0, 1, 7, 9, 16])
def test_wrong_lengths_are_refused(count: int, model: Any) -> None:
    message = rf"expected 8 values \(4 samples x 2 channels\), found {count}"
    with pytest.raises(ValueError, match=message):
        model.predict(np.zeros(count, np.float32))
    with pytest.raises(ValueError, match=message):
        model.predict(array("h", [0] * count))


@pytest.mark.parametrize("wrong", [None, 5, 2.0, object()])
def test_what_is_no_buffer_is_refused(wrong: Any, model: Any) -> None:
    with pytest.raises(ValueError, match=r"expected 8 values.*found " + type(wrong).__name__):
        model.predict(wrong)
    stream = model.stream()
    if wrong is not None:
        stream.push(wrong)
        with pytest.raises(ValueError, match="found " + type(wrong).__name__):
            stream.next()


@pytest.mark.parametrize(
    "out",
    [
        np.zeros(2, np.float32), np.zeros(4, np.float32), np.zeros(3), np.zeros(3, np.int32),
        bytes(12), bytearray(12), memoryview(array("f", [0.0] * 3)).toreadonly(), 5, [0.0] * 3,
    ],
)  # fmt: skip
def test_wrong_outputs_are_refused(out: Any, model: Any) -> None:
    with pytest.raises(ValueError, match=r"out .*expected 3 writable float32 items, found"):
        model.predict_proba(WINDOWS[0], out)


def test_a_value_that_integer_trees_can_not_take_is_refused() -> None:
    estimator = DecisionTreeClassifier().fit([[0], [4]], [0, 1])
    model = load(model_of(convert_trees(estimator, inputs="int16")).to_bytes())
    assert model.predict(array("f", [4.0])) == 1
    for value in (0.5, 40000.0, float("nan")):
        with pytest.raises(ValueError, match="'trees' holds a value that the model can't take"):
            model.predict(array("f", [value]))
    stream = model.stream()
    stream.push(array("f", [4.0, 0.5, 0.0]))
    assert stream.next()
    with pytest.raises(ValueError, match="can't take"):
        stream.next()
    assert stream.next()
    assert (stream.label, stream.windows) == (0, 2)


# ---- Streams -------------------------------------------------------------------------------------


@given(
    st.integers(1, 9),
    st.integers(0, 8),
    st.integers(1, 4),
    st.sampled_from([1.0, 0.5, 1e-3]),
    st.booleans(),
    st.lists(st.integers(0, 25), max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_cuts_make_no_difference(
    window: int, less: int, channels: int, scale: float, integers: bool, cuts: list[int], seed: int
) -> None:
    hop = max(window - less, 1)
    rng = np.random.default_rng(seed)
    n_inputs = window * channels
    estimator = DecisionTreeClassifier(max_depth=4, random_state=0).fit(
        rng.normal(size=(40, n_inputs)) * 30 * scale, np.arange(40) % 5
    )
    data = model_of(
        convert_trees(estimator), window=window, hop=hop, channels=channels, scale=scale
    ).to_bytes()
    model = load(data)
    samples: Any = np.round(rng.normal(size=(sum(cuts), channels)) * 30)
    samples = samples.astype(np.int16 if integers else np.float32)
    starts = range(0, len(samples) - window + 1, hop)
    expected = [bytes(model.predict_proba(samples[i : i + window])) for i in starts]
    labels = [model.predict(samples[i : i + window]) for i in starts]
    stream = model.stream()
    found, found_labels, at = [], [], 0
    for cut in cuts:
        stream.push(samples[at : at + cut])
        at += cut
        while stream.next():
            found.append(bytes(stream.probabilities))
            found_labels.append(stream.label)
    assert found == expected
    assert found_labels == labels
    assert stream.windows == len(expected)


def test_clear_forgets_the_samples(model: Any) -> None:
    stream = model.stream()
    stream.push(np.full((3, 2), 9, np.float32))
    assert not stream.next()
    stream.clear()
    stream.push(WINDOWS[0])
    assert stream.next()
    assert bytes(stream.probabilities) == proba(model, WINDOWS[0])


def test_streams_of_one_model_do_not_meet(model: Any) -> None:
    streams = [model.stream() for _ in range(3)]
    for half in (slice(0, 2), slice(2, 4)):
        for stream, window in zip(streams, WINDOWS, strict=False):
            stream.push(window[half])
            model.predict(WINDOWS[9])
            stream.next()
    for stream, window in zip(streams, WINDOWS, strict=False):
        assert bytes(stream.probabilities) == proba(model, window)


# ---- Where the bytes come from -------------------------------------------------------------------


def sources(data: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "m.sense"
    path.write_bytes(data)
    shifted = bytearray(len(data) + 1)
    shifted[1:] = data
    return {
        "bytes": data,
        "bytearray": bytearray(data),
        "memoryview": memoryview(data),
        "memoryview of a bytearray": memoryview(bytearray(data)),
        "odd memoryview": memoryview(b"\0" + data)[1:],
        "odd memoryview of a bytearray": memoryview(shifted)[1:],
        "array": array("B", data),
        "array of words": array("I", data),
        "numpy": np.frombuffer(data, np.uint8),
        "numpy of words": np.frombuffer(data, np.uint32),
        "every other byte": memoryview(bytes(b for byte in data for b in (byte, 0)))[::2],
        "path": path,
        "name": str(path),
    }


SOURCES = list(sources(b"", Path("/tmp")) if Path("/tmp").is_dir() else [])


@pytest.mark.parametrize("name", SOURCES)
def test_any_source_is_loaded(name: str, trees_model: bytes, model: Any, tmp_path: Path) -> None:
    loaded = load(sources(trees_model, tmp_path)[name])
    assert proba(loaded, WINDOWS[0]) == proba(model, WINDOWS[0])


@pytest.mark.parametrize("name", SOURCES)
def test_changes_after_loading_have_no_effect(
    name: str, trees_model: bytes, model: Any, tmp_path: Path
) -> None:
    source = sources(trees_model, tmp_path)[name]
    loaded = load(source)
    if isinstance(source, (str, Path)):
        Path(source).write_bytes(b"\xff" * len(trees_model))
    elif not memoryview(source).readonly:
        raw = (ctypes.c_char * len(trees_model)).from_buffer(source)
        ctypes.memset(raw, 0xFF, len(trees_model))
    stream = loaded.stream()
    for window in WINDOWS:
        assert proba(loaded, window) == proba(model, window)
    stream.push(WINDOWS)
    assert stream.next()


def test_bytes_are_read_in_place(trees_model: bytes) -> None:
    before = sys.getrefcount(trees_model)
    loaded = load(trees_model)
    assert sys.getrefcount(trees_model) > before
    del loaded
    gc.collect()
    assert sys.getrefcount(trees_model) == before


@pytest.mark.parametrize("source", [5, 5.0, None, ["x"], object()])
def test_what_is_no_source_is_refused(source: Any) -> None:
    with pytest.raises(ValueError, match=r"path or a buffer, found " + type(source).__name__):
        load(source)


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.sense")
    (tmp_path / "empty.sense").write_bytes(b"")
    with pytest.raises(ValueError, match=r"empty.sense is truncated"):
        load(tmp_path / "empty.sense")


# ---- Lifetimes -----------------------------------------------------------------------------------


def test_owners_live_as_long_as_their_views() -> None:
    for _ in range(20):
        stream = load(trees_data()).stream()
        garbage = [bytes([i]) * 600 for i in range(50)]
        gc.collect()
        stream.push(WINDOWS[0])
        assert stream.next()
        del garbage


def trees_data() -> bytes:
    """A new bytes object each time."""
    return bytes(bytearray(MODEL))


MODEL = trees_model()


def test_nothing_leaks() -> None:
    data = trees_data()

    def use() -> None:
        model = load(data)
        stream = model.stream()
        stream.push(WINDOWS)
        while stream.next():
            pass
        for wrong in WRONG_ITEMS.values():
            with pytest.raises(ValueError, match="found"):
                model.predict(wrong)
        with pytest.raises(ValueError, match="damaged"):
            load(data[:-1] + bytes([data[-1] ^ 1]))

    use()
    gc.collect()
    buffers = [WINDOWS, data, *WRONG_ITEMS.values()]
    before = [sys.getrefcount(item) for item in buffers]
    objects = len(gc.get_objects())
    for _ in range(50):
        use()
    gc.collect()
    assert [sys.getrefcount(item) for item in buffers] == before
    assert len(gc.get_objects()) - objects < 50


def test_buffers_are_let_go(model: Any) -> None:
    """No view is held after a call: the buffer can grow again."""
    window, out = bytearray(32), bytearray(12)
    with memoryview(window) as view, memoryview(out) as target:
        model.predict_proba(view.cast("f"), target.cast("f"))
    window += b"grown"
    out += b"grown"
    block = array("f", [0.0] * 8)
    stream = model.stream()
    stream.push(block)
    while stream.next():
        pass
    block.append(1.0)


def test_cycles_are_collected(trees_model: bytes) -> None:
    model = load(trees_model)
    model.itself = model
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


# ---- The C modules themselves --------------------------------------------------------------------


def test_numbers_out_of_range_are_refused() -> None:
    data = MODEL
    sense: Any = _sense.open(data, 0, len(data))
    for index in (-1, 9, 2**31, 2**32, 2**64, -(2**64)):
        assert sense.number(index) == -5
        assert sense.step(index, 0) == -5
        assert sense.step(0, index) == -5
        assert sense.kind(index) == -5
        assert sense.label(index) == -5
    for wrong in (None, "0", 1.5):
        with pytest.raises(TypeError):
            sense.number(wrong)
    with pytest.raises(TypeError):
        sense.number()
    with pytest.raises(TypeError):
        sense.step(0)


@pytest.mark.parametrize(
    ("offset", "length"), [(-1, 4), (0, -1), (0, 10**6), (10**6, 0), (2**62, 2**62), (4, 2**63 - 1)]
)
def test_parts_outside_the_file_are_refused(offset: int, length: int) -> None:
    for module in (_sense, _trees):
        assert module.open(MODEL, offset, length) == -3


def test_open_takes_any_part_of_a_buffer() -> None:
    payload = convert_trees(forest()).payload
    row: Any = WINDOWS[0].ravel()
    results = set()
    for shift in range(9):
        out: Any = np.zeros(3, np.float32)
        opened: Any = _trees.open(bytes(shift) + payload + b"rest", shift, len(payload))
        assert opened.run(row, out) == 0
        results.add(out.tobytes())
    assert len(results) == 1


def test_types_can_not_be_made_or_changed() -> None:
    kind: Any = type(_sense.open(MODEL, 0, len(MODEL)))
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        kind.number = None


def test_the_module_survives_other_interpreters_and_reimport() -> None:
    """In a process of its own: import twice, with the modules dropped in between."""
    code = (
        "import sys, gc\n"
        "for _ in range(3):\n"
        "    import senselet\n"
        f"    model = senselet.load({MODEL!r})\n"
        "    model.stream()\n"
        "    for name in [n for n in sys.modules if n.startswith('senselet')]:\n"
        "        del sys.modules[name]\n"
        "    del senselet\n"
        "    gc.collect()\n"
        "    model.predict_proba(memoryview(bytes(32)).cast('f'))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_damage_is_told_with_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "watch.sense"
    path.write_bytes(MODEL[:-4])
    with pytest.raises(ValueError, match=r"watch\.sense is truncated"):
        load(path)
    path.write_bytes(with_crc(MODEL[:64] + b"none\0" + MODEL[69:]))
    with pytest.raises(ValueError, match=r"watch\.sense has a step of kind 'none'"):
        load(str(path))
