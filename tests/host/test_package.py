"""The wheel: what it holds, and that it works installed, far from any checkout.

`make test` builds the native modules first, so that the wheel carries them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_model
from numpy.typing import NDArray

import senselet
from bindings import generate
from bindings.micropython.build import ARCHITECTURES

ROOT = Path(__file__).resolve().parents[2]
MODULES = [description["module"] for description in generate.descriptions()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` makes."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    pip += ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    # Beside the developer's own build, which an editable install goes on using.
    run(*pip, "--config-settings", f"build-dir={folder / 'build'}", str(ROOT), folder=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that has the wheel, and what Senselet depends on."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    paths = {"base": str(folder), "platbase": str(folder)}
    own = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # What a .pth file names comes after the environment's own packages, and the .pth files there,
    # such as that of the editable install, do not count.
    (own / "dependencies.pth").write_text("".join(f"{path}\n" for path in dependencies))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    pip += ["--disable-pip-version-check", "--no-deps", "--no-index", str(wheel)]
    run(*pip, folder=folder)
    return folder / "bin"


def run(*command: str | Path, folder: Path, flash: Path | None = None) -> str:
    """Run a command in a folder as a user would: without what the test's environment adds."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    if flash is not None:
        environment["SENSELET_FLASH"] = str(flash)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_name_says_any_python_from_3_11(wheel: Path) -> None:
    """One wheel serves CPython 3.11 and all later versions: the stable ABI."""
    name, _version, python, abi, _platform = wheel.stem.split("-")
    assert (name, python, abi) == ("senselet", "cp311", "abi3")


def test_holds_everything_needed_and_nothing_else(wheel: Path) -> None:
    """Package, extension modules, stubs, native modules, the boards' sources; no core, no tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    runtime = {f"senselet/runtime/{module}" for module in MODULES}
    modules = {
        f"senselet/modules/{a}/{module['module']}.mpy"
        for a, architecture in ARCHITECTURES.items()
        for module in generate.descriptions()
        if not (module.get("fpu") and architecture.soft_float)
    }
    expected = {f"{path}.abi3.so" for path in runtime} | {f"{path}.pyi" for path in runtime}
    expected |= modules | {"senselet/py.typed"}
    for path in (ROOT / "senselet" / "runtime").glob("*.py"):
        expected.add(f"senselet/modules/bytecode/{path.stem}.mpy")
    tracked = ["git", "-C", str(ROOT), "ls-files", "senselet", "boards"]
    for name in run(*tracked, folder=ROOT).splitlines():
        expected.add(name if name.startswith("senselet/") else f"senselet/{name}")
    assert expected - names == set(), "missing from the wheel"
    # A file that git does not know yet may be in it, but nothing of another kind or place.
    unknown = names - expected
    assert all(name.startswith("senselet/") for name in unknown), unknown
    core = [n for n in unknown if n.endswith((".c", ".h")) and not n.startswith("senselet/boards/")]
    assert core == []
    assert [name for name in unknown if name.endswith((".mpy", ".so"))] == [], "stale modules"


def test_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    """The installed command knows the boards, describes a model, installs it and runs it."""
    data = small_model.model_file().to_bytes()
    (tmp_path / "small.sense").write_bytes(data)
    heard = small_model.heard()[0]
    rows = [heard.channels, *(map(repr, row) for row in heard.samples.tolist())]
    (tmp_path / "heard.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    senselet, flash = installed / "senselet", tmp_path / "flash"

    code = "import senselet; print(senselet.__file__)"
    imported = run(installed / "python", "-c", code, folder=tmp_path).strip()
    assert Path(imported).is_relative_to(installed.parent)
    assert "sim:m4f" in run(senselet, "devices", folder=tmp_path)
    assert "time_features" in run(senselet, "info", "small.sense", folder=tmp_path)

    device = ["--device", "sim:unix"]
    install: list[str | Path] = [senselet, "install", *device, "--model", "small.sense"]
    assert "Installed for x64" in run(*install, folder=tmp_path, flash=flash)
    said = run(senselet, "run", *device, "--input", "heard.csv", folder=tmp_path, flash=flash)
    assert re.findall(r"window \d+: (\w+)", said) == labels(data, heard.samples)


def labels(model: bytes, samples: NDArray[np.float32]) -> list[str]:
    """The laptop's answers."""
    stream: Any = senselet.load(model).stream()
    stream.push(samples)
    found = []
    while stream.next():
        found.append(str(stream.label))
    return found
