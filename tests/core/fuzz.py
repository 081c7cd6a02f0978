#!/usr/bin/env python3
"""Fuzz the model file's reader: ``python tests/core/fuzz.py SECONDS``.

Builds fuzz_sense.c with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, starts
from converted models and the golden vectors, and ends with exit code 1 if anything is found; the
input that shows it is left in build/fuzz. The seed is fixed. Two processes search; the corpus that
they find is kept in build/fuzz/corpus and is where the next run starts, unless ``--fresh``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORE = ROOT / "core"
OUT = ROOT / "build" / "fuzz"
SOURCES = (
    "base/crc32.c",
    "base/float32.c",
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

sys.path[:0] = [str(ROOT / "tests" / "golden"), str(ROOT)]


def compiler() -> str:
    """Return clang, whatever version this machine has of it."""
    for name in ("clang", "clang-14", "clang-16", "clang-19"):
        if shutil.which(name):
            return name
    raise SystemExit("fuzzing needs clang (Debian: clang-14)")


def build() -> Path:
    """Compile the target; return the program."""
    program = OUT / "fuzz_sense"
    files = [HERE / "fuzz_sense.c", *(CORE / source for source in SOURCES)]
    command = [compiler(), *FLAGS, f"-I{CORE}", *map(str, files), "-o", str(program)]
    subprocess.run(command, check=True)
    return program


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


def fuzz(seconds: int, fresh: bool, processes: int) -> int:
    """Build and run; return the exit code."""
    corpus, found = OUT / "corpus", OUT / "found"
    if fresh:
        shutil.rmtree(corpus, ignore_errors=True)
    shutil.rmtree(found, ignore_errors=True)
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    program = build()
    for i, data in enumerate(seeds()):
        (corpus / f"seed-{i:03}").write_bytes(data + REPAIR)
    dictionary = OUT / "dictionary"
    dictionary.write_text("".join(f'"{word}"\n' for word in DICTIONARY))
    command = [
        str(program),
        f"-max_total_time={seconds}",
        f"-max_len={MAX_LENGTH}",
        f"-dict={dictionary}",
        f"-artifact_prefix={found}/",
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
        print(f"fuzz_sense: {' '.join(executed) or '?'} inputs, exit code {search.returncode}")
        if search.returncode != 0:
            print(output[-4000:])
            code = 1
    print(f"fuzz_sense: {len(list(corpus.iterdir()))} files in {corpus.relative_to(ROOT)}")
    return code


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seconds", type=int)
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args()
    return fuzz(options.seconds, options.fresh, options.processes)


if __name__ == "__main__":
    sys.exit(main())
