"""Fit the sine polynomial of core/base/sine.c.

Prints the coefficients in Q31 of ``sin(pi / 2 u) = c0 u + c1 u^3 + ... + c5 u^11`` on ``[0, 1]``,
their sum held to 1: Lawson's iteratively reweighted least squares, which tends to the polynomial of
least largest error, on Chebyshev nodes. In the C file the last unit of c1 makes the result at 1
exact.
"""

from __future__ import annotations

import numpy as np

TERMS = 6
NODES = 4000


def main() -> None:
    """Fit and print the coefficients with the largest error."""
    u = np.cos(np.pi * (np.arange(NODES) + 0.5) / (2 * NODES))
    wanted = np.sin(np.pi / 2 * u) - u
    powers = np.stack([u ** (2 * k + 1) - u for k in range(1, TERMS)], axis=1)
    weights = np.ones(NODES)
    for _ in range(3000):
        root = np.sqrt(weights)
        tail = np.linalg.lstsq(powers * root[:, None], wanted * root, rcond=None)[0]
        error = np.abs(powers @ tail - wanted)
        weights *= error / error.max() + 1e-9
        weights /= weights.sum()
    for coefficient in (1 - tail.sum(), *tail):
        print(round(coefficient * 2**31))
    print(f"largest error {error.max():.2g} (before rounding the coefficients)")


if __name__ == "__main__":
    main()
