"""A synthetic bearing with a fault: the usual model of an impulse train that excites a resonance.

Each time a rolling element passes the fault it hits a resonance of the structure, which rings and
dies away; the hits' strength is modulated by the load (once a revolution, for a fault of the inner
race), their spacing jitters a little as the elements slip, and noise covers it all. (P. D.
McFadden, J. D. Smith: Model for the vibration produced by a single point defect in a rolling
element bearing, Journal of Sound and Vibration 96 (1984), 69-82; slip as in R. B. Randall, J.
Antoni: Rolling element bearing diagnostics - a tutorial, MSSP 25 (2011), 485-520.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bearing(
    rng: np.random.Generator,
    samples: int,
    rate: float,
    *,
    fault: float,
    resonance: float,
    damping: float = 600.0,
    revolution: float = 0.0,
    slip: float = 0.01,
    noise: float = 0.5,
) -> NDArray[np.float64]:
    """Return a vibration signal whose hits have the size 1.

    Parameters
    ----------
    fault
        Hits a second; 0 for a sound bearing.
    resonance, damping
        In Hz, and the decay in 1/s.
    revolution
        Frequency in Hz of the load's modulation of the hits; 0 for none.
    slip
        Standard deviation of the spacing, as a share of it.
    noise
        Standard deviation.
    """
    x = rng.normal(0, noise, samples)
    if fault == 0:
        return x
    spacing = 1 / fault * (1 + slip * rng.normal(0, 1, int(samples / rate * fault) + 2))
    for at in np.cumsum(spacing) - rng.uniform(0, 1 / fault):
        t = np.arange(samples) / rate - at
        ringing = np.exp(-damping * np.maximum(t, 0)) * np.sin(2 * np.pi * resonance * t)
        load = 1 + 0.5 * np.cos(2 * np.pi * revolution * at) if revolution else 1.0
        x += np.where(t >= 0, load * ringing, 0)
    return x
