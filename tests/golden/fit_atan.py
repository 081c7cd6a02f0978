"""Fit the arc tangent polynomial of core/base/float32.c.

Prints the coefficients of ``atan(t) = t + t * z * (c0 + c1 z + ...)``, ``z = t^2``, on
``[0, tan(pi / 8)]``: Lawson's iteratively reweighted least squares, which tends to the polynomial
of least largest relative error, on Chebyshev nodes in extended precision.
"""

from __future__ import annotations

import numpy as np

TERMS = 5
NODES = 4000


def main() -> None:
    """Fit and print the coefficients with the largest relative error."""
    limit = np.tan(np.pi / 8)
    angles = np.pi * (np.arange(NODES) + 0.5) / NODES
    z = (limit**2 / 2 * (1 - np.cos(angles))).astype(np.longdouble)
    t = np.sqrt(z)
    wanted = ((np.arctan(t) / t - 1) / z).astype(np.float64)
    scale = (t * z / np.arctan(t)).astype(np.float64)
    powers = np.vander(z.astype(np.float64), TERMS, increasing=True)
    weights = np.ones(NODES)
    for _ in range(300):
        rows = scale * np.sqrt(weights)
        coefficients = np.linalg.lstsq(powers * rows[:, None], wanted * rows, rcond=None)[0]
        error = np.abs(powers @ coefficients - wanted) * scale
        weights *= error / error.max() + 1e-3
        weights /= weights.sum()
    for coefficient in coefficients:
        print(f"{coefficient:.10g}", float(np.float32(coefficient)).hex())
    print(f"largest relative error {error.max():.2g} (before rounding the coefficients to float32)")


if __name__ == "__main__":
    main()
