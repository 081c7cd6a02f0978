"""The step ``time_features``: which features of which signals, their names, and the step's payload.

The core computes them (core/features/time_features.h, docs/time_features.md); this module says what
to compute, in the core's order.
"""

from __future__ import annotations

import difflib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from senselet.training.errors import RecipeError

VERSION = 1
MAX_CHANNELS = 255
MAX_SAMPLES = 65535
MAX_FEATURES = 4096
MAX_PER_SIGNAL = 255
KINDS = ("channel", "magnitude", "tilt")
# In the order of the core's numbers.
STATISTICS = (
    "mean",
    "variance",
    "standard_deviation",
    "root_mean_square",
    "energy",
    "minimum",
    "maximum",
    "range",
    "skewness",
    "kurtosis",
    "zero_crossings",
    "mean_crossings",
    "mean_absolute_difference",
    "mean_absolute_deviation",
)
# Statistics with a name of their own that are quantiles or ranges of quantiles.
QUANTILES = {"median": (0.5, False), "interquartile_range": (0.25, True)}
QUANTILE_KINDS = {"quantile": (1.0, False), "quantile_range": (0.5, True)}


@dataclass(frozen=True)
class Signal:
    """A signal formed from a window's channels.

    Attributes
    ----------
    kind
        ``"channel"``, ``"magnitude"`` of three channels, or ``"tilt"``: the angle between the first
        channel's axis and the vector of all three.
    channels
        One channel's name, or three.
    difference
        Take the differences of successive values instead.
    """

    kind: str
    channels: tuple[str, ...]
    difference: bool = False

    def __str__(self) -> str:
        """Return the signal as a recipe spells it."""
        name = self.channels[0]
        if self.kind != "channel":
            name = f"{self.kind}({', '.join(self.channels)})"
        return f"difference({name})" if self.difference else name

    def word(self, channels: Sequence[str]) -> int:
        """Return the signal's word in the payload, for a window of these channels."""
        word = KINDS.index(self.kind) | self.difference << 7
        for place, channel in enumerate(self.channels):
            word |= channels.index(channel) << (8 + 8 * place)
        return word


@dataclass(frozen=True)
class Quantile:
    """The quantile ``q``, or with ``spread`` the range from quantile ``q`` to ``1 - q``."""

    q: float
    spread: bool = False

    def __str__(self) -> str:
        """Return the statistic as a recipe spells it."""
        for name, quantile in QUANTILES.items():
            if quantile == (self.q, self.spread):
                return name
        return f"{'quantile_range' if self.spread else 'quantile'}({self.q:g})"

    def word(self) -> int:
        """Return the quantile's word in the payload."""
        return round(self.q * 2**30) | self.spread << 31


@dataclass(frozen=True)
class Correlation:
    """Correlation of a signal with another one.

    Attributes
    ----------
    other
        The other signal.
    lag
        Seconds by which the other signal is taken earlier.
    lead
        Subtract the correlation with the lag the other way round: positive where the other signal
        runs ahead, so it tells the sense of a rotation.
    """

    other: Signal
    lag: float = 0.0
    lead: bool = False


