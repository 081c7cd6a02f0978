"""Make tests/golden/trees.vectors and tests/golden/sense.vectors.

Values come from scikit-learn in double precision, bits from the C core built for this machine. Run
it again only when the format or the definition of a result changes, with `senselet` installed:
``PYTHONPATH=tests python tests/golden/make_trees.py``.

Records of trees.vectors, by variant: 0 ``sl_trees_run`` with float32 features; 1
``sl_trees_run_i16`` with int16 features; 2 ``sl_trees_apply`` (bits and values are leaf numbers);
3 the classes by ``sl_trees_predict`` and ``sl_trees_decide`` of all targets. A record with a status
other than 0 is a payload that must be refused.

Records of sense.vectors: the payload is a whole file; its one case has no input, and as outputs the
9 numbers of the header, 5 of each step, and the length of each label. A record of variant 1 has
float32 samples as its input, and as outputs all windows' contents, one window after the other.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier
from support import apply_trees, open_trees, predict_trees, run_trees, trees_model, with_crc
from vectors import Record, write_vectors

from senselet.convert import Trees, convert_trees
from senselet.model_file import ModelFile, Step
from senselet.runtime import _sense

HERE = Path(__file__).resolve().parent
RUN, RUN_INT16, APPLY, PREDICT = range(4)
LENGTH, VERSION, CRC, RANGE, STRUCTURE, LAYOUT, MAGIC = -3, -2, -4, -5, -6, -7, -1

Rows = NDArray[Any]


def trees_of(estimator: Any) -> list[Any]:
    """Return scikit-learn's trees."""
    return [member.tree_ for member in getattr(estimator, "estimators_", [estimator])]


def values_of(estimator: Any, rows: Rows, votes: bool) -> tuple[Rows, Rows]:
    """Return scikit-learn's outputs and how far the core's may be from them."""
    trees = trees_of(estimator)
    if votes:
        classes = [np.argmax(tree.value[tree.apply(rows)][:, 0], axis=1) for tree in trees]
        n_classes = trees[0].value.shape[2]
        values = np.stack([np.eye(n_classes)[c] for c in classes]).mean(axis=0)
        return values, np.full(values.shape, 1e-6)
    if hasattr(estimator, "predict_proba"):
        proba = estimator.predict_proba(rows)
        values = np.hstack(proba) if isinstance(proba, list) else proba
        return values, np.full(values.shape, 1e-6)
    values = estimator.predict(rows).reshape(len(rows), -1)
    largest = np.max([np.abs(tree.value[:, :, 0]).max(axis=0) for tree in trees], axis=0)
    return values, np.broadcast_to(1e-6 * largest + 2.0**-149, values.shape)


def leaves_of(converted: Trees, estimator: Any, rows: Rows) -> Rows:
    """Return the leaves that the core reaches, which must be those that scikit-learn's trees do."""
    trees = open_trees(converted.payload)
    found: Any = np.zeros((len(rows), len(converted.leaf_nodes)), np.uint32)
    for row, target in zip(rows, found, strict=True):
        assert trees.apply(row, target) == 0
    expected = np.stack([tree.apply(rows) for tree in trees_of(estimator)], axis=1)
    assert np.array_equal(apply_trees(trees, converted, rows), expected)
    return np.asarray(found)


def records_of(name: str, estimator: Any, rows: Rows, **options: Any) -> list[Record]:
    """Return the records of one converted estimator."""
    rows = rows.astype(np.float32)
    converted = convert_trees(estimator, **options)
    trees = open_trees(converted.payload)
    values, tolerances = values_of(estimator, rows, options.get("leaves") == "votes")
    payload = converted.payload

    def record(variant: int, inputs: Rows, bits: Rows, values: Rows, tolerances: Rows) -> Record:
        assert (np.abs(bits_to_values(variant, bits) - values) <= tolerances).all(), name
        return Record(name, payload, 0, inputs, bits, values, np.array(tolerances), variant)

    bits = run_trees(trees, rows).view(np.uint32)
    records = [record(RUN, rows, bits, values, tolerances)]
    if options.get("inputs") == "int16":
        integers = rows.astype(np.int16)
        bits = run_trees(trees, integers).view(np.uint32)
        records.append(record(RUN_INT16, integers, bits, values, tolerances))
    leaves = leaves_of(converted, estimator, rows)
    records.append(record(APPLY, rows, leaves, leaves.astype(np.float64), np.zeros(leaves.shape)))
    if trees.targets():
        classes = predict_trees(trees, rows)
        zeros = np.zeros(classes.shape)
        # Ties aside, scikit-learn's: the property tests prove it.
        records.append(
            record(PREDICT, rows, classes.astype(np.uint32), classes.astype(np.float64), zeros)
        )
    return records


