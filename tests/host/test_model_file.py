"""The .sense file: what is written can be read, and no damage does harm."""

from __future__ import annotations

import math
import re
import struct
import zlib
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier
from support import LABELS, model_of, trees_model, with_crc

import senselet
from senselet.convert import convert_trees
from senselet.model_file import ModelFile, ModelFileError, Step, write_atomically
from senselet.runtime import _sense, _trees

load: Any = senselet.load
FORMAT = Path(__file__).resolve().parents[2] / "docs" / "FORMAT.md"
STEP = Step("none", b"abcde", 6, 2)


def opened(data: bytes) -> Any:
    sense = _sense.open(data, 0, len(data))
    assert not isinstance(sense, int), f"refused with status {sense}"
    return sense


# ---- Writing and reading -------------------------------------------------------------------------


@given(
    st.tuples(st.integers(1, 50), st.integers(1, 5), st.integers(0, 49)),
    st.lists(st.tuples(st.from_regex("[a-z0-9_]{1,16}", fullmatch=True), st.binary(max_size=40))),
    st.lists(st.text(max_size=60), min_size=1, max_size=9),
    st.floats(0.001, 4294967.0) | st.just(0.0),
    st.floats(2.0**-149, 3.4028234663852886e38, width=32),
    st.sampled_from(["float32", "int16"]),
    st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers(-9, 9) | st.booleans()),
)
def test_what_is_written_is_read(
    shape: tuple[int, int, int],
    steps: list[tuple[str, bytes]],
    labels: list[str],
    rate: float,
    scale: float,
    sample_type: Any,
    text: dict[str, Any],
) -> None:
    window, channels, shorter = shape
    hop = max(window - shorter, 1)
    n = window * channels
    chain = [Step(kind, payload, n, n) for kind, payload in steps]
    chain.append(Step("last_one", b"", n, len(labels)))
    data = ModelFile(
        rate, window, hop, channels, chain, labels, sample_type, scale, text
    ).to_bytes()
    sense = opened(data)
    scale_bits = int.from_bytes(struct.pack("<f", scale), "little")
    numbers = [sense.number(i) for i in range(9)]
    expected = [round(rate * 1000), scale_bits, window, hop, channels, sample_type == "int16"]
    assert numbers == [*expected, len(chain), len(labels), len(labels)]
    for i, step in enumerate(chain):
        offset, length, inputs, outputs = (sense.step(i, field) for field in range(4))
        assert offset % 4 == 0
        assert data[offset : offset + length] == step.payload
        assert (sense.kind(i), inputs, outputs) == (step.kind, step.inputs, step.outputs)
    assert [sense.label(i) for i in range(len(labels))] == labels
    assert sense.text() == tomli_w.dumps(text)


