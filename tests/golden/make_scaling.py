"""Make tests/golden/scaling.vectors: ``python tests/golden/make_scaling.py``.

Values are (in - offset) * scale in exact rational arithmetic, bits come from the C core built for
this machine. The tolerance is 0.51 units in the last place: core/features/scaling.h.
"""

from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
from steps import Doubles, Floats, StepCore, make_record, refused, write

LARGEST = Fraction(float(np.finfo(np.float32).max))


def encode(offset: Floats, scale: Floats) -> bytes:
    """Return the payload."""
    header = struct.pack("<BBH", 1, 0, len(offset))
    return header + offset.astype("<f4").tobytes() + scale.astype("<f4").tobytes()


def scaled(value: float, offset: float, scale: float) -> tuple[float, float]:
    """Return the exact result, rounded to double, and its tolerance."""
    if not np.isfinite(value):
        return float(value * scale), 0.0
    exact = (Fraction(value) - Fraction(offset)) * Fraction(scale)
    if abs(exact) >= LARGEST * (1 + Fraction(1, 2**25)):
        return float("inf") if exact > 0 else float("-inf"), 0.0
    result = float(exact)
    return result, 0.51 * float(np.spacing(np.float32(abs(result)).astype(np.float32)))


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20261122)
    core = StepCore("scaling", ["features/scaling.c"])
    records = []

    def add(name: str, offset: Doubles, scale: Doubles, rows: Doubles) -> None:
        o, s = offset.astype(np.float32), scale.astype(np.float32)

        def reference(window: Floats) -> tuple[Doubles, Doubles]:
            triples = zip(window.tolist(), o.tolist(), s.tolist(), strict=True)
            pairs = [scaled(*triple) for triple in triples]
            return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

        windows = [row.astype(np.float32) for row in rows]
        records.append(make_record(core, name, encode(o, s), windows, reference))

    n = 100

    def wide(low: float, high: float) -> Doubles:
        return rng.choice([-1.0, 1.0], n) * 10.0 ** rng.uniform(low, high, n)

    add("standard", rng.normal(0, 3, n), 1 / rng.uniform(0.1, 9, n), rng.normal(0, 4, (20, n)))
    offset = rng.normal(1000, 1, n)
    add("offsets", offset, np.full(n, 100.0), offset + rng.normal(0, 0.01, (10, n)))
    add("identity", np.zeros(n), np.ones(n), np.stack([wide(-44, 38) for _ in range(5)]))
    add("magnitudes", wide(-40, 38), wide(-20, 20), np.stack([wide(-40, 38) for _ in range(20)]))
    add("denormals", wide(-45, -38), wide(-3, 3), np.stack([wide(-45, -38) for _ in range(20)]))
    add("to denormals", wide(-20, -18), wide(-25, -18), np.stack([wide(-20, -18) for _ in "12345"]))
    add("least scales", wide(0, 38), wide(-45, -38), np.stack([wide(0, 38) for _ in "12345"]))
    add("cancelling", np.full(n, 1.0), wide(-1, 1), 1 + wide(-8, -1)[None])
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 3.4028234e38, -3.4028234e38, 1e-45])
    for name, o, s in (("special", 0.0, 1.0), ("special, turned", 3e38, -2.0)):
        add(name, np.full(8, o), np.full(8, s), special[None])
    add("one", np.array([2.0]), np.array([0.5]), np.array([[3.0], [2.0]]))
    good = encode(np.zeros(2, np.float32), np.ones(2, np.float32))

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    length, version, in_range = -3, -2, -5
    records += refused(
        core,
        [
            ("empty", b"", length),
            ("odd length", good + b"\0", length),
            ("truncated", good[:-4], length),
            ("too long", good + bytes(4), length),
            ("version 0", patched(0, 2 << 16), version),
            ("no features", patched(0, 1), in_range),
            ("reserved bits", patched(0, 1 | 1 << 8 | 2 << 16), in_range),
            ("offset infinite", patched(1, 0x7F800000), in_range),
            ("offset NaN", patched(2, 0xFFC00000), in_range),
            ("scale infinite", patched(3, 0xFF800000), in_range),
            ("scale 0", patched(4, 0), in_range),
            ("scale -0", patched(4, 0x80000000), in_range),
        ],
    )
    write("scaling", records)


if __name__ == "__main__":
    main()
