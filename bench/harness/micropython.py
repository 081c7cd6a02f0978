"""Calls from MicroPython on virtual boards, counted by the board's ``virtual.measure``.

Measured are our native module as it is shipped, emlearn's C in a minimal native module, and the
same walk written in Python in the three ways in which MicroPython runs it.
"""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import peers
from .environment import BUILD, ROOT
from .forests import Forest
from .libraries import Library, libraries
from .native_build import build_module, compile_python
from .project import use_project_packages
from .results import Row
from .targets import BenchError

# Board: the architecture of its native modules.
BOARDS = {"m3": "armv7m", "m4f": "armv7emsp", "rv32": "rv32imc"}
CASES = ("digits-10x8", "digits-100x8")
WALKS = ("pure", "native", "viper")
SOURCES = ROOT / "bench" / "trees" / "micropython"
WORK = BUILD / "trees" / "micropython"
HEAP_BYTES = 1 << 20  # the arrays of a hundred trees do not fit into a small board's heap
TIMEOUT = 600

PROLOGUE = """
import gc, virtual
from array import array

def read(name, typecode):
    sensor = virtual.Sensor(name)
    items = array(typecode, bytearray(SIZES[name]))
    sensor.readinto(items)
    sensor.close()
    return items
"""
EPILOGUE = """
rows = virtual.Sensor(ROWS)
total = 0
classes = bytearray(COUNT)
for i in range(COUNT):
    rows.readinto(x)
    gc.collect()
    total += virtual.measure(predict, *arguments)
    classes[i] = predict(*arguments)
rows.close()
print(total, classes.hex())
"""
SENSELET = """
import _trees
x = array(TYPECODE, bytearray(ROW_BYTES))
trees = _trees.open(bytes(read("payload", "B")), 0, SIZES["payload"])
predict, arguments = trees.predict, (x,)
"""
EMLEARN = """
import bench_emlearn
x = array("h", bytearray(ROW_BYTES))
tables = read("nodes", "B"), read("roots", "i"), read("leaves", "B")
model = bytearray(bench_emlearn.size())
bench_emlearn.open(model, *tables, FEATURES, CLASSES, LEAF_BITS)
predict, arguments = bench_emlearn.predict, (model, x)
"""
OBJECT_WALK = """
from WALK_walk import predict
x = array("h", bytearray(ROW_BYTES))
arguments = (x, (read("feature", "B"), read("threshold", "h"), read("left", "h"),
                 read("right", "h"), read("roots", "h"), [0] * CLASSES))
"""
VIPER_WALK = """
from viper_walk import predict
x = array("h", bytearray(ROW_BYTES))
votes = bytearray(CLASSES + 1)
votes[0] = CLASSES
arguments = (x, read("packed", "H"), read("packed_roots", "H"), votes)
"""


def measure_calls(forests: list[Forest]) -> list[Row]:
    """Measure every board, case and library; verify the classes."""
    use_project_packages()
    modules = {board: _modules(architecture) for board, architecture in BOARDS.items()}
    with ThreadPoolExecutor(2) as pool:
        per_board = pool.map(lambda board: _measure_board(board, modules[board], forests), BOARDS)
        return [row for board_rows in per_board for row in board_rows]


def _measure_board(board: str, modules: dict[str, bytes], forests: list[Forest]) -> list[Row]:
    from senselet.links import open_link

    rows = []
    for forest in forests:
        for name, setup, files, constants, expected in _programs(forest):
            folder = WORK / board / forest.case.name / name.replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                (folder / file).write_bytes(data)
            sizes = {file: len(data) for file, data in files.items()}
            defined: dict[str, Any] = {**constants, "SIZES": sizes, "COUNT": len(expected)}
            program = "".join(f"{key} = {value!r}\n" for key, value in defined.items())
            # A board for each, so that no heap holds what another has left.
            with open_link(f"sim:{board}", host_folder=folder, heap_bytes=HEAP_BYTES) as link:
                for file, data in modules.items():
                    link.put(f"/lib/{file}", data)
                output = link.execute(program + PROLOGUE + setup + EPILOGUE, timeout=TIMEOUT)
            total, classes = output.split()
            if bytes.fromhex(classes) != expected.astype(np.uint8).tobytes():
                raise BenchError(f"{name} on {board}, {forest.case.name}: wrong classes")
            mean = round(int(total) / len(expected), 2)
            rows.append(Row(forest.case.name, board, name, "call_instructions", mean))
            print(f"{forest.case.name} on {board}: {name}: {mean:.0f} instructions a call")
    return rows


Program = tuple[str, str, dict[str, bytes], dict[str, Any], NDArray[np.int64]]