def bits_to_values(variant: int, bits: Rows) -> Rows:
    """Return output words as numbers."""
    floats = bits.view(np.float32) if variant in (RUN, RUN_INT16) else bits
    return np.asarray(floats.astype(np.float64))


def full_forest() -> tuple[Any, Rows]:
    """Return a forest without leaves near the roots, so that its top levels are walked blindly."""
    x, y = load_digits(return_X_y=True)
    estimator = RandomForestClassifier(2, max_depth=7, random_state=0).fit(x[10:], y[10:])
    return estimator, x[:5]


def distinct_leaves() -> Any:
    """Return a tree whose leaves differ and stand in the order of their lengths."""
    x = np.arange(6.0)[:, None] * np.ones(5)
    return DecisionTreeClassifier(max_depth=2, random_state=0).fit(x, [0, 0, 1, 1, 2, 0])


def trees_records() -> list[Record]:
    """Return the forests that run."""
    rng = np.random.default_rng(20261122)
    x = rng.normal(size=(150, 5)).astype(np.float32)
    y = np.argmax(x[:, :3] + 0.4 * rng.normal(size=(150, 3)), axis=1)
    rows = np.concatenate([x[:6], rng.normal(size=(6, 5)), np.zeros((1, 5)), -np.zeros((1, 5))])
    rows = np.concatenate([rows, np.full((1, 5), np.nan), np.full((1, 5), -1e-45)])
    integers = np.round(np.clip(x * 40, -128, 127))
    integer_rows = np.round(np.clip(rows[:14] * 40, -128, 127))
    integer_rows[13] = [-32768, 32767, -129, 128, 0]
    records = records_of("wide", RandomForestClassifier(5, random_state=0).fit(x, y), rows)
    few = RandomForestClassifier(7, max_depth=6, random_state=0).fit(integers, y)
    big = RandomForestClassifier(3, max_depth=6, random_state=0).fit(integers * 200, y)
    records += records_of("narrow", few, integer_rows, inputs="int16")
    records += records_of("narrow votes", few, integer_rows, inputs="int16", leaves="votes")
    records += records_of("wide votes", few, integer_rows, leaves="votes")
    records += records_of("wide integers", big, integer_rows, inputs="int16")
    deep = ExtraTreesClassifier(4, random_state=1).fit(integers, y)
    records += records_of("narrow, deep", deep, integer_rows, inputs="int16")
    full, full_rows = full_forest()
    records += records_of("top levels", full, full_rows, inputs="int16")
    records += records_of("top levels, votes", full, full_rows, inputs="int16", leaves="votes")
    gaps = np.where(rng.random(x.shape) < 0.3, np.nan, x).astype(np.float32)
    holes = np.where(rng.random(rows.shape) < 0.5, np.nan, rows)
    missing = RandomForestClassifier(5, random_state=0).fit(gaps, y)
    records += records_of("missing", missing, np.concatenate([rows, holes]))
    several = np.stack([y, y % 2, rng.integers(0, 4, 150)], axis=1)
    targets = RandomForestClassifier(3, max_depth=5, random_state=0).fit(x, several)
    records += records_of("three targets", targets, rows)
    for exponent in (0, -36, 36):
        values = x[:, :1] * 2 - x[:, 1:3]
        several_values = ExtraTreesRegressor(4, max_depth=4, random_state=0).fit(x, values)
        for tree in trees_of(several_values):
            tree.value[:] *= 10.0**exponent
        records += records_of(f"regression 1e{exponent}", several_values, rows)
    step = RandomForestRegressor(9, max_depth=4, random_state=0).fit(integers, x[:, 0])
    records += records_of("regression, int16", step, integer_rows, inputs="int16")
    classes = np.arange(150) % 75
    many = DecisionTreeClassifier(max_leaf_nodes=40, random_state=0).fit(x, classes)
    records += records_of("75 classes", many, rows)
    shallow = DecisionTreeClassifier(max_depth=2).fit(np.tile(x, (4, 1)), np.arange(600) % 300)
    records += records_of("300 classes", shallow, rows[:2])
    records += records_of("distinct leaves", distinct_leaves(), rows[:3])
    records += records_of("one class", RandomForestClassifier(2).fit(x, np.zeros(150)), rows[:3])
    single = RandomForestRegressor(2, max_depth=1, min_samples_leaf=90).fit(x, -x[:, 0])
    records += records_of("single leaves", single, rows[:3])
    return records


