"""scikit-learn's trees and forests to the payload of the step kind ``trees``.

The layout of the payload is specified in docs/FORMAT.md; ``core/models/trees.c`` reads it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Leaves = Literal["probabilities", "votes"]
Inputs = Literal["float32", "int16"]

NARROW, WIDE = 0, 1
FLOATS, INTEGERS = 0, 1
VOTES, DISTRIBUTIONS, VALUES = 0, 1, 2

MAX_TREES = 1000
MAX_FEATURES = 4096
MAX_OUTPUTS = 65535
# Narrow trees have no leaf in this many levels, which saves looking for one: chains of nodes whose
# two ways lead to one place lengthen short branches (digits, depth 8: 2.6 % more nodes).
TOP_LEVELS = 4


class ConvertError(ValueError):
    """An estimator, or an option for it, that can't be converted; says what and why."""


@dataclass
class Trees:
    """A converted forest.

    Attributes
    ----------
    payload
        The bytes of the step.
    inputs, outputs
        Number of features, and of probabilities or regression values.
    n_nodes, n_leaves
        Decision nodes, and distinct leaf contents.
    leaf_nodes
        For each tree: {leaf as `sl_trees_apply` numbers it: node of scikit-learn's tree}.
    classes
        The classes of each target; empty for regression.
    """

    payload: bytes
    inputs: int
    outputs: int
    n_nodes: int
    n_leaves: int
    leaf_nodes: list[dict[int, int]]
    classes: list[NDArray[Any]]


@dataclass
class _Node:
    """A decision node in the order of the payload."""

    feature: int
    threshold: float
    missing_left: bool
    left_leaf: int = -1  # number of the leaf in the tree, or -1
    right_leaf: int = -1
    right: int = -1  # index of the right child, where it is no leaf
    left_source: int = -1  # scikit-learn's node, where the left is a leaf
    right_source: int = -1


@dataclass
class _Tree:
    nodes: list[_Node] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)  # scikit-learn's node of each leaf