def _programs(forest: Forest) -> list[Program]:
    """Return what to run: name, setup, files, constants, and the classes that must come out."""
    programs: list[Program] = []
    common = {"FEATURES": forest.n_features, "CLASSES": forest.n_classes, "ROWS": "rows"}
    for library in libraries():
        rows = forest.rows(library.rows)
        constants = {**common, "ROW_BYTES": rows[0].nbytes}
        files = {"rows": rows.tobytes()}
        if library.adaptor == "senselet.c":
            files["payload"] = bytes(library.generate(forest))  # type: ignore[arg-type]
            constants["TYPECODE"] = "h" if library.rows == "int16" else "f"
            expected = forest.voted if library.votes else forest.predicted
            programs.append((library.name, SENSELET, files, constants, expected))
        elif library.name.startswith("emlearn") and "loadable" in library.name:
            files.update(_emlearn_tables(forest, library))
            constants["LEAF_BITS"] = 0 if library.votes else 8
            programs.append((library.name, EMLEARN, files, constants, _classes(forest, library)))
    tables = walk_tables(forest)
    rows = forest.rows("int16")
    constants = {**common, "ROW_BYTES": rows[0].nbytes}
    for walk in WALKS:
        setup = VIPER_WALK if walk == "viper" else OBJECT_WALK.replace("WALK", walk)
        files = {"rows": rows.tobytes(), **tables}
        name = f"micropython {micropython_version()} {walk}"
        programs.append((name, setup, files, constants, forest.voted))
    return programs


def micropython_version() -> str:
    """Return the version of the MicroPython that the boards run."""
    from boards.micropython_source import source

    text = (source() / "py" / "mpconfig.h").read_text()
    parts = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[1].startswith("MICROPY_VERSION_M"):
            parts[words[1].rsplit("_", 1)[1]] = words[2]
    return f"{parts['MAJOR']}.{parts['MINOR']}.{parts['MICRO']}"


def _classes(forest: Forest, library: Library) -> NDArray[np.int64]:
    """Return the classes that the library's C function gave on the host, in this run."""
    file = BUILD / "trees" / forest.case.name / library.name.replace(" ", "-") / "classes"
    return np.frombuffer(file.read_bytes(), dtype=np.uint8).astype(np.int64)


def _emlearn_tables(forest: Forest, library: Library) -> dict[str, bytes]:
    """Return the tables that emlearn writes into its C source, as the board's C reads them."""
    trees = import_module("emlearn.trees")
    leaf_bits = 0 if library.votes else 8
    model = trees.Wrapper(forest.estimator, "loadable", leaf_bits=leaf_bits)
    nodes, roots, leaves = model.forest_
    packed = np.zeros(
        len(nodes), dtype=[("feature", "<i2"), ("value", "<i2"), ("left", "<i2"), ("right", "<i2")]
    )
    for index, (feature, value, left, right) in enumerate(nodes):
        packed[index] = (
            feature,
            int(value),
            trees.encode_child(index, left),
            trees.encode_child(index, right),
        )
    return {
        "nodes": packed.tobytes(),
        "roots": np.array(roots, dtype="<i4").tobytes(),
        "leaves": bytes(int(leaf) for leaf in trees.leaves_to_bytelist(leaves, leaf_bits)),
    }


def walk_tables(forest: Forest) -> dict[str, bytes]:
    """Return the arrays of the walks in Python."""
    nodes: list[tuple[int, int, int, int]] = []
    roots = []
    for tree in (estimator.tree_ for estimator in forest.estimator.estimators_):
        inner = np.flatnonzero(tree.children_left >= 0)
        place = {int(node): len(nodes) + index for index, node in enumerate(inner)}

        def child(node: int, tree: Any = tree, place: dict[int, int] = place) -> int:
            return place[node] if node in place else ~int(np.argmax(tree.value[node][0]))

        roots.append(child(0))
        for node in map(int, inner):
            # Features are integers: x <= 7.5 is x <= 7.
            threshold = int(np.floor(tree.threshold[node]))
            left, right = int(tree.children_left[node]), int(tree.children_right[node])
            nodes.append((int(tree.feature[node]), threshold, child(left), child(right)))
    table = np.array(nodes, dtype=np.int64)
    marked = np.where(table < 0, 0x8000 | ~table, table)  # as viper_walk.py has leaves
    marked_roots = [root if root >= 0 else 0x8000 | ~root for root in roots]
    return {
        "feature": table[:, 0].astype("<u1").tobytes(),
        "threshold": table[:, 1].astype("<i2").tobytes(),
        "left": table[:, 2].astype("<i2").tobytes(),
        "right": table[:, 3].astype("<i2").tobytes(),
        "roots": np.array(roots, dtype="<i2").tobytes(),
        "packed": marked.astype("<u2").tobytes(),
        "packed_roots": np.array([len(roots), *marked_roots], dtype="<u2").tobytes(),
    }


def _modules(architecture: str) -> dict[str, bytes]:
    """Return the modules that a board gets; emlearn's C is built for speed (-O2)."""
    own = ROOT / "senselet" / "modules" / architecture / "_trees.mpy"
    if not own.exists():
        raise BenchError(f"{own.relative_to(ROOT)} is missing; `make modules` builds it")
    emlearn = build_module(SOURCES / "bench_emlearn.c", architecture, peers.emlearn(), "-O2")
    modules = {"_trees.mpy": own.read_bytes(), "bench_emlearn.mpy": emlearn}
    for walk in WALKS:
        source = SOURCES / f"{walk}_walk.py"
        modules[f"{walk}_walk.mpy"] = compile_python(source, architecture)
    return modules