def patched(payload: bytes, offset: int, item: str, value: int) -> bytes:
    """Return the payload with one number changed."""
    packed = struct.pack("<" + item, value)
    return payload[:offset] + packed + payload[offset + len(packed) :]


def refused_trees() -> list[Record]:
    """Return payloads that must be refused."""
    rng = np.random.default_rng(1)
    x = np.round(rng.normal(size=(80, 4)) * 30)
    y = rng.integers(0, 3, 80)
    estimator = RandomForestClassifier(2, max_depth=5, random_state=0).fit(x, y)
    wide = convert_trees(estimator).payload
    narrow = convert_trees(estimator, inputs="int16").payload
    values = convert_trees(RandomForestRegressor(2, max_depth=2).fit(x, x[:, 0])).payload
    assert wide[1] == 1
    assert wide[7] == 1
    assert narrow[1] == 0
    nodes = 40 + 4 + 2 * 8  # header, groups, roots
    narrow_nodes = 40 + 4 + 4
    link, top = nodes + 4, narrow_nodes
    first = struct.unpack_from("<I", wide, link)[0]
    rows = [
        ("empty", b"", LENGTH),
        ("half a header", wide[:20], LENGTH),
        ("a byte short", wide[:-1], LENGTH),
        ("a word short", wide[:-4], LENGTH),
        ("a word more", wide + bytes(4), LENGTH),
        ("version 0", patched(wide, 0, "B", 0), VERSION),
        ("version 2", patched(wide, 0, "B", 2), VERSION),
        ("layout 2", patched(wide, 1, "B", 2), LAYOUT),
        ("domain 2", patched(wide, 2, "B", 2), LAYOUT),
        ("leaves 3", patched(wide, 3, "B", 3), LAYOUT),
        ("top levels 3", patched(narrow, 4, "B", 3), LAYOUT),
        ("entry size 3", patched(wide, 5, "B", 3), LAYOUT),
        ("record size 3", patched(wide, 6, "B", 3), LAYOUT),
        ("missing 2", patched(wide, 7, "B", 2), RANGE),
        ("no trees", patched(wide, 8, "H", 0), RANGE),
        ("1001 trees", patched(wide, 8, "H", 1001), RANGE),
        ("no targets", patched(wide, 10, "H", 0), RANGE),
        ("more targets than outputs", patched(wide, 10, "H", 4), RANGE),
        ("no features", patched(wide, 12, "H", 0), RANGE),
        ("4097 features", patched(wide, 12, "H", 4097), RANGE),
        ("65 narrow features", patched(narrow, 12, "H", 65), RANGE),
        ("fewer features than used", patched(wide, 12, "H", 1), STRUCTURE),
        ("no outputs", patched(wide, 14, "H", 0), RANGE),
        ("no nodes", patched(wide, 16, "I", 0), RANGE),
        ("2^32 - 1 nodes", patched(wide, 16, "I", 2**32 - 1), LENGTH),
        ("2^29 nodes", patched(wide, 16, "I", 2**29), LENGTH),
        ("no leaves", patched(wide, 20, "I", 0), RANGE),
        ("2^32 - 1 leaves", patched(wide, 20, "I", 2**32 - 1), LENGTH),
        ("no records", patched(wide, 24, "I", 0), RANGE),
        ("2^32 - 1 records", patched(wide, 24, "I", 2**32 - 1), STRUCTURE),
        ("2^32 - 1 entries", patched(wide, 28, "I", 2**32 - 1), LENGTH),
        ("2^32 - 1 values", patched(wide, 32, "I", 2**32 - 1), LENGTH),
        ("2^32 - 1 regression records", patched(values, 24, "I", 2**32 - 1), LENGTH),
        ("no entries in a record", patched(wide, 36, "H", 0), RANGE),
        ("reserved", patched(wide, 38, "H", 1), RANGE),
        ("an empty target", patched(wide, 40, "H", 0), STRUCTURE),
        ("a class more", patched(wide, 40, "H", 4), STRUCTURE),
        ("first root at 1", patched(wide, 44, "I", 1), STRUCTURE),
        ("second root before", patched(wide, 52, "I", 0), STRUCTURE),
        ("second root behind all", patched(wide, 52, "I", 2**32 - 1), STRUCTURE),
        ("leaves behind all", patched(wide, 56, "I", 2**32 - 1), STRUCTURE),
        ("narrow root behind all", patched(narrow, 46, "H", 65535), STRUCTURE),
        ("a link beyond the tree", patched(wide, link, "I", first | 0x1FFFF), STRUCTURE),
        ("a leaf that is not there", patched(wide, link, "I", 0xC001FFFF), STRUCTURE),
        ("a feature that is not there", patched(wide, link, "I", first | 4095 << 17), STRUCTURE),
        ("missing values unannounced", patched(wide, 7, "B", 0), STRUCTURE),
        ("a narrow link beyond", patched(narrow, top, "I", 0xFF), STRUCTURE),
        ("a narrow leaf not there", patched(narrow, top, "I", 0x1FF | 0xFF << 9), STRUCTURE),
        ("a narrow feature not there", patched(narrow, top, "I", 63 << 18), STRUCTURE),
        ("a leaf's value above 1", patched(wide, len(wide) - 4, "I", 2**30 + 1), RANGE),
        ("a value out of range", patched(values, len(values) - 4, "i", 2**30), RANGE),
        ("an exponent of 128", patched(values, tables_at(values), "h", 128), RANGE),
    ]  # fmt: skip
    padded = convert_trees(full_forest()[0], inputs="int16", leaves="votes").payload
    assert padded[1] == 0
    assert padded[4] == 4
    n_padded = struct.unpack_from("<I", padded, 16)[0]
    for node in (1, 2, 3):
        word = struct.unpack_from("<I", padded, top + 4 * node)[0]
        assert node < n_padded
        below = patched(padded, top + 4 * node, "I", word | 0x100)
        rows.append((f"a leaf at the top, level {node}", below, STRUCTURE))
    # 2 x 2^31 entries are 0 in 32 bits.
    first_at = tables_at(wide, 2)
    wrapped = patched(wide, 24, "I", struct.unpack_from("<I", wide, 24)[0] + 2**31)
    for i in range(1, struct.unpack_from("<H", wide, 36)[0]):
        ends = struct.unpack_from("<I", wide, first_at + 4 * i)[0]
        wrapped = patched(wrapped, first_at + 4 * i, "I", ends + 2**31)
    rows.append(("entries that wrap around", wrapped, STRUCTURE))
    distinct = convert_trees(distinct_leaves()).payload
    assert distinct[6] == 0
    n_leaves = struct.unpack_from("<I", distinct, 20)[0]
    rows.append(("more leaves than records", patched(distinct, 20, "I", n_leaves + 1), STRUCTURE))
    # The last node of the file has no next one to go on to.
    n_nodes = struct.unpack_from("<I", wide, 16)[0]
    last = nodes + 8 * (n_nodes - 1) + 4
    rows.append(("no child behind the last", patched(wide, last, "I", 0), STRUCTURE))
    return [Record(name, payload, status) for name, payload, status in rows]


