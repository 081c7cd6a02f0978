"""Run the C tests of the core: on this machine with several compilers, and on each bare target.

A test is ``test_<name>.c`` beside this file. Its first comment has lines ``* Sources:`` with the
core's files that it takes, and may have one with ``* Golden vectors:``, files of tests/golden:
its arguments.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDEN = ROOT / "tests" / "golden"


def described(name: str) -> tuple[list[str], list[str]]:
    """The core's sources and the arguments that a test's first comment asks for."""
    comment = (HERE / f"test_{name}.c").read_text().split("*/")[0]
    found = {}
    for key in ("Sources", "Golden vectors"):
        lines = re.findall(rf"^ \* {key}: (.+)$", comment, re.MULTILINE)
        found[key] = " ".join(lines).split()
    return found["Sources"], [str(GOLDEN / name) for name in found["Golden vectors"]]


TESTS = {name: described(name) for name in sorted(p.stem[5:] for p in HERE.glob("test_*.c"))}

FLAGS = ["-std=c11", "-g", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-ffp-contract=off"]
SANITIZED = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
COMPILERS = {
    "gcc-O0": ["gcc", "-O0", *SANITIZED],
    "gcc-O2": ["gcc", "-O2"],
    "gcc-O3": ["gcc", "-O3", *SANITIZED],
    "clang-O0": ["clang", "-O0", *SANITIZED],
    "clang-O3": ["clang", "-O3", *SANITIZED],
}


def tool(name: str) -> str:
    """Return the path of a compiler, whatever version this machine has of it."""
    for candidate in (name, f"{name}-14", f"{name}-16", f"{name}-19"):
        path = shutil.which(candidate)
        if path is not None:
            return path
    raise FileNotFoundError(f"{name} is not installed")


@pytest.mark.parametrize("build", COMPILERS)
@pytest.mark.parametrize("name", TESTS)
def test_on_this_machine(name: str, build: str, tmp_path: Path) -> None:
    """The C test passes with this compiler and optimisation."""
    sources, arguments = TESTS[name]
    compiler, *options = COMPILERS[build]
    program = tmp_path / name
    files = [HERE / f"test_{name}.c", *(ROOT / "core" / source for source in sources)]
    command = [tool(compiler), *options, *FLAGS, f"-I{ROOT / 'core'}", *map(str, files), "-lm"]
    subprocess.run([*command, "-o", str(program)], check=True)
    result = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("target", ["m0", "m3", "m4f", "rv32"])
@pytest.mark.parametrize("name", TESTS)
def test_on_bare_metal(name: str, target: str) -> None:
    """The C test passes on an emulated processor, compiled for size as native modules are."""
    sources, arguments = TESTS[name]
    files = [HERE / f"test_{name}.c", *(ROOT / "core" / source for source in sources)]
    command = [sys.executable, str(HERE / "bare_metal" / "run.py"), target, *map(str, files)]
    result = subprocess.run(
        [*command, "--", *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