def convert_trees(
    estimator: Any,
    *,
    leaves: Leaves = "probabilities",
    inputs: Inputs = "float32",
    leaf_steps: int | None = None,
) -> Trees:
    """Convert a fitted tree or forest of scikit-learn.

    Parameters
    ----------
    estimator
        A fitted DecisionTree, ExtraTree, RandomForest or ExtraTrees, classifier or regressor.
    leaves
        ``"probabilities"`` averages the trees' class probabilities, as scikit-learn does;
        ``"votes"`` stores each leaf's most probable class: smaller and faster, and what a majority
        of the trees says, which is not always what the mean probability says.
    inputs
        ``"int16"`` for models whose features are integers in -32768 ... 32767: thresholds are
        rounded down, which is exact for integers, and boards without FPU save time and memory.
    leaf_steps
        Round leaf probabilities to multiples of ``1 / leaf_steps``, so that more leaves are equal
        and are stored once. A probability is then off by at most ``0.5 / leaf_steps``.

    Returns
    -------
    Trees
        The payload and what a caller needs to know about it.

    Raises
    ------
    ConvertError
        If the estimator is of another kind, not fitted, or larger than the format can hold.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> x, y = load_iris(return_X_y=True)
    >>> converted = convert_trees(DecisionTreeClassifier(max_depth=2, random_state=0).fit(x, y))
    >>> converted.inputs, converted.outputs, converted.n_nodes
    (4, 3, 2)
    """
    trees, is_classifier = _trees_of(estimator)
    if inputs not in ("float32", "int16"):
        raise ConvertError(f"inputs is {inputs!r}; known are 'float32' and 'int16'")
    n_features = int(trees[0].n_features)
    _check_sizes(len(trees), n_features)
    if leaf_steps is not None and not 1 <= leaf_steps <= 65535:
        raise ConvertError(f"leaf_steps is {leaf_steps}, but it must lie in 1 ... 65535")

    if is_classifier:
        classes = _classes_of(estimator)
        n_outputs = sum(len(c) for c in classes)
        contents: _Distributions | _Values = _Distributions(trees, classes, leaves, leaf_steps)
    else:
        if leaves != "probabilities" or leaf_steps is not None:
            raise ConvertError("votes and leaf_steps are for classifiers; this is a regressor")
        classes = []
        n_outputs = int(trees[0].n_outputs)
        contents = _Values(trees)
    if n_outputs > MAX_OUTPUTS:
        raise ConvertError(f"{n_outputs} outputs, but the format holds at most {MAX_OUTPUTS}")

    converted = [_walk(tree, 0) for tree in trees]
    for index, tree in enumerate(converted):
        for leaf in tree.leaves:
            contents.add(index, leaf)
    order = contents.finish()
    top_levels = 0
    if inputs == "int16" and n_features <= 64 and contents.n_records <= 256:
        padded = [_walk(tree, TOP_LEVELS) for tree in trees]
        if _fits_narrow(padded):
            converted, top_levels = padded, TOP_LEVELS
    narrow = top_levels != 0
    layout = NARROW if narrow else WIDE
    domain = INTEGERS if inputs == "int16" else FLOATS
    records = [
        order[[contents.add(index, leaf) for leaf in tree.leaves]]
        for index, tree in enumerate(converted)
    ]
    if narrow:
        roots, nodes, leaf_table, n_leaves = _narrow(converted, records)
        record_size, missing_left = 0, 0
    else:
        roots, nodes, missing_left = _wide(converted, domain)
        flat = np.concatenate(records)
        n_leaves = len(flat)
        record_size, leaf_table = _leaf_records(flat)

    header = struct.pack(
        "<BBBBBBBBHHHHIIIIIHH",
        1, layout, domain, contents.leaves,
        top_levels, contents.entry_size, record_size, missing_left,
        len(trees), len(classes), n_features, n_outputs,
        sum(len(tree.nodes) for tree in converted), n_leaves, contents.n_records,
        contents.n_entries, contents.n_values, contents.max_entries, 0,
    )  # fmt: skip
    groups = struct.pack(f"<{len(classes)}H", *(len(c) for c in classes))
    payload = b"".join(_padded(t) for t in (header, groups, roots, nodes, leaf_table))
    payload += contents.tables()

    leaf_nodes = []
    base = 0
    for tree in converted:
        numbers: dict[int, int] = {}
        for i, node in enumerate(tree.nodes):
            if node.left_leaf >= 0:
                numbers[2 * (base + i)] = node.left_source
            if node.right_leaf >= 0:
                numbers[2 * (base + i) + 1] = node.right_source
        leaf_nodes.append(numbers)
        base += len(tree.nodes)
    return Trees(payload, n_features, n_outputs, base, contents.n_records, leaf_nodes, classes)