def tables_at(payload: bytes, group_bytes: int = 0) -> int:
    """Return where the tables of the leaves lie in a wide payload."""
    n_trees, _, _, _, n_nodes, n_leaves = struct.unpack_from("<HHHHII", payload, 8)
    at = 40 + group_bytes + -group_bytes % 4 + 8 * n_trees + 8 * n_nodes + payload[6] * n_leaves
    return int(at + -at % 4)


def numbers_of(data: bytes) -> list[int]:
    """Return what sense.vectors holds of a file."""
    sense: Any = _sense.open(data, 0, len(data))
    numbers = [sense.number(i) for i in range(9)]
    for step in range(numbers[6]):
        numbers += [sense.step(step, i) for i in range(5)]
    return numbers + [len(sense.label(i).encode()) for i in range(numbers[7])]


def sense_records() -> list[Record]:
    """Return whole files: good ones with their numbers, and bad ones."""
    good = trees_model()
    no_labels = trees_model(labels=[], text={})
    two = ModelFile(
        12.5, 3, 2, 2, [Step("other_kind_00016", bytes(7), 6, 5), Step("k", b"", 5, 65535)],
        sample_type="int16", scale=1 / 16384,
    ).to_bytes()  # fmt: skip
    beside = ModelFile(
        16000, 5, 5, 1,
        [Step("filter", b"f", 5, 8), Step("a", b"", 8, 3), Step("b", b"bb", 8, 1, beside=True),
         Step("c", b"", 8, 2, beside=True), Step("last", b"", 6, 2), ],
    ).to_bytes()  # fmt: skip
    empty_labels = trees_model(labels=["", "", "x" * 255])
    records = []
    for name, data in (
        ("labels and text", good),
        ("no labels", no_labels),
        ("two unknown steps", two),
        ("empty labels", empty_labels),
        ("steps beside each other", beside),
        ("version 2 without need", with_crc(patched(good, 4, "H", 2))),
    ):
        numbers = np.array([numbers_of(data)], np.uint32)
        floats = numbers.astype(np.float64)
        no_input = np.zeros((1, 0), np.float32)
        records.append(Record(name, data, 0, no_input, numbers, floats, np.zeros(floats.shape)))

    def forged(offset: int, item: str, value: int, data: bytes = good) -> bytes:
        return with_crc(patched(data, offset, item, value))

    labels_at = struct.unpack_from("<I", good, 44)[0]
    text_at = struct.unpack_from("<I", good, 52)[0]
    rows = [
        ("empty", b"", LENGTH),
        ("63 bytes", good[:63], LENGTH),
        ("a word short", with_crc(good[:-4]), LENGTH),
        ("a word more", with_crc(good + bytes(4)), LENGTH),
        ("another file", b"\x7fELF" + good[4:], MAGIC),
        ("version 0", forged(4, "H", 0), VERSION),
        ("version 3", forged(4, "H", 3), VERSION),
        ("header of 60 bytes", forged(6, "H", 60), VERSION),
        ("length 2^32 - 4", forged(8, "I", 2**32 - 4), LENGTH),
        ("a flipped bit", patched(good, 100, "B", good[100] ^ 1), CRC),
        ("scale 0", forged(20, "I", 0), RANGE),
        ("scale infinite", forged(20, "I", 0x7F800000), RANGE),
        ("scale NaN", forged(20, "I", 0x7FC00000), RANGE),
        ("scale negative", forged(20, "I", 0xBF800000), RANGE),
        ("window 0", forged(24, "I", 0), RANGE),
        ("window 2^31", forged(24, "I", 2**31), RANGE),
        ("window 5", forged(24, "I", 5), STRUCTURE),
        ("hop 0", forged(28, "I", 0), RANGE),
        ("hop 5", forged(28, "I", 5), RANGE),
        ("no channels", forged(32, "H", 0), RANGE),
        ("3 channels", forged(32, "H", 3), STRUCTURE),
        ("sample type 2", forged(34, "B", 2), RANGE),
        ("reserved", forged(35, "B", 1), RANGE),
        ("no steps", forged(36, "H", 0), RANGE),
        ("65535 steps", forged(36, "H", 65535), LENGTH),
        ("2 steps", forged(36, "H", 2), STRUCTURE),
        ("2 labels for 3 outputs", forged(38, "H", 2), STRUCTURE),
        ("no outputs", forged(40, "I", 0), RANGE),
        ("65536 outputs", forged(40, "I", 65536), RANGE),
        ("4 outputs", forged(40, "I", 4), STRUCTURE),
        ("labels outside", forged(44, "I", 2**32 - 4), STRUCTURE),
        ("labels too long", forged(48, "I", 2**32 - 1), STRUCTURE),
        ("labels too short", forged(48, "I", 4), STRUCTURE),
        ("no label bytes", forged(48, "I", 0), STRUCTURE),
        ("text outside", forged(52, "I", len(good) + 1), STRUCTURE),
        ("text too long", forged(56, "I", 2**32 - 1), STRUCTURE),
        ("reserved 2", forged(60, "I", 1), RANGE),
        ("beside none", with_crc(patched(forged(91, "B", 0x80), 4, "H", 2)), STRUCTURE),
        ("beside in version 1", forged(4, "H", 1, beside), STRUCTURE),
        ("beside takes others", forged(64 + 2 * 32 + 24, "B", 5, beside), STRUCTURE),
        ("the last beside", forged(64 + 4 * 32 + 27, "B", 0x80, beside), STRUCTURE),
        ("one beside less", forged(64 + 2 * 32 + 27, "B", 0, beside), STRUCTURE),
        ("2^31 values beside", forged(64 + 32 + 28, "I", 2**31 - 3, beside), STRUCTURE),
        ("2^32 values beside", forged(64 + 32 + 28, "I", 2**32 - 3, beside), STRUCTURE),
        ("kind empty", forged(64, "B", 0), STRUCTURE),
        ("kind Trees", forged(64, "B", ord("T")), STRUCTURE),
        ("kind ../es", forged(64, "H", 0x2E2E), STRUCTURE),
        ("kind tr ends twice", forged(66, "B", 0), STRUCTURE),
        ("payload at 1", forged(80, "I", 97), STRUCTURE),
        ("payload outside", forged(80, "I", 2**32 - 4), STRUCTURE),
        ("payload too long", forged(84, "I", 2**32 - 4), STRUCTURE),
        ("inputs 7", forged(88, "I", 7), STRUCTURE),
        ("outputs 0", forged(92, "I", 0), STRUCTURE),
        ("label with a lone byte", forged(labels_at + 1, "B", 0x80), STRUCTURE),
        ("label with a short byte", forged(labels_at + 1, "H", 0x80C1), STRUCTURE),
        ("label with a surrogate", forged(labels_at + 2, "I", 0x73A0A0ED), STRUCTURE),
        ("label cut in a character", forged(labels_at + 4, "B", 0xC3), STRUCTURE),
        ("text with 0xFF", forged(text_at, "B", 0xFF), STRUCTURE),
        ("text of 5 bytes a character", forged(text_at, "B", 0xF8), STRUCTURE),
        ("text above U+10FFFF", forged(text_at, "I", 0x808090F4), STRUCTURE),
    ]
    # No labels: nothing else tells that the last step's outputs are not the header's.
    rows.append(("5 outputs", forged(40, "I", 5, no_labels), STRUCTURE))
    # A label ends inside a character, whose next byte would be the length of the next label.
    cut = trees_model(labels=["abc", "x" * 0xA9, "z"])
    cut_at = struct.unpack_from("<I", cut, 44)[0] + 3
    rows.append(("label cut before a length", forged(cut_at, "B", 0xC3, cut), STRUCTURE))
    rows.append(("text ends in a character", unended_text(), STRUCTURE))
    records += [Record(name, data, status) for name, data, status in rows]
    return records + [
        window_record(*row) for row in ((4, 2, 2, 1.0), (5, 5, 1, 0.5), (7, 1, 3, 3.3))
    ]


