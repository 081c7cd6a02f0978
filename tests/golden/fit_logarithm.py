"""Fit the polynomials of core/base/logarithm.c and core/base/logarithm_float.c.

All are evaluated in fixed point (fraction bits beside each coefficient). Weighted least squares on
Chebyshev nodes, reweighted after Lawson, tends to the polynomial of least largest error.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

NODES = 4000
Floats = npt.NDArray[np.float64]


def fit(
    name: str,
    wanted: Callable[[Floats], Floats],
    scale: Callable[[Floats], Floats],
    limits: tuple[float, float],
    bits: tuple[int, ...],
) -> None:
    """Fit ``scale(x) * polynomial(x)`` to ``scale(x) * wanted(x)`` and print the coefficients."""
    middle, half = (limits[0] + limits[1]) / 2, (limits[1] - limits[0]) / 2
    x = middle - half * np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    factor = scale(x)
    target = wanted(x)
    unit = (x - middle) / half  # well-conditioned
    powers = np.polynomial.chebyshev.chebvander(unit, len(bits) - 1)
    weights = np.ones(NODES)
    for _ in range(300):
        rows = factor * np.sqrt(weights)
        found = np.linalg.lstsq(powers * rows[:, None], target * rows, rcond=None)[0]
        error = np.abs(powers @ found - target) * np.abs(factor)
        weights *= error / error.max() + 1e-3
        weights /= weights.sum()
    series = np.polynomial.Chebyshev(found, domain=list(limits)).convert(
        kind=np.polynomial.Polynomial
    )
    print(name, f"largest error {error.max():.2g}")
    for coefficient, fraction in zip(series.coef, bits, strict=True):
        print(f"    {round(coefficient * 2**fraction)}  {coefficient:+.10f}, Q{fraction}")


def main() -> None:
    """Print all coefficients."""
    fit(
        "log2(1 + t) = t + t (1 - t) P(t), 0 <= t <= 1",
        lambda t: (np.log1p(t) / np.log(2) - t) / (t * (1 - t)),
        lambda t: t * (1 - t),
        (0.0, 1.0),
        (30, 31, 32, 33, 34),
    )
    fit(
        "log2(1 + r) = r P(r), sqrt(1/2) <= 1 + r <= sqrt(2)",
        lambda r: np.log1p(r) / (r * np.log(2)),
        lambda r: r / np.log1p(r) * np.log(2),
        (0.5**0.5 - 1, 2**0.5 - 1),
        (30,) * 12,
    )
    fit(
        "2^f = 1 + f P(f), -1/2 <= f <= 1/2",
        lambda f: np.expm1(f * np.log(2)) / f,
        lambda f: f,
        (-0.5, 0.5),
        (31,) * 7,
    )


if __name__ == "__main__":
    main()