def _trees_of(estimator: Any) -> tuple[list[Any], bool]:
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        ExtraTreesRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.exceptions import NotFittedError
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
    from sklearn.utils.validation import check_is_fitted

    forests = (
        ExtraTreesClassifier,
        ExtraTreesRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    single = (DecisionTreeClassifier, DecisionTreeRegressor)  # ExtraTree* derive from these
    if not isinstance(estimator, forests + single):
        raise ConvertError(
            f"{type(estimator).__name__} can't be converted; known are DecisionTree, ExtraTree, "
            "RandomForest and ExtraTrees, as classifiers and regressors"
        )
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise ConvertError(
            f"this {type(estimator).__name__} is not fitted; call fit() first"
        ) from None
    is_classifier = isinstance(
        estimator, (ExtraTreesClassifier, RandomForestClassifier, DecisionTreeClassifier)
    )
    if isinstance(estimator, forests):
        return [member.tree_ for member in estimator.estimators_], is_classifier
    return [estimator.tree_], is_classifier


def _classes_of(estimator: Any) -> list[NDArray[Any]]:
    if estimator.n_outputs_ == 1:
        return [np.asarray(estimator.classes_)]
    return [np.asarray(classes) for classes in estimator.classes_]


def _check_sizes(n_trees: int, n_features: int) -> None:
    if n_trees > MAX_TREES:
        raise ConvertError(
            f"{n_trees} trees, but the format holds at most {MAX_TREES}; lower n_estimators"
        )
    if n_features > MAX_FEATURES:
        raise ConvertError(
            f"{n_features} features, but the format holds at most {MAX_FEATURES}; select features"
        )


def _walk(tree: Any, top_levels: int) -> _Tree:
    """Decision nodes in preorder, the left child first.

    A leaf within the first ``top_levels`` levels gets nodes put above it whose two children are
    one and the same, so that no leaf hangs there; so does a tree that is a single leaf.
    """
    result = _Tree()
    left, right = tree.children_left, tree.children_right
    missing = getattr(tree, "missing_go_to_left", None)

    def add_leaf(source: int) -> int:
        result.leaves.append(source)
        return len(result.leaves) - 1

    def add_both(source: int) -> None:
        node = _Node(0, np.inf, False, left_source=source, right_source=source)
        node.left_leaf = add_leaf(source)
        node.right_leaf = add_leaf(source)
        result.nodes.append(node)

    # (node of scikit-learn, its depth, the node whose right child it is or -1)
    stack: list[tuple[int, int, int]] = [(0, 0, -1)]
    while stack:
        source, depth, parent = stack.pop()
        if parent >= 0:
            result.nodes[parent].right = len(result.nodes)
        if left[source] < 0:
            for _ in range(depth, top_levels):
                result.nodes.append(_Node(0, np.inf, False, right=len(result.nodes) + 1))
            add_both(source)
            continue
        index = len(result.nodes)
        node = _Node(
            int(tree.feature[source]),
            float(tree.threshold[source]),
            missing is not None and bool(missing[source]),
        )
        result.nodes.append(node)
        direct = depth >= top_levels  # its leaves may hang from it
        children = (int(left[source]), int(right[source]))
        if direct and left[children[0]] < 0:
            node.left_leaf = add_leaf(children[0])
            node.left_source = children[0]
        if direct and left[children[1]] < 0:
            node.right_leaf = add_leaf(children[1])
            node.right_source = children[1]
        else:
            stack.append((children[1], depth + 1, index))
        if node.left_leaf < 0:
            stack.append((children[0], depth + 1, -1))
    return result


class _Distributions:
    """The leaves of a classifier: distinct class distributions, or most probable classes."""

    entry_size = 2
    n_entries = 0
    n_values = 0
    max_entries = 0

    def __init__(
        self,
        trees: list[Any],
        classes: list[NDArray[Any]],
        leaves: Leaves,
        leaf_steps: int | None,
    ) -> None:
        self.leaves = VOTES if leaves == "votes" else DISTRIBUTIONS
        if leaves not in ("votes", "probabilities"):
            raise ConvertError(f"leaves is {leaves!r}; known are 'probabilities' and 'votes'")
        if self.leaves == VOTES and len(classes) > 1:
            raise ConvertError("votes are for one target; this classifier has several")
        if self.leaves == VOTES and leaf_steps is not None:
            raise ConvertError("leaf_steps rounds probabilities, but votes have none")
        self.trees = trees
        self.sizes = [len(c) for c in classes]
        self.leaf_steps = leaf_steps
        self.scale = 2**31 // len(trees)
        self.numbers: dict[tuple[tuple[int, int], ...], int] = {}
        self.n_records = self.sizes[0] if self.leaves == VOTES else 0
        self._tables = b""

    def _rows(self, tree: int, node: int) -> list[NDArray[np.float64]]:
        value = self.trees[tree].value[node]
        return [row[:n] / row[:n].sum() for row, n in zip(value, self.sizes, strict=True)]

    def add(self, tree: int, node: int) -> int:
        if self.leaves == VOTES:
            return int(np.argmax(self.trees[tree].value[node][0]))
        rows = self._rows(tree, node)
        if self.leaf_steps is not None:
            rows = [np.round(row * self.leaf_steps) / self.leaf_steps for row in rows]
        record = []
        base = 0
        for row in rows:
            weights = np.round(row * self.scale).astype(np.int64)
            record += [(base + int(i), int(weights[i])) for i in np.flatnonzero(weights)]
            base += len(row)
        key = tuple(record) or ((0, 0),)
        return self.numbers.setdefault(key, len(self.numbers))

    def finish(self) -> NDArray[np.uint32]:
        """Sort the records by length; return the final number of each record."""
        if self.leaves == VOTES:
            return np.arange(self.n_records, dtype=np.uint32)
        records = list(self.numbers)
        by_length = sorted(range(len(records)), key=lambda i: (len(records[i]), i))
        self.n_records = len(records)
        self.max_entries = len(records[by_length[-1]])
        lengths = np.array([len(records[i]) for i in by_length])
        first = np.searchsorted(lengths, np.arange(1, self.max_entries + 1), side="right")
        entries = [entry for i in by_length for entry in records[i]]
        self.n_entries = len(entries)
        values = sorted({value for _, value in entries})
        index = {value: i for i, value in enumerate(values)}
        outputs = sum(self.sizes)
        if outputs <= 256 and len(values) <= 256:
            self.entry_size, item = 2, "<BB"
        elif len(values) <= 65536:
            self.entry_size, item = 4, "<HH"
        else:
            self.entry_size, item = 8, "<II"
        if self.entry_size == 8:
            values = []
            packed = b"".join(struct.pack(item, c, v) for c, v in entries)
        else:
            packed = b"".join(struct.pack(item, c, index[v]) for c, v in entries)
        self.n_values = len(values)
        self._tables = (
            first.astype("<u4").tobytes()
            + _padded(packed)
            + np.array(values, dtype="<u4").tobytes()
        )
        order = np.empty(len(records), dtype=np.uint32)
        order[by_length] = np.arange(len(records), dtype=np.uint32)
        return order

    def tables(self) -> bytes:
        return self._tables


class _Values:
    """The leaves of a regressor: a row of fixed-point values for each distinct leaf."""

    leaves = VALUES
    entry_size = 0
    n_entries = 0
    n_values = 0
    max_entries = 0

    def __init__(self, trees: list[Any]) -> None:
        self.trees = trees
        self.limit = (2**31 - 1) // len(trees)
        largest = np.max([np.abs(tree.value[:, :, 0]).max(axis=0) for tree in trees], axis=0)
        if not np.all(largest <= np.finfo(np.float32).max):
            raise ConvertError("a leaf lies outside the range of float32; scale the target")
        # The smallest exponent with |value| / n_trees / 2^exponent <= limit.
        scaled = largest / len(trees) / self.limit
        exponents = np.where(scaled > 0, np.ceil(np.log2(np.maximum(scaled, 1e-300))), 0)
        self.exponents = exponents.astype(np.int64)
        too_large = np.round(np.ldexp(largest / len(trees), -self.exponents)) > self.limit
        self.exponents += too_large
        self.numbers: dict[tuple[int, ...], int] = {}
        self.n_records = 0

    def add(self, tree: int, node: int) -> int:
        value = self.trees[tree].value[node][:, 0] / len(self.trees)
        fixed = np.round(np.ldexp(value, -self.exponents)).astype(np.int64)
        return self.numbers.setdefault(tuple(int(v) for v in fixed), len(self.numbers))

    def finish(self) -> NDArray[np.uint32]:
        self.n_records = len(self.numbers)
        return np.arange(self.n_records, dtype=np.uint32)

    def tables(self) -> bytes:
        rows = np.array(list(self.numbers), dtype="<i4")
        return _padded(self.exponents.astype("<i2").tobytes()) + rows.tobytes()


def _fits_narrow(trees: list[_Tree]) -> bool:
    if sum(len(tree.nodes) for tree in trees) > 65536:
        return False
    for tree in trees:
        for i, node in enumerate(tree.nodes):
            # Where both ways lead to one place, any threshold does; an infinite one elsewhere,
            # which only missing values exceed, would let integers above 127 pass.
            if node.left_leaf < 0:
                one_way = node.right == i + 1
            else:
                one_way = node.left_source == node.right_source
            if not one_way and not -128 <= np.floor(node.threshold) <= 127:
                return False
            if node.left_leaf < 0 and node.right_leaf < 0 and node.right - i - 1 > 255:
                return False
    return True


def _narrow(
    trees: list[_Tree], records: list[NDArray[np.uint32]]
) -> tuple[bytes, bytes, bytes, int]:
    roots: list[int] = []
    words: list[int] = []
    for tree, record in zip(trees, records, strict=True):
        roots.append(len(words))
        for i, node in enumerate(tree.nodes):
            threshold = int(np.floor(min(node.threshold, 127.0)))
            word = (threshold & 0xFF) << 24 | node.feature << 18
            if node.left_leaf >= 0:
                word |= 1 << 17 | int(record[node.left_leaf]) << 9
            if node.right_leaf >= 0:
                word |= 1 << 8 | int(record[node.right_leaf])
            elif node.left_leaf < 0:
                word |= node.right - i - 1
            words.append(word)
    return np.array(roots, "<u2").tobytes(), np.array(words, "<u4").tobytes(), b"", 0


def _wide(trees: list[_Tree], domain: int) -> tuple[bytes, bytes, int]:
    roots: list[tuple[int, int]] = []
    words: list[tuple[int, int]] = []
    missing_left = 0
    n_leaves = 0
    for index, tree in enumerate(trees):
        roots.append((len(words), n_leaves))
        n_leaves += len(tree.leaves)
        for i, node in enumerate(tree.nodes):
            link = node.feature << 17
            if domain == FLOATS and node.missing_left:
                link |= 1 << 29
                missing_left = 1
            if node.left_leaf >= 0:
                link |= 1 << 31
            if node.right_leaf >= 0:
                link |= 1 << 30
            if node.left_leaf >= 0:
                payload = node.left_leaf
            elif node.right_leaf >= 0:
                payload = node.right_leaf
            else:
                payload = node.right - i - 1
            if payload >= 1 << 17:
                raise ConvertError(
                    f"tree {index} has {len(tree.nodes)} decision nodes, more than the format "
                    "can link; limit max_depth or max_leaf_nodes"
                )
            words.append((threshold_key(node.threshold, domain), link | payload))
    return (
        np.array(roots, "<u4").tobytes(),
        np.array(words, "<u4").tobytes(),
        missing_left,
    )


def threshold_key(threshold: float, domain: int) -> int:
    """The word that a feature's key is compared with, so that key <= word is x <= threshold.

    A float32 x is at most a float64 threshold if and only if it is at most the largest float32
    that is; an integer, if and only if it is at most the floor.
    """
    if domain == INTEGERS:
        return int(np.clip(np.floor(threshold), -(2**31), 2**31 - 1)) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        below = np.float32(threshold)
    if np.float64(below) > threshold:
        below = np.nextafter(below, np.float32(-np.inf))
    bits = int(below.view(np.uint32))
    if bits == 0x80000000:  # -0: the same place as +0
        return 0
    return bits ^ 0x7FFFFFFF if bits >> 31 else bits


def _leaf_records(flat: NDArray[np.uint32]) -> tuple[int, bytes]:
    if np.array_equal(flat, np.arange(len(flat), dtype=np.uint32)):
        return 0, b""
    largest = int(flat.max())
    size = 1 if largest < 2**8 else 2 if largest < 2**16 else 4
    return size, flat.astype(f"<u{size}").tobytes()


def _padded(table: bytes) -> bytes:
    return table + bytes(-len(table) % 4)