@given(
    st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=4), max_size=4), st.integers(1, 40)
)
def test_steps_beside_each_other_are_read(groups: list[list[int]], last: int) -> None:
    """Each takes what the group before gave; version 2 only where it is needed."""
    steps, given_values = [], 6
    for outputs in groups:
        steps += [
            Step(f"k{i}", bytes(i), given_values, count, beside=i > 0)
            for i, count in enumerate(outputs)
        ]
        given_values = sum(outputs)
    steps.append(Step("last", b"", given_values, last))
    data = ModelFile(50, 3, 3, 2, steps).to_bytes()
    needed = any(len(outputs) > 1 for outputs in groups)
    assert struct.unpack_from("<H", data, 4)[0] == (2 if needed else 1)
    sense = opened(data)
    for i, step in enumerate(steps):
        found = (sense.kind(i), sense.step(i, 2), sense.step(i, 3), sense.step(i, 4))
        assert found == (step.kind, step.inputs, step.outputs, step.beside)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": []}, "at least one step"),
        ({"window": 0}, "window 0"),
        ({"hop": 0}, "hop 0"),
        ({"hop": 4}, "hop 4"),
        ({"channels": 0}, "0 channels"),
        ({"window": 2**24, "channels": 2}, "16777216"),
        ({"window": 1, "hop": 1, "channels": 65536}, "65536 channels"),
        ({"rate": -1}, "rate is -1"),
        ({"rate": 1e-4}, "rate is 0.0001"),
        ({"rate": 4294968}, "rate is 4294968"),
        ({"rate": math.nan}, "rate is nan"),
        ({"scale": 0.0}, "scale is 0"),
        ({"scale": -1.0}, "scale is -1"),
        ({"scale": 1e39}, r"scale is 1e\+39"),
        ({"scale": 1e-46}, "scale is 1e-46"),
        ({"scale": math.inf}, "scale is inf"),
        ({"scale": math.nan}, "scale is nan"),
        ({"sample_type": "int8"}, "'int8'"),
        ({"steps": [Step("none", b"", 5, 2)]}, "takes 5 values, but is given 6"),
        ({"steps": [STEP, Step("none", b"", 3, 2)]}, "takes 3 values, but is given 2"),
        ({"steps": [Step("Trees", b"", 6, 2)]}, "'Trees'"),
        ({"steps": [Step("", b"", 6, 2)]}, "''"),
        ({"steps": [Step("a" * 17, b"", 6, 2)]}, "'a{17}'"),
        ({"steps": [Step("../x", b"", 6, 2)]}, "'../x'"),
        ({"steps": [Step("none", b"", 6, 0)]}, "gives 0 values"),
        ({"steps": [Step("none", b"", 6, 65536)]}, "65536 outputs"),
        ({"steps": [Step("none", b"", 6, 2, beside=True)]}, "'none' has none before it"),
        ({"steps": [STEP, Step("none", b"", 6, 2, beside=True)]}, "'none' is the last"),
        (
            {"steps": [STEP, Step("b", b"", 2, 2, beside=True), Step("last", b"", 4, 2)]},
            "'b' takes 2 values, but is given 6",
        ),
        (
            {"steps": [STEP, Step("b", b"", 6, 2, beside=True), Step("last", b"", 2, 2)]},
            "'last' takes 2 values, but is given 4",
        ),
        (
            {"steps": [STEP, Step("b", b"", 6, 2**31 - 2, beside=True), Step("c", b"", 2**31, 2)]},
            "'b' gives 2147483646 values",
        ),
        ({"labels": ["a"]}, "1 labels for 2 outputs"),
        ({"labels": ["a", "b" * 256]}, "more than 255 bytes"),
        ({"labels": ["a", "\ud800"]}, "UTF-8"),
    ],
)
def test_what_can_not_be_read_is_not_written(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"rate": 50, "window": 3, "hop": 2, "channels": 2, "steps": [STEP]}
    with pytest.raises(ModelFileError, match=message):
        ModelFile(**(arguments | changes)).to_bytes()


def test_saving_replaces_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.sense"
    model = ModelFile(50, 3, 2, 2, [STEP])
    path.write_bytes(b"old")
    assert model.save(path) == len(path.read_bytes())
    assert path.read_bytes() == model.to_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["x.sense"]
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


# ---- Damage --------------------------------------------------------------------------------------


def run_if_it_loads(data: bytes) -> bool:
    """Load and run a damaged model; ValueError is the only exception that it may raise."""
    try:
        model = load(data)
        n = model.window * model.channels
        if n > 10**6:
            return True
        rows = [array("f", bytes(4 * n)), array("f", [float(i % 255 - 128) for i in range(n)])]
        rows.append(array("f", [math.nan] * n))
        rows.append(array("f", [(-1.0) ** i * 3.4e38 for i in range(n)]))
        for row in rows:
            try:
                out = model.predict_proba(row)
            except ValueError:  # integers only
                continue
            assert len(out) == model.outputs
            model.predict(row)
        stream = model.stream()
        stream.push(rows[1])
        while stream.next():
            assert len(stream.probabilities) == model.outputs
        assert isinstance(model.text, str)
    except ValueError:
        return False
    return True


def test_every_truncation_is_refused(trees_model: bytes) -> None:
    for length in range(len(trees_model)):
        with pytest.raises(ValueError, match="truncated"):
            load(trees_model[:length])
    with pytest.raises(ValueError, match="truncated, or longer"):
        load(trees_model + b"\0\0\0\0")
    for length in range(16, len(trees_model), 4):
        short = trees_model[:8] + struct.pack("<I", length) + trees_model[12:length]
        assert not run_if_it_loads(with_crc(short))