@dataclass(frozen=True)
class SignalFeatures:
    """The features of one signal: statistics in the core's order, then the others as given."""

    signal: Signal
    statistics: tuple[str, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    quantiles: tuple[Quantile, ...] = ()

    def names(self) -> list[str]:
        """Return the features' names, in the order of the output."""
        names = [f"{statistic}({self.signal})" for statistic in self.statistics]
        for pair in self.correlations:
            kind = "lead" if pair.lead else "correlation"
            lag = f", {pair.lag:g} s" if pair.lag else ""
            names.append(f"{kind}({self.signal}, {pair.other}{lag})")
        for quantile in self.quantiles:
            head, _, argument = str(quantile).rstrip(")").partition("(")
            names.append(f"{head}({self.signal}{', ' + argument if argument else ''})")
        return names


@dataclass(frozen=True)
class TimeFeatures:
    """What a step of kind ``time_features`` computes: signal after signal."""

    signals: tuple[SignalFeatures, ...]

    def names(self) -> list[str]:
        """Return the features' names, in the order of the output."""
        return [name for signal in self.signals for name in signal.names()]

    def payload(self, channels: Sequence[str], samples: int, rate: float) -> bytes:
        """Return the step's payload for windows of ``samples`` samples.

        Raises
        ------
        RecipeError
            If that is more than the core can do.
        """
        if not 1 <= len(channels) <= MAX_CHANNELS:
            raise RecipeError(f"{len(channels)} channels; time_features takes 1 ... {MAX_CHANNELS}")
        if not 2 <= samples <= MAX_SAMPLES:
            raise RecipeError(
                f"A window has {samples} samples; time_features takes 2 ... {MAX_SAMPLES}",
                "change [window] seconds",
            )
        number = len(self.names())
        if not 1 <= number <= MAX_FEATURES:
            raise RecipeError(f"{number} features; time_features gives 1 ... {MAX_FEATURES}")
        words = [VERSION | len(channels) << 8 | samples << 16, len(self.signals) | number << 16]
        for features in self.signals:
            words += _signal_words(features, channels, samples, rate)
        return struct.pack(f"<{len(words)}I", *words)


def _signal_words(
    features: SignalFeatures, channels: Sequence[str], samples: int, rate: float
) -> list[int]:
    signal, pairs, quantiles = features.signal, features.correlations, features.quantiles
    most = max(len(pairs), len(quantiles))
    if most > MAX_PER_SIGNAL:
        raise RecipeError(f"{most} correlations or quantiles of {signal}; limit {MAX_PER_SIGNAL}")
    length = samples - signal.difference
    if length < 2:
        raise RecipeError(f"A window of {samples} samples is too short for {signal}")
    bits = sum(1 << STATISTICS.index(statistic) for statistic in features.statistics)
    words = [signal.word(channels), bits | len(pairs) << 16 | len(quantiles) << 24]
    for pair in pairs:
        lag = round(pair.lag * rate)
        if pair.lag and not 1 <= lag <= length - 2:
            raise RecipeError(
                f"A lag of {pair.lag:g} s is {lag} samples in a window of {samples}",
                "it must be at least one sample and leave two",
            )
        words += [pair.other.word(channels), lag | pair.lead << 31]
    return words + [quantile.word() for quantile in quantiles]


def parse_signal(text: str, channels: Sequence[str]) -> Signal:
    """Read a signal as a recipe spells it.

    Examples
    --------
    >>> parse_signal("difference(magnitude(x, y, z))", ["x", "y", "z"])
    Signal(kind='magnitude', channels=('x', 'y', 'z'), difference=True)
    """
    text = text.strip()
    if text in channels:
        return Signal("channel", (text,))
    call = re.fullmatch(r"(\w+)\s*\((.*)\)", text)
    if call is None:
        raise RecipeError(f"There is no channel {text!r}", suggest(text, channels))
    function, inner = call[1], call[2]
    if function == "difference":
        signal = parse_signal(inner, channels)
        if signal.difference:
            raise RecipeError(f"{text!r} is the difference of a difference; only one is possible")
        return Signal(signal.kind, signal.channels, True)
    if function not in KINDS[1:]:
        known = ("difference", *KINDS[1:])
        raise RecipeError(f"There is no signal {function!r}", suggest(function, known))
    names = [name.strip() for name in inner.split(",")]
    for name in names:
        if name not in channels:
            raise RecipeError(f"There is no channel {name!r} for {text!r}", suggest(name, channels))
    if len(names) != 3:
        raise RecipeError(f"{text!r} names {len(names)} channels; {function} takes three")
    return Signal(function, tuple(names))


def parse_statistic(text: str) -> str | Quantile:
    """Read a statistic as a recipe spells it.

    Examples
    --------
    >>> parse_statistic("quantile(0.9)")
    Quantile(q=0.9, spread=False)
    >>> parse_statistic("mean")
    'mean'
    """
    text = text.strip()
    if text in STATISTICS:
        return text
    if text in QUANTILES:
        return Quantile(*QUANTILES[text])
    call = re.fullmatch(r"(\w+)\s*\(\s*([0-9.eE+-]+)\s*\)", text)
    if call is not None and call[1] in QUANTILE_KINDS:
        largest, spread = QUANTILE_KINDS[call[1]]
        try:
            q = float(call[2])
        except ValueError:
            q = -1.0
        if not 0 <= q <= largest:
            raise RecipeError(f"{text!r}: the number must lie in 0 ... {largest:g}")
        return Quantile(q, spread)
    known = (*STATISTICS, *QUANTILES, "quantile(0.9)", "quantile_range(0.1)")
    raise RecipeError(f"There is no statistic {text!r}", suggest(text, known))


def suggest(word: str, known: Sequence[str]) -> str:
    """Return a hint: the known word that is closest, or all of them."""
    close = difflib.get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
