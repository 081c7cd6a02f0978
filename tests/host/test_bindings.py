"""The native modules for both Pythons: what their descriptions say, and nothing that crashes."""

from __future__ import annotations

import array
import ast
import ctypes
import importlib
import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_model
from hypothesis import given
from hypothesis import strategies as st

from bindings import generate
from boards.native_module import ARCHITECTURES
from senselet.deploy.files import BYTECODE, MODULES
from senselet.runtime import Model

ROOT = Path(__file__).parents[2]
STUBS = sorted((ROOT / "senselet" / "runtime").glob("_*.pyi"))
NAMES = [path.stem for path in STUBS]
FAMILIES = tuple(ARCHITECTURES)
MOST_BYTES = 6144
HINT = "run `make modules`"
FPU_ONLY = {one["module"] for one in generate.descriptions() if one.get("fpu")}

MODEL = small_model.model_file().to_bytes()
METHODS = [
    (name, kind.name, method.name, len(method.args.posonlyargs or method.args.args) - 1)
    for path in STUBS
    for name in [path.stem]
    for kind in ast.parse(path.read_text()).body
    if isinstance(kind, ast.ClassDef)
    for method in kind.body
    if isinstance(method, ast.FunctionDef)
]
OPENERS = [
    (path.stem, node.name)
    for path in STUBS
    for node in ast.parse(path.read_text()).body
    if isinstance(node, ast.FunctionDef)
]


def module(name: str) -> Any:
    """The laptop's build of a module."""
    return importlib.import_module(f"senselet.runtime.{name}")


def opened() -> dict[str, Any]:
    """An object of each type, by the type's name."""
    model = Model(MODEL)
    objects = [model._sense, model.sliding_window(), *model._steps]
    for description in generate.descriptions():
        for kind in description["type"]:
            if "example" in kind:
                payload = bytes.fromhex(kind["example"])
                thing = getattr(module(description["module"]), kind["opener"])
                objects.append(thing(payload, 0, len(payload)))
    return {type(thing).__name__: thing for thing in objects}


# ---- Built and described -------------------------------------------------------------------------