def unended_text() -> bytes:
    """Return a file whose text ends inside a character, with the file."""
    data = trees_model(text={"a": "bc"})
    offset, length = struct.unpack_from("<II", data, 52)
    fill = -(offset + length) % 4 or 4
    data = trees_model(text={"a": "bc" + "d" * fill})
    assert sum(struct.unpack_from("<II", data, 52)) == len(data)
    return with_crc(data[:-1] + b"\xc3")


def window_record(window: int, hop: int, channels: int, scale: float) -> Record:
    """Return samples and the windows that they become."""
    step = Step("none", b"", window * channels, 1)
    data = ModelFile(1, window, hop, channels, [step], scale=scale).to_bytes()
    rng = np.random.default_rng(window)
    samples = rng.normal(size=(40, channels)).astype(np.float32)
    samples[3, 0] = np.float32(1e-45)
    samples[5, 0] = np.float32(-0.0)
    starts = range(0, len(samples) - window + 1, hop)
    scaled = samples * np.float32(scale)
    exact = np.stack([samples[i : i + window].ravel() for i in starts]).astype(np.float64)
    exact *= np.float64(np.float32(scale))
    bits = np.stack([scaled[i : i + window].ravel() for i in starts]).view(np.uint32)
    tolerances = np.abs(exact) * 2.0**-23 + 2.0**-149
    row = samples.reshape(1, -1)
    flat = (bits.reshape(1, -1), exact.reshape(1, -1), tolerances.reshape(1, -1))
    return Record(f"windows {window} {hop} {channels}", data, 0, row, *flat, variant=1)


def main() -> None:
    """Write the vectors."""
    for name, records in (
        ("trees", trees_records() + refused_trees()),
        ("sense", sense_records()),
    ):
        path = HERE / f"{name}.vectors"
        write_vectors(path, records)
        print(f"{path.name}: {len(records)} records, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
