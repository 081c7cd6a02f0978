"""The sources of other libraries, fetched as their distributors hand them out, into build/bench.

CMSIS-DSP is in the source distribution of the package ``cmsisdsp``, Kiss FFT in Debian's source
package ``kissfft``, emlearn's headers in its package (bench/requirements.txt). Nothing of them is
part of this project.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from .environment import BUILD, ROOT
from .targets import BenchError, run

CMSIS_VERSION = "1.10.3"
SOURCES = BUILD / "sources"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def cmsis() -> Path:
    """Return the folder of CMSIS-DSP's sources."""
    return _kept(f"cmsis-dsp-{CMSIS_VERSION}", _fetch_cmsis)


def cmsis_core() -> Path:
    """Return the folder of CMSIS' compiler header, which MicroPython's source holds."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from boards.micropython_source import source

    return source() / "lib" / "cmsis" / "inc"


def kissfft() -> Path:
    """Return the folder of Kiss FFT's sources."""
    return _kept("kissfft", _fetch_kissfft)


def kissfft_version() -> str:
    """Return the version of Kiss FFT, as its own first line of changes or Debian's name has it."""
    return (kissfft() / "version").read_text().strip()


def emlearn() -> Path:
    """Return the folder of emlearn's headers."""
    return Path(sysconfig.get_paths()["purelib"]) / "emlearn"


def _kept(name: str, fetch: Callable[[Path], None]) -> Path:
    SOURCES.mkdir(parents=True, exist_ok=True)
    folder = SOURCES / name
    with (SOURCES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            print(f"Fetching {name} ...")
            work = SOURCES / f"{name}.partial"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            fetch(work)
            shutil.rmtree(work, ignore_errors=True)
    return folder


def _fetch_cmsis(work: Path) -> None:
    # pip can't hand out an sdist without running its setup.py, which needs much that we don't: it
    # is left to fail, and asked not to clean up what it had unpacked by then.
    environment = {**os.environ, "TMPDIR": str(work)}
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-clean", "--no-deps"]
    command += ["--no-build-isolation", "--no-binary", "cmsisdsp", "--dest", str(work / "sdist")]
    done = subprocess.run(
        [*command, f"cmsisdsp=={CMSIS_VERSION}"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [path.parents[1] for path in work.rglob("Include/arm_math.h")]
    if not found:
        raise BenchError(f"pip gave no source of cmsisdsp:\n{done.stderr[-1000:]}")
    found[0].rename(SOURCES / f"cmsis-dsp-{CMSIS_VERSION}")


def _fetch_kissfft(work: Path) -> None:
    for part in ("lists/partial", "archives/archives/partial"):
        (work / part).mkdir(parents=True)
    targets = run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"], "apt")
    signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
    lines = {
        f"deb-src {signed}{mirror} {name} main\n"
        for mirror, _, name in (line.partition(" ") for line in targets.splitlines())
        if name and "-" not in name
    }
    (work / "sources.list").write_text("".join(sorted(lines)))
    options = [
        *("-o", f"Dir::Etc::sourcelist={work / 'sources.list'}"),
        *("-o", "Dir::Etc::sourceparts=/dev/null"),
        *("-o", f"Dir::State::Lists={work / 'lists'}"),
        *("-o", f"Dir::Cache={work / 'archives'}"),
        *("-o", "APT::Sandbox::User=root"),
    ]
    run(["apt-get", *options, "update"], "fetching Kiss FFT's source package")
    uris = run(["apt-get", *options, "source", "--print-uris", "kissfft"], "finding Kiss FFT")
    name = next(word for word in uris.split() if word.endswith(".dsc"))
    subprocess.run(
        ["apt-get", *options, "--quiet", "source", "--download-only", "kissfft"],
        cwd=work, check=True, capture_output=True,
    )  # fmt: skip
    run(["dpkg-source", "--no-check", "-x", str(work / name), str(work / "source")], "unpacking")
    (work / "source" / "version").write_text(name.split("_")[1].split("-")[0])
    (work / "source").rename(SOURCES / "kissfft")