def test_stubs_are_what_the_descriptions_say() -> None:
    check = [sys.executable, str(ROOT / "bindings" / "generate.py"), "--check"]
    result = subprocess.run(check, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", NAMES)
def test_native_modules_are_small(family: str, name: str) -> None:
    path = MODULES / family / f"{name}.mpy"
    if name in FPU_ONLY and ARCHITECTURES[family].soft_float:
        assert not path.exists()
        return
    assert path.exists(), HINT
    assert path.stat().st_size <= MOST_BYTES


def test_all_of_the_runtime_is_compiled() -> None:
    sources = {path.stem for path in (ROOT / "senselet" / "runtime").glob("*.py")}
    assert {path.stem for path in (MODULES / BYTECODE).glob("*.mpy")} == sources, HINT


@pytest.mark.parametrize("family", [*FAMILIES, BYTECODE])
def test_modules_are_of_the_version_that_boards_load(family: str) -> None:
    paths = sorted((MODULES / family).glob("*.mpy"))
    assert paths, HINT
    for path in paths:
        assert path.read_bytes()[:2] == b"M\x06"


def test_every_type_is_described() -> None:
    assert set(opened()) == {kind for _, kind, _, _ in METHODS}
    assert {name for name, _ in OPENERS} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_modules_have_what_the_stubs_say(name: str) -> None:
    public = {item for item in dir(module(name)) if not item.startswith("_")}
    described = {opener for owner, opener in OPENERS if owner == name}
    described |= {kind for owner, kind, _, _ in METHODS if owner == name}
    # A type need not be a name of its module: there is no way to make one but by opening.
    assert described - {kind for _, kind, _, _ in METHODS} <= public <= described


@pytest.mark.parametrize("kind", sorted({kind for _, kind, _, _ in METHODS}))
def test_types_have_the_methods_that_the_stubs_say(kind: str) -> None:
    thing = opened()[kind]
    public = {item for item in dir(thing) if not item.startswith("_")}
    assert public == {method for _, owner, method, _ in METHODS if owner == kind}
    for method in public:
        assert inspect.getdoc(getattr(thing, method))


@pytest.mark.parametrize(("kind", "method", "count"), [entry[1:] for entry in METHODS])
def test_the_number_of_arguments_is_checked(kind: str, method: str, count: int) -> None:
    call: Callable[..., Any] = getattr(opened()[kind], method)
    for wrong in {count - 1, count + 1, count + 5} - {-1}:
        with pytest.raises(TypeError):
            call(*[0] * wrong)
    with pytest.raises(TypeError):
        call(*[0] * count, more=1)


# ---- Whatever is given ---------------------------------------------------------------------------


KINDS = ["f4", "f8", "f2", "i2", "u2", "i4", "u4", "i8", "u1", "?", "c8", ">f4", ">i2", "S3", "U2"]


def outcome(function: Callable[..., Any], arguments: list[Any]) -> Any:
    """The result, or None if Python's own kinds of errors tell that an argument is no number."""
    try:
        return function(*arguments)
    except (TypeError, OverflowError):
        return None


def numpy_arrays() -> Iterator[st.SearchStrategy[Any]]:
    sizes = st.sampled_from([0, 1, 3, 18, 50, 150, 151])
    kinds = st.sampled_from(KINDS)
    flat = st.builds(np.zeros, sizes, kinds)
    yield flat
    yield flat.map(lambda a: a[::2])
    yield flat.map(lambda a: a[::-1])
    yield flat.map(lambda a: a.reshape(1, -1, 1))
    yield flat.map(read_only)
    yield st.just(np.array(7, "f4"))
    yield st.just(np.zeros((50, 3), "f4").T)
    yield st.just(np.zeros(601, "u1")[1:].view("f4"))  # at an odd address
    yield st.just(np.zeros(3, [("x", "f4"), ("y", "i2")]))


def read_only(items: Any) -> Any:
    items.flags.writeable = False
    return items


def released() -> memoryview:
    view = memoryview(bytes(600))
    view.release()
    return view


FILE_OFFSETS = [0, 1, 3, 4, 64, 128, len(MODEL) - 4, len(MODEL), len(MODEL) + 1]
NUMBERS = st.one_of(
    st.sampled_from([*FILE_OFFSETS, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, -1]),
    st.integers(),
    st.booleans(),
)
THINGS = st.one_of(
    NUMBERS,
    st.sampled_from([None, 1.5, "text", (), [0.0] * 150, {}, object(), len, float("nan"), ...]),
    st.binary(max_size=700),
    st.builds(bytearray, st.sampled_from([0, 1, 72, 599, 600])),
    st.builds(
        lambda code, n: array.array(code, [0] * n),
        st.sampled_from("bBhHiIlLqQfd"),
        st.sampled_from([0, 1, 3, 12, 18, 50, 150, 300]),
    ),
    st.builds(lambda n: (ctypes.c_float * n)(), st.sampled_from([0, 3, 18, 150])),
    st.builds(lambda n: memoryview(bytearray(4 * n)).cast("f"), st.sampled_from([0, 3, 18, 150])),
    st.builds(lambda n: memoryview(bytes(600))[:: n or 1], st.integers(-3, 3)),
    st.builds(released),
    st.just(MODEL),
    st.just(bytearray(MODEL)),
    st.just(memoryview(b"x" + MODEL)[1:]),
    *numpy_arrays(),
)


@pytest.mark.parametrize(("kind", "method", "count"), [e[1:] for e in METHODS if e[3]])
@given(st.data())
def test_methods_take_anything(kind: str, method: str, count: int, data: st.DataObject) -> None:
    """A result, a negative status, or TypeError for what is no number at all; never a crash."""
    thing = opened()[kind]
    arguments = [data.draw(THINGS) for _ in range(count)]
    assert isinstance(outcome(getattr(thing, method), arguments), (int, str, type(None)))
    # It still works, and has not lost anything.
    for name, value in (("inputs", 150), ("inputs", 18), ("is_full", 0), ("text", "")):
        if hasattr(thing, name):
            assert type(getattr(thing, name)()) is type(value)


@pytest.mark.parametrize(("name", "opener"), OPENERS)
@given(st.data())
def test_files_may_be_anything(name: str, opener: str, data: st.DataObject) -> None:
    arguments = [data.draw(THINGS), data.draw(NUMBERS), data.draw(NUMBERS)]
    result = outcome(getattr(module(name), opener), arguments)
    if isinstance(result, int):
        assert result < 0
    else:
        assert result is None or type(result).__name__ in opened()


@pytest.mark.parametrize(("name", "opener"), OPENERS)
@pytest.mark.parametrize("place", range(3))
@given(thing=THINGS)
def test_numbers_may_be_anything(name: str, opener: str, place: int, thing: Any) -> None:
    arguments: list[Any] = [MODEL, 0, len(MODEL)]
    arguments[place] = thing
    result = outcome(getattr(module(name), opener), arguments)
    if isinstance(result, int):
        assert result < 0
    else:
        assert result is None or type(result).__name__ in opened()
