"""Time-domain features in double precision, by numpy and scipy: what the core must come close to.

Written from the definitions in docs/time_features.md, independently of the core.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import scipy.stats
from numpy.typing import NDArray

from senselet.training.steps.time_features import Correlation, Quantile, Signal, TimeFeatures

Doubles = NDArray[np.float64]


def _crossings(x: Doubles) -> float:
    above = x >= 0
    return float(np.count_nonzero(above[1:] != above[:-1]))


def _shape(function: Callable[..., float], x: Doubles) -> float:
    if np.ptp(x) == 0:
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(function(x, bias=True))


STATISTICS: dict[str, Callable[[Doubles], float]] = {
    "mean": lambda x: float(np.mean(x)),
    "variance": lambda x: float(np.var(x)),
    "standard_deviation": lambda x: float(np.std(x)),
    "root_mean_square": lambda x: float(np.sqrt(np.mean(x**2))),
    "energy": lambda x: float(np.mean(x**2)),
    "minimum": lambda x: float(np.min(x)),
    "maximum": lambda x: float(np.max(x)),
    "range": lambda x: float(np.ptp(x)),
    "skewness": lambda x: _shape(scipy.stats.skew, x),
    "kurtosis": lambda x: _shape(scipy.stats.kurtosis, x),
    "zero_crossings": _crossings,
    "mean_crossings": lambda x: _crossings(x - np.mean(x)),
    "mean_absolute_difference": lambda x: float(np.mean(np.abs(np.diff(x)))),
    "mean_absolute_deviation": lambda x: float(np.mean(np.abs(x - np.mean(x)))),
}


def form(signal: Signal, window: Doubles, channels: Sequence[str]) -> Doubles:
    """Form a signal from a window's channels."""
    columns = [window[:, channels.index(name)] for name in signal.channels]
    if signal.kind == "magnitude":
        x = np.sqrt(columns[0] ** 2 + columns[1] ** 2 + columns[2] ** 2)
    elif signal.kind == "tilt":
        x = np.arctan2(np.hypot(columns[1], columns[2]), columns[0] + 0.0)
    else:
        x = columns[0]
    return np.diff(x) if signal.difference else x


def pearson(x: Doubles, y: Doubles) -> float:
    """Pearson's correlation; 0 if either is constant."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def correlate(x: Doubles, y: Doubles, lag: int) -> float:
    """Correlation of ``x`` with ``y`` taken ``lag`` samples earlier."""
    return pearson(x[lag:], y[: len(y) - lag])


def quantile(statistic: Quantile, x: Doubles) -> float:
    """A quantile, or the range between two."""
    if statistic.spread:
        low, high = np.quantile(x, [statistic.q, 1 - statistic.q])
        return float(high - low)
    return float(np.quantile(x, statistic.q))


def features(
    step: TimeFeatures, window: NDArray[np.float32], channels: Sequence[str], rate: float
) -> Doubles:
    """All features of one window, in the core's order."""
    doubles = window.astype(np.float64)
    result = []
    for group in step.signals:
        x = form(group.signal, doubles, channels)
        result += [STATISTICS[name](x) for name in group.statistics]
        result += [_pair(pair, x, doubles, channels, rate) for pair in group.correlations]
        result += [quantile(statistic, x) for statistic in group.quantiles]
    return np.array(result)


def _pair(
    pair: Correlation, x: Doubles, window: Doubles, channels: Sequence[str], rate: float
) -> float:
    y = form(pair.other, window, channels)
    lag = round(pair.lag * rate)
    value = correlate(x, y, lag)
    return value - correlate(y, x, lag) if pair.lead else value
