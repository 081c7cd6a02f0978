"""What a program needs of Senselet on a board: found by reading its imports, and theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from senselet.errors import ExplainedError

PACKAGE = "senselet"
RUNTIME = Path(__file__).resolve().parent.parent / "runtime"
MODELS = ("model", "stream")  # what `import senselet` may load
ON_ERRORS = ("status",)  # loaded only when something is wrong


class ProgramError(ExplainedError):
    """A program that can't be installed: it has an error, or imports what boards don't have."""


def runtime_files(names: Iterable[str]) -> list[str]:
    """Names of the runtime's files that these need, with themselves and the package's own file."""
    found = {"__init__"}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in _own_imports(name) if not n.startswith("_")]
    return sorted(found)


def native_imports(names: Iterable[str]) -> list[str]:
    """Names of the native modules that these files of the runtime import."""
    return sorted(
        {n for name in names if name != "__init__" for n in _own_imports(name) if n[0] == "_"}
    )


def program_imports(sources: dict[str, str]) -> list[str]:
    """Names of the runtime's files that programs import by themselves.

    Parameters
    ----------
    sources
        Each program's name, for errors, and text.

    Raises
    ------
    ProgramError
        If one of them is no Python, or imports a part of Senselet that boards don't have.
    """
    found: set[str] = set()
    for name, source in sources.items():
        try:
            tree = ast.parse(source, name)
        except SyntaxError as error:
            raise ProgramError(
                f"{name}, line {error.lineno}: {error.msg}.", "Correct the program."
            ) from error
        for line, module in _imported(tree):
            if module == PACKAGE:
                found.update(MODELS)
            elif (RUNTIME / f"{module}.py").exists():
                found.add(module)
            else:
                known = ", ".join(
                    sorted(p.stem for p in RUNTIME.glob("*.py") if p.stem != "__init__")
                )
                raise ProgramError(
                    f"{name}, line {line}, imports {PACKAGE}.{module}, which boards don't have.",
                    f"On boards there are: {known}.",
                )
    return sorted(found)


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each part of Senselet that is imported; PACKAGE for the package itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first, _, rest = alias.name.partition(".")
                if first == PACKAGE:
                    yield node.lineno, rest.split(".")[0] or PACKAGE
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
            first, _, rest = node.module.partition(".")
            if first == PACKAGE and rest:
                yield node.lineno, rest.split(".")[0]
            elif first == PACKAGE:
                for alias in node.names:
                    own = (RUNTIME / f"{alias.name}.py").exists()
                    yield node.lineno, alias.name if own else PACKAGE


def _own_imports(name: str) -> list[str]:
    """Names of the modules beside it that a file of the runtime imports."""
    tree = ast.parse((RUNTIME / f"{name}.py").read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and id(node) not in typing_only:
            found += [node.module] if node.module else [alias.name for alias in node.names]
    return found