def test_every_flipped_bit_is_refused(trees_model: bytes) -> None:
    flipped = bytearray(trees_model)
    for bit in range(8 * len(trees_model)):
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match="the model "):
            load(bytes(flipped))
        flipped[bit // 8] ^= 1 << bit % 8


def small_models() -> dict[str, bytes]:
    """One small file for each kind of node and leaf."""
    rng = np.random.default_rng(3)
    x = np.round(rng.normal(size=(60, 3)) * 40)
    y = rng.integers(0, 3, 60)
    few = RandomForestClassifier(2, max_depth=3, random_state=0).fit(x, y)
    deep = RandomForestClassifier(1, max_depth=6, random_state=0).fit(x, y)
    values = RandomForestRegressor(2, max_depth=2, random_state=0).fit(x, x[:, :2])
    both = DecisionTreeClassifier(max_depth=2).fit(x, np.stack([y, y % 2], axis=1))
    return {
        "wide": model_of(convert_trees(few), labels=LABELS).to_bytes(),
        "wide votes": model_of(convert_trees(few, leaves="votes")).to_bytes(),
        "narrow": model_of(convert_trees(deep, inputs="int16")).to_bytes(),
        "narrow votes": model_of(convert_trees(deep, inputs="int16", leaves="votes")).to_bytes(),
        "wide integers": model_of(
            convert_trees(DecisionTreeClassifier(max_depth=2).fit(x * 99, y), inputs="int16")
        ).to_bytes(),
        "values": model_of(convert_trees(values)).to_bytes(),
        "two targets": model_of(convert_trees(both)).to_bytes(),
    }


@pytest.fixture(scope="module")
def models() -> dict[str, bytes]:
    return small_models()


MODEL_NAMES = sorted(small_models())


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_flipped_bits_behind_a_good_checksum_do_no_harm(
    name: str, models: dict[str, bytes]
) -> None:
    data = models[name]
    assert run_if_it_loads(data)
    flipped = bytearray(data)
    loaded = 0
    for bit in range(8 * 16, 8 * len(data)):
        flipped[bit // 8] ^= 1 << bit % 8
        loaded += run_if_it_loads(with_crc(bytes(flipped)))
        flipped[bit // 8] ^= 1 << bit % 8
    assert loaded > 0  # a threshold's bits, at least


@given(
    st.sampled_from(MODEL_NAMES),
    st.lists(
        st.tuples(
            st.floats(0, 1, exclude_max=True),
            st.sampled_from([0, 1, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 0x1FFFF, 0xC0000000])
            | st.integers(0, 2**32 - 1),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_forged_words_do_no_harm(name: str, words: list[tuple[float, int]]) -> None:
    """Counts too large, links that point outside, and whatever else a word can mean."""
    data = bytearray(MODELS[name])
    for place, word in words:
        at = 16 + 4 * int(place * (len(data) - 16) / 4)
        data[at : at + 4] = struct.pack("<I", word)
    run_if_it_loads(with_crc(bytes(data)))


MODELS = small_models()


def payload_at(data: bytes) -> tuple[int, int]:
    sense = opened(data)
    return sense.step(0, 0), sense.step(0, 1)


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_forged_links_never_lead_out_of_the_tree(name: str, models: dict[str, bytes]) -> None:
    """Every node gets every extreme link. None can point backward: a link is an offset from the
    next node on, and has no sign; so whatever is accepted ends."""
    data = models[name]
    offset, length = payload_at(data)
    payload = data[offset : offset + length]
    narrow = payload[1] == 0
    n_trees, n_groups, n_inputs = struct.unpack_from("<HHH", payload, 8)
    n_nodes = struct.unpack_from("<I", payload, 16)[0]
    first = (
        40 + (2 * n_groups + 3) // 4 * 4 + ((2 * n_trees + 3) // 4 * 4 if narrow else 8 * n_trees)
    )
    step, link, highest = (4, 0, 0xFF) if narrow else (8, 4, 0x1FFFF)
    rows = [array("f", [value] * n_inputs) for value in (-128.0, 0.0, 127.0)]
    for node in range(n_nodes):
        at = first + step * node + link
        for link_value in (0, 1, 2, n_nodes - node - 1, n_nodes - node, n_nodes, highest):
            forged = bytearray(payload)
            word = struct.unpack_from("<I", payload, at)[0]
            for flags in (word & ~highest, word & ~highest & 0x3FFC0000):
                forged[at : at + 4] = struct.pack("<I", flags | link_value)
                trees = _trees.open(bytes(forged), 0, len(forged))
                if isinstance(trees, int):
                    assert trees == -6
                    continue
                leaves = array("I", bytes(4 * n_trees))
                for row in rows:
                    assert trees.apply(row, leaves) == 0
                    assert max(leaves) < 2 * n_nodes


@pytest.mark.parametrize("version", [0, 3, 255, 65535])
def test_other_versions_are_refused(version: int, trees_model: bytes) -> None:
    forged = trees_model[:4] + struct.pack("<H", version) + trees_model[6:]
    with pytest.raises(ValueError, match="version that this Senselet does not know"):
        load(with_crc(forged))


@pytest.mark.parametrize("kind", ["none", "sense", "_init__", "0", "a" * 16])
def test_unknown_kinds_are_refused_by_name(kind: str, trees_model: bytes) -> None:
    forged = trees_model[:64] + kind.encode().ljust(16, b"\0") + trees_model[80:]
    with pytest.raises(ValueError, match=f"kind '{kind}'.*no module.*_{kind} here"):
        load(with_crc(forged))


def test_steps_that_do_not_fit_together_are_refused(trees_model: bytes) -> None:
    step = Step("trees", convert_trees(small_forest()).payload, 3, 3)
    chained = bytearray(ModelFile(50, 1, 1, 3, [step, step]).to_bytes())
    assert run_if_it_loads(bytes(chained))
    chained[64 + 32 + 24 : 64 + 32 + 28] = struct.pack("<I", 4)
    with pytest.raises(ValueError, match="contradict"):
        load(with_crc(bytes(chained)))
    # The table agrees with itself, but not with the payload.
    for inputs, outputs in ((4, 3), (3, 2), (3, 4)):
        wrong = Step("trees", step.payload, inputs, outputs)
        with pytest.raises(ValueError, match="other sizes inside"):
            load(ModelFile(50, 1, 1, inputs, [wrong]).to_bytes())
    assert trees_model


def small_forest() -> Any:
    x = np.arange(12.0).reshape(4, 3)
    return RandomForestClassifier(2, random_state=0).fit(x, [0, 1, 2, 0])


@pytest.mark.parametrize(
    "bad",
    [
        b"\x80", b"\xc0\x80", b"\xc1\xbf", b"\xe0\x80\x80", b"\xe0\x9f\xbf", b"\xed\xa0\x80",
        b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5",
        b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x9a", b"a\xc3(",
    ],
)  # fmt: skip
def test_bad_utf8_is_refused(bad: bytes) -> None:
    """In a label as in the text, just what Python's decoder refuses."""
    with pytest.raises(UnicodeDecodeError):
        bad.decode()
    stand_in = "x" * len(bad)
    for model in (
        trees_model(labels=["a", stand_in, "c"], text={}),
        trees_model(labels=[], text={"a": stand_in}),
    ):
        forged = model.replace(stand_in.encode(), bad) if len(bad) > 1 else None
        if forged is None:
            at = model.rindex(b"x")
            forged = model[:at] + bad + model[at + 1 :]
        assert len(forged) == len(model)
        with pytest.raises(ValueError, match="contradict"):
            load(with_crc(forged))


@given(st.binary(max_size=40))
def test_utf8_is_checked_as_python_does(data: bytes) -> None:
    model = ModelFile(50, 3, 2, 2, [STEP], text={"a": "x" * len(data)}).to_bytes()
    at = model.rindex(b'"' + b"x" * len(data) + b'"') + 1
    forged = with_crc(model[:at] + data + model[at + len(data) :])
    try:
        data.decode()
        good = True
    except UnicodeDecodeError:
        good = False
    assert isinstance(_sense.open(forged, 0, len(forged)), int) != good


# ---- The specification's example -----------------------------------------------------------------


def example() -> ModelFile:
    """The model that docs/FORMAT.md dumps."""
    tree = DecisionTreeClassifier().fit([[0.0, 0.0], [0.0, 1.0]], [0, 1])
    converted = convert_trees(tree)
    text = {"sensor": {"kind": "accelerometer", "channels": ["x", "y"], "unit": "g"}}
    return model_of(converted, labels=["rest", "walk"], text=text)


def test_the_example_of_the_specification_is_right() -> None:
    dump = re.findall(r"^    ([0-9a-f]{4})  ((?:[0-9a-f]{2} ?)+)", FORMAT.read_text(), re.M)
    data = b""
    for offset, line in dump:
        assert int(offset, 16) == len(data)
        data += bytes.fromhex(line)
    assert data == example().to_bytes()
    assert struct.unpack_from("<I", data, 12)[0] == zlib.crc32(data[16:])
    model = load(data)
    assert model.predict(array("f", [0.0, 0.5])) == "rest"
    assert model.predict(array("f", [0.0, 0.6])) == "walk"
