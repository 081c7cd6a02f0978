"""The step ``time_features``: which features of which signals, their names, and the step's payload.

The core computes them (core/features/time_features.h, docs/time_features.md); this module says what
to compute, in the core's order.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.table import REQUIRED, Table, WrongError, a_list_of_texts, suggest

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
class TimeFeatures(FeatureStep):
    """What a step of kind ``time_features`` computes: signal after signal."""

    kind: ClassVar[str] = "time_features"
    signals: tuple[SignalFeatures, ...]

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> TimeFeatures:
        """Read the keys ``signals``, ``statistics``, ``pairs``, ``lags``, ``leads``, ``also``."""
        groups = [table, *table.tables("also", [])]
        signals: list[SignalFeatures] = []
        for group in groups:
            try:
                found = _signals(group, channels)
            except RecipeError as error:
                if error.args[0].startswith("["):
                    raise
                raise RecipeError(f"{group.name}: {error.args[0]}", error.hint) from error
            for features in found:
                if any(features.signal == other.signal for other in signals):
                    raise RecipeError(
                        f"{group.name} names the signal {features.signal} twice",
                        "ask for all its features in one place",
                    )
                signals.append(features)
        for group in groups:
            group.finish()
        return cls(tuple(signals))

    def names(self, shape: Shape | None = None) -> list[str]:  # noqa: ARG002 - of any shape
        """Return the features' names, in the order of the output."""
        return [name for signal in self.signals for name in signal.names()]

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload.

        Raises
        ------
        RecipeError
            If that is more than the core can do.
        """
        channels, samples, rate = shape.channels, shape.samples, shape.rate
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


def _signals(table: Table, channels: tuple[str, ...]) -> list[SignalFeatures]:
    names = table.take("signals", REQUIRED, _texts_or_all)
    signals = [parse_signal(text, channels) for text in (channels if names == "all" else names)]
    if not signals:
        raise RecipeError(f"{table.where('signals')} is empty", "name at least one channel")
    asked = [parse_statistic(text) for text in table.texts("statistics", ())]
    for statistic in asked:
        if asked.count(statistic) > 1:
            raise RecipeError(f"{table.where('statistics')} names {statistic} twice")
    statistics = tuple(name for name in STATISTICS if name in asked)
    quantiles = tuple(statistic for statistic in asked if isinstance(statistic, Quantile))
    correlations = _correlations(table, signals, channels)
    if not asked and not any(correlations.values()):
        raise RecipeError(f"{table.where('statistics')} is empty", 'for instance ["mean"]')
    return [
        SignalFeatures(signal, statistics, tuple(correlations.get(signal, ())), quantiles)
        for signal in signals
    ]


def _correlations(
    table: Table, signals: list[Signal], channels: tuple[str, ...]
) -> dict[Signal, list[Correlation]]:
    """Correlations of each signal, from the keys ``pairs``, ``lags`` and ``leads``."""
    pairs: Any = table.take("pairs", [], _pairs)
    lags = table.numbers("lags", (0.0,) if pairs else ())
    leads = table.numbers("leads", ())
    if not pairs and (lags or leads):
        raise RecipeError(
            f"{table.name} has lags or leads of no pairs", 'add pairs = "all", or a list of pairs'
        )
    for lag in (*lags, *leads):
        if lag < 0 or (lag == 0 and lag in leads):
            raise RecipeError(f"{table.name}: a lag of {lag:g} s; it must be positive")
    every = pairs == "all"
    if every:
        chosen = [
            (one, other)
            for place, one in enumerate(signals)
            for other in signals[place + 1 :]
            if one.difference == other.difference
        ]
    else:
        chosen = [
            (parse_signal(one, channels), parse_signal(other, channels)) for one, other in pairs
        ]
    correlations: dict[Signal, list[Correlation]] = {signal: [] for signal in signals}
    for one, other in chosen:
        if one not in correlations:
            raise RecipeError(
                f"{table.where('pairs')}: {one} is not among the signals", "add it to signals"
            )
        if one.difference != other.difference:
            raise RecipeError(
                f"{table.where('pairs')}: {one} and {other} differ in length",
                "a difference can only be correlated with a difference",
            )
        if one == other and (leads or 0 in lags):
            raise RecipeError(
                f"{table.where('pairs')}: {one} with itself is 1 at no lag, and has no lead"
            )
        for lag in lags:
            correlations[one].append(Correlation(other, lag))
            if every and lag > 0:
                correlations[other].append(Correlation(one, lag))
        correlations[one] += [Correlation(other, lag, lead=True) for lag in leads]
    return correlations


def _texts_or_all(value: Any) -> Any:
    if value == "all":
        return value
    return a_list_of_texts(value)


def _pairs(value: Any) -> Any:
    if value == "all":
        return value
    if not isinstance(value, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        for pair in value
    ):
        raise WrongError('"all", or a list of pairs of signals')
    return value
