#!/usr/bin/env python3
"""Fuzz the model file's reader and all modules: ``python tests/core/fuzz.py SECONDS``.

Builds targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer:
fuzz_sense.c, the reader and what it reads, and one that fuzz_modules.py makes of the modules'
descriptions; each gets half of the time. A search starts from converted models and the golden
vectors, and ends with exit code 1 if anything is found; the input that shows it is left in
build/fuzz. The seed is fixed. Two processes search; the corpus that they find is kept in build/fuzz
and is where the next run starts, unless ``--fresh``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORE = ROOT / "core"
OUT = ROOT / "build" / "fuzz"
SOURCES = (
    "base/crc32.c",
    "base/float32.c",
    "base/square_root.c",
    "dsp/sliding_window.c",
    "features/time_features.c",
    "file/sense.c",
    "models/trees.c",
    "models/trees_apply.c",
)
FLAGS = (
    *("-std=c11", "-O2", "-g", "-ffp-contract=off", "-fno-strict-aliasing"),
    *("-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"),
    *("-Wall", "-Wextra", "-Wconversion", "-Werror"),
)  # fmt: skip
SEED = 20261122
MAX_LENGTH = 6000
REPAIR = b"\x01"  # the byte that tells the target to put length and checksum right
DICTIONARY = ("trees", "time_features", "SNSL", "\\x00\\x00\\xc0\\x7f", "\\xff\\xff\\xff\\xff")

sys.path[:0] = [str(ROOT / "tests" / "golden"), str(ROOT), str(HERE)]


@dataclass(frozen=True)
class Target:
    """A program to search in.

    Attributes
    ----------
    name
        Of the program, and of the folder of its corpus.
    source
        Its C file.
    sources
        Files of the core that it takes.
    seeds
        Inputs to start from.
    dictionary
        Words that inputs may hold.
    """

    name: str
    source: Path
    sources: tuple[str, ...]
    seeds: list[bytes]
    dictionary: tuple[str, ...]

    def build(self) -> Path:
        """Compile it; return the program."""
        program = OUT / self.name
        files = [self.source, *(CORE / source for source in self.sources)]
        command = [compiler(), *FLAGS, f"-I{CORE}", *map(str, files), "-o", str(program)]
        subprocess.run(command, check=True)
        return program


def compiler() -> str:
    """Return clang, whatever version this machine has of it."""
    for name in ("clang", "clang-14", "clang-16", "clang-19"):
        if shutil.which(name):
            return name
    raise SystemExit("fuzzing needs clang (Debian: clang-14)")


def sense_target() -> Target:
    """The model file's reader."""
    inputs = [data + REPAIR for data in seeds()]
    return Target("fuzz_sense", HERE / "fuzz_sense.c", SOURCES, inputs, DICTIONARY)


def seeds() -> list[bytes]:
    """Return files to start from: each golden payload as the only step of a model."""
    from vectors import read_vectors

    from senselet.model_file import ModelFile, Step

    files = []
    for kind in ("trees", "time_features", "sense"):
        payloads = set()
        for record in read_vectors(ROOT / "tests" / "golden" / f"{kind}.vectors", "u1"):
            if len(record.payload) >= MAX_LENGTH - 200 or record.payload in payloads:
                continue
            payloads.add(record.payload)
            if kind == "sense":
                files.append(record.payload)
                continue
            inputs, outputs = sizes(kind, record.payload)
            step = Step(kind, record.payload, inputs, outputs)
            files.append(ModelFile(50, inputs, 1, 1, [step], text={"a": 1}).to_bytes())
    return files


def sizes(kind: str, payload: bytes) -> tuple[int, int]:
    """Return inputs and outputs that a payload tells, or 1 where it can't."""
    if kind == "trees" and len(payload) >= 16:
        inputs, outputs = struct.unpack_from("<HH", payload, 12)
    elif kind == "time_features" and len(payload) >= 8:
        _, channels, samples, _, outputs = struct.unpack_from("<BBHHH", payload)
        inputs = channels * samples
    else:
        return 1, 1
    return max(inputs, 1), max(outputs, 1)


def fuzz(target: Target, seconds: int, fresh: bool, processes: int) -> int:
    """Build and run; return the exit code."""
    corpus, found = OUT / f"corpus-{target.name}", OUT / "found"
    if fresh:
        shutil.rmtree(corpus, ignore_errors=True)
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    program = target.build()
    for i, data in enumerate(target.seeds):
        (corpus / f"seed-{i:03}").write_bytes(data)
    dictionary = OUT / f"dictionary-{target.name}"
    dictionary.write_text("".join(f'"{word}"\n' for word in target.dictionary))
    command = [
        str(program),
        f"-max_total_time={seconds}",
        f"-max_len={MAX_LENGTH}",
        f"-dict={dictionary}",
        f"-artifact_prefix={found}/{target.name}-",
        *("-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0"),
        str(corpus),
    ]
    environment = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1")
    searches = [
        subprocess.Popen(
            [*command, f"-seed={SEED + i}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", env=environment,
        )
        for i in range(processes)
    ]  # fmt: skip
    code = 0
    for search in searches:
        output, _ = search.communicate()
        executed = [line.split()[-1] for line in output.splitlines() if "executed_units" in line]
        print(f"{target.name}: {' '.join(executed) or '?'} inputs, exit code {search.returncode}")
        if search.returncode != 0:
            print(output[-4000:])
            code = 1
    print(f"{target.name}: {len(list(corpus.iterdir()))} files in {corpus.relative_to(ROOT)}")
    return code


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seconds", type=int)
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", choices=("sense", "modules"))
    options = parser.parse_args()
    shutil.rmtree(OUT / "found", ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    targets = []
    if options.only != "modules":
        targets.append(sense_target())
    if options.only != "sense":
        from fuzz_modules import modules_target

        targets.append(modules_target(OUT))
    seconds = options.seconds // len(targets)
    return max(fuzz(one, seconds, options.fresh, options.processes) for one in targets)


if __name__ == "__main__":
    sys.exit(main())
