"""Make tests/golden/time_features.vectors.

Values come from numpy and scipy in double precision, bits from the C core built for this machine.
Run it again only when features are added or the definition of a result changes:
``python tests/golden/make_time_features.py``.
"""

from __future__ import annotations

import ctypes
import struct
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.stats
from vectors import Record, write_vectors

HERE = Path(__file__).resolve().parent
CORE = HERE.parent.parent / "core"

Floats = npt.NDArray[np.float64]
Window = npt.NDArray[np.float32]

KINDS = ("channel", "magnitude", "tilt")
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
ALL = (1 << len(STATISTICS)) - 1


@dataclass(frozen=True)
class Signal:
    """A signal formed from a window's channels."""

    kind: str
    channels: tuple[int, ...]
    difference: bool = False

    def word(self) -> int:
        """Return the signal's word of the payload."""
        word = KINDS.index(self.kind) | self.difference << 7
        for place, channel in enumerate(self.channels):
            word |= channel << (8 + 8 * place)
        return word

    def form(self, window: Window) -> Floats:
        """Form the signal in double precision."""
        columns = [window[:, channel].astype(np.float64) for channel in self.channels]
        if self.kind == "channel":
            signal = columns[0]
        elif self.kind == "magnitude":
            signal = np.sqrt(columns[0] ** 2 + columns[1] ** 2 + columns[2] ** 2)
        else:
            # + 0.0: the tilt of the zero vector is 0, whatever the signs of its zeros.
            signal = np.arctan2(np.hypot(columns[1], columns[2]), columns[0] + 0.0)
        return np.diff(signal) if self.difference else signal

    def error(self, window: Window) -> float:
        """Largest error of a sample in the core's fixed point; 0 if all are exact in it."""
        columns = window[:, list(self.channels)].astype(np.float64)
        peak = np.abs(columns).max()
        exponent = max(int(np.frexp(peak)[1]), -125) if peak > 0 else -125
        unit = 2.0 ** (exponent - 29 + self.difference)
        if self.kind == "channel":
            error = 0.0 if np.all(np.rint(columns / unit) == columns / unit) else unit
        elif self.kind == "magnitude":
            error = 4 * unit
        else:
            lengths = np.sqrt((columns**2).sum(axis=1))
            shortest = lengths[lengths > 0].min(initial=np.inf)
            error = 4e-8 + 2.0**-152 / shortest  # the second for denormals
        return error * (1 + self.difference)


@dataclass(frozen=True)
class Request:
    """A signal with the features wanted of it."""

    signal: Signal
    statistics: int = ALL
    correlations: tuple[tuple[Signal, int], ...] = ()  # other signal, lag (with LEAD or without)
    quantiles: tuple[float, ...] = ()
    quantile_ranges: tuple[float, ...] = ()

    def outputs(self) -> int:
        """Return the number of features."""
        return (
            self.statistics.bit_count()
            + len(self.correlations)
            + len(self.quantiles)
            + len(self.quantile_ranges)
        )


def encode(channels: int, samples: int, requests: list[Request]) -> bytes:
    """Encode the payload of a "time_features" step."""
    outputs = sum(request.outputs() for request in requests)
    words = [1 | channels << 8 | samples << 16, len(requests) | outputs << 16]
    for request in requests:
        n_quantiles = len(request.quantiles) + len(request.quantile_ranges)
        words.append(request.signal.word())
        words.append(request.statistics | len(request.correlations) << 16 | n_quantiles << 24)
        for signal, lag in request.correlations:
            words += [signal.word(), lag]
        words += [round(q * 2**30) for q in request.quantiles]
        words += [round(q * 2**30) | 1 << 31 for q in request.quantile_ranges]
    return struct.pack(f"<{len(words)}I", *words)


def crossings(values: Floats) -> int:
    """Count the changes between negative and not negative."""
    return int(np.count_nonzero(np.diff(values >= 0)))


def statistics(signal: Floats, error: float, counts_exact: bool) -> list[tuple[float, float]]:
    """Return value and tolerance of every statistic of a finite signal.

    `error` is the largest error of a sample. Results derived from deviations carry that of rounding
    these to 2^-24 of the signal's range as well.
    """
    n = len(signal)
    mean = float(np.mean(signal.astype(np.longdouble)))
    deviations = signal - mean
    span = float(np.ptp(signal))
    if span == 0:
        deviations = np.zeros(n)
    variance = float(np.mean(deviations**2))
    sigma = variance**0.5
    energy = float(np.mean(signal**2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        skewness = 0.0 if span == 0 else float(scipy.stats.skew(signal))
        kurtosis = 0.0 if span == 0 else float(scipy.stats.kurtosis(signal))
    half = 2.0**-24  # rounding to float32
    noise = error + span * 2.0**-25
    # Of a signal that is constant but for its samples' errors, skewness and kurtosis say nothing.
    relative = noise / sigma if sigma else (np.inf if error else 0.0)
    coarse = (span / sigma) ** 2 * 2.0**-25 if sigma else 0.0
    steps = np.abs(np.diff(signal))
    zero_doubt = 0 if counts_exact else 2 * int(np.count_nonzero(np.abs(signal) <= error))
    mean_doubt = 2 * int(np.count_nonzero(np.abs(deviations) <= error)) if error else 0
    rows: list[tuple[float, float]] = [
        (mean, error + 1.01 * half * abs(mean)),
        (variance, 2 * noise * sigma + noise**2 + 2 * half * variance),
        (sigma, noise + 2 * half * sigma),
        (energy**0.5, noise + 2 * half * energy**0.5),
        (energy, 2 * noise * energy**0.5 + noise**2 + 2 * half * energy),
        (float(signal.min()), error + half * abs(signal.min())),
        (float(signal.max()), error + half * abs(signal.max())),
        (span, error + half * span),
        (skewness, 3 * relative * (1 + abs(skewness)) + coarse + 2 * half * abs(skewness)),
        (
            kurtosis,
            4 * relative * ((kurtosis + 3) ** 0.5 + kurtosis + 3)
            + 2 * coarse
            + 2 * half * abs(kurtosis),
        ),
        (crossings(signal), zero_doubt),
        (crossings(deviations), mean_doubt),
        (float(steps.mean()) if n > 1 else 0.0, error + 2 * half * float(steps.max(initial=0))),
        (float(np.abs(deviations).mean()), noise + 2 * half * sigma),
    ]
    return rows


def correlation(a: Floats, error_a: float, b: Floats, error_b: float) -> tuple[float, float]:
    """Return Pearson's correlation with its tolerance."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0, np.inf if error_a or error_b else 0.0
    relative = (error_a + np.ptp(a) * 2.0**-25) / a.std() + (
        error_b + np.ptp(b) * 2.0**-25
    ) / b.std()
    a = (a - a.mean()) / np.ptp(a)
    b = (b - b.mean()) / np.ptp(b)
    value = float(np.clip(np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b)), -1, 1))
    return value, 2 * float(relative) + 2.0**-23


def lagged(x: Floats, error: float, y: Floats, y_error: float, lag: int) -> tuple[float, float]:
    """Correlation of x, ``lag`` samples later, with y, and its tolerance."""
    return correlation(x[lag:], error, y[: len(y) - lag], y_error)


def expected(window: Window, requests: list[Request]) -> tuple[Floats, Floats]:
    """Return all values of a window and their tolerances."""
    rows: list[tuple[float, float]] = []
    for request in requests:
        signal = request.signal

        def finite(which: Signal) -> bool:
            return bool(np.all(np.isfinite(window[:, list(which.channels)])))

        if not finite(signal):
            rows += [(np.nan, 0.0)] * request.outputs()
            continue
        x = signal.form(window)
        error = signal.error(window)
        counts_exact = signal.kind == "channel" and not signal.difference
        table = statistics(x, error, counts_exact)
        rows += [row for i, row in enumerate(table) if request.statistics >> i & 1]
        for other, lag in request.correlations:
            if finite(other):
                y = other.form(window)
                rows.append(lagged(x, error, y, other.error(window), lag & ~LEAD))
                if lag & LEAD:
                    back = lagged(y, other.error(window), x, error, lag & ~LEAD)
                    rows[-1] = (rows[-1][0] - back[0], rows[-1][1] + back[1])
            else:
                rows.append((np.nan, 0.0))
        # q is stored in units of 2^-30: its rounding moves a quantile by a part of a gap.
        slack = error * 2 + float(np.ptp(x)) * (len(x) * 2.0**-31 + 2.0**-29)
        for q in request.quantiles:
            value = float(np.quantile(x, q))
            rows.append((value, slack + 2.0**-24 * abs(value)))
        for q in request.quantile_ranges:
            value = float(np.quantile(x, 1 - q) - np.quantile(x, q))
            rows.append((value, 2 * slack + 2.0**-24 * abs(value)))
    values = np.array([value for value, _ in rows])
    # A result in float32's denormal range is rounded to a multiple of 2^-149.
    tolerances = np.array([tolerance for _, tolerance in rows])
    tolerances[tolerances != 0] += 2.0**-149
    with np.errstate(over="ignore"):
        overflown = np.isinf(values.astype(np.float32))
    values[overflown] = np.copysign(np.inf, values[overflown])
    return values, tolerances


class Core(ctypes.Structure):
    """``sl_time_features`` of the C core, built for this machine."""

    _fields_ = (
        ("payload", ctypes.c_void_p),
        ("inputs", ctypes.c_uint32),
        ("outputs", ctypes.c_uint32),
        ("channels", ctypes.c_uint32),
        ("samples", ctypes.c_uint32),
        ("signals_in_work", ctypes.c_uint32),
    )


def build_core(folder: Path) -> ctypes.CDLL:
    """Compile the core's time features as a shared library."""
    library = folder / "time_features.so"
    source = CORE / "features" / "time_features.c"
    flags = ["-std=c11", "-O2", "-ffreestanding", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, f"-I{CORE}", str(source), "-o", str(library)], check=True)
    core = ctypes.CDLL(str(library))
    core.sl_time_features_work_size.restype = ctypes.c_size_t
    return core


def run_core(core: ctypes.CDLL, payload: bytes, window: Window) -> npt.NDArray[np.uint32]:
    """Run the C core on one window."""
    features = Core()
    words = np.frombuffer(payload, np.uint32).copy()
    status = core.sl_time_features_open(
        ctypes.byref(features), words.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(payload))
    )
    if status != 0:
        raise RuntimeError(f"opening the payload gives status {status}")
    out = np.zeros(features.outputs, np.uint32)
    work = np.zeros(core.sl_time_features_work_size(ctypes.byref(features)), np.uint8)
    flat = np.ascontiguousarray(window, np.float32)
    core.sl_time_features_run(
        ctypes.byref(features),
        flat.ctypes.data_as(ctypes.c_void_p),
        out.ctypes.data_as(ctypes.c_void_p),
        work.ctypes.data_as(ctypes.c_void_p),
    )
    return out


def channel(index: int, difference: bool = False) -> Signal:
    """Return a raw channel."""
    return Signal("channel", (index,), difference)


LEAD = 1 << 31  # added to a lag: correlation(x, y, lag) - correlation(y, x, lag)
QUANTILES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 1 / 3, 0.9, 1.0)


def everything(channels: int, samples: int) -> list[Request]:
    """Return every feature of every signal that so many channels and samples allow."""
    requests = []
    differences = (False, True) if samples > 1 else (False,)
    for difference in differences:
        signals = [channel(i, difference) for i in range(channels)]
        if channels >= 3:
            axes = [(0, 1, 2), (channels - 1, 0, 1)]
            signals += [Signal(kind, three, difference) for kind in KINDS[1:] for three in axes]
        for place, signal in enumerate(signals):
            after, before = signals[(place + 1) % len(signals)], signals[place - 1]
            others = [(after, 0), (before, 0), (signal, 0)]
            longest = samples - difference - 2
            if longest > 0:
                others += [(after, 1), (after, longest // 2 + 1), (before, 1), (signal, longest)]
                others += [(after, LEAD | 1), (before, LEAD | longest // 2 + 1)]
            requests.append(Request(signal, ALL, tuple(others), QUANTILES, (0.25, 0.1)))
    return requests


def motion(samples: int) -> tuple[int, int, list[Request]]:
    """Return 104 typical features of an accelerometer and a gyroscope; also the speed test."""
    wanted = (
        "mean",
        "standard_deviation",
        "minimum",
        "maximum",
        "skewness",
        "kurtosis",
        "mean_crossings",
        "mean_absolute_difference",
        "mean_absolute_deviation",
    )
    mask = sum(1 << STATISTICS.index(name) for name in wanted)
    requests = []
    for i in range(6):
        pair = ((channel(3 * (i // 3) + (i + 1) % 3), 0),)
        requests.append(Request(channel(i), mask, pair, (0.25, 0.5, 0.75)))
    for axes in ((0, 1, 2), (3, 4, 5)):
        requests.append(Request(Signal("magnitude", axes), mask, (), (0.25, 0.5, 0.75), (0.25,)))
    return 6, samples, requests


def motion_window(rng: np.random.Generator, samples: int) -> Window:
    """Return a window as a wrist would give it: gravity, movement, noise, in m/s^2 and rad/s."""
    time = np.arange(samples)[:, None] / 50
    rate = rng.uniform(0.5, 3, 6)
    movement = rng.uniform(0.2, 4, 6) * np.sin(2 * np.pi * rate * time + rng.uniform(0, 6, 6))
    offset = np.concatenate([rng.uniform(-9, 9, 3), np.zeros(3)])
    return (offset + movement + rng.normal(0, 0.1, (samples, 6))).astype(np.float32)


def hostile_windows(rng: np.random.Generator) -> dict[str, Window]:
    """Return windows that break careless numerics, by name."""
    n = 50
    noise = rng.normal(0, 1, (n, 3))
    windows = {
        "noise": noise,
        "constants": np.tile([0.1, -3.3, 0.0], (n, 1)),
        "offset 1000 +- 0.01": 1000 + 0.01 * noise,
        "offset 1e6, last bit": 1e6 + 0.0625 * rng.integers(0, 2, (n, 3)),
        "offset -1e30": -1e30 + 1e25 * noise,
        "tiny": 1e-30 * noise,
        "denormal": 1e-42 * noise,
        "least denormal": 1.4e-45 * rng.integers(-1, 2, (n, 3)),
        "huge": 1e37 * noise,
        "largest": 3.4028234e38 * rng.choice([-1.0, 1.0], (n, 3)),
        "ties": rng.integers(-2, 3, (n, 3)),
        "int16 counts": rng.integers(-32768, 32768, (n, 3)),
        "spike": np.where(np.arange(n)[:, None] == 17, 1e4, 0.01 * noise),
        "scales apart": noise * [1e-20, 1.0, 1e20],
        "all scales": noise * 10.0 ** rng.uniform(-30, 30, (n, 3)),
        "negative zero": np.where(noise > 0, -0.0, 0.0),
        "sorted": np.sort(noise, axis=0),
        "reversed": -np.sort(noise, axis=0),
        "same": np.repeat(noise[:, :1], 3, axis=1),
        "opposite": noise[:, :1] * [1, -1, -2],
        "axis": noise * [1, 0, 0],
    }
    for name, value in (("nan", np.nan), ("infinity", np.inf), ("minus infinity", -np.inf)):
        window = noise.copy()
        window[rng.integers(n), 1] = value
        windows[name] = window
    windows["last nan"] = np.where(np.arange(n)[:, None] == n - 1, np.nan, noise)
    return {name: window.astype(np.float32) for name, window in windows.items()}


def bad_payloads() -> list[Record]:
    """Return payloads that must be refused, with the status each must give."""
    length, version, in_range, structure, layout = -3, -2, -5, -6, -7
    good = encode(3, 10, [Request(channel(0), ALL, ((channel(1), 1),), (0.5,), (0.25,))])

    def patched(word: int, value: int) -> bytes:
        return good[: 4 * word] + struct.pack("<I", value) + good[4 * word + 4 :]

    lagged = encode(1, 2, [Request(channel(0), 0, ((channel(0), 1),))])
    header, counts, definition, wanted = struct.unpack_from("<4I", good)
    rows = [
        ("empty", b"", length),
        ("half a header", good[:4], length),
        ("odd length", good + b"\0", length),
        ("truncated", good[:-4], length),
        ("longer than told", good + bytes(4), length),
        ("one signal more", patched(1, counts + 1), length),
        ("255 correlations", patched(3, wanted | 255 << 16), length),
        ("255 quantiles", patched(3, wanted | 255 << 24), length),
        ("version 0", patched(0, header & ~255), version),
        ("version 2", patched(0, header & ~255 | 2), version),
        ("no channels", patched(0, header & ~0xFF00), in_range),
        ("no samples", patched(0, header & 0xFFFF), in_range),
        ("no features", patched(1, counts & 0xFFFF), in_range),
        ("4097 features", patched(1, counts & 0xFFFF | 4097 << 16), in_range),
        ("one feature more", patched(1, counts + (1 << 16)), structure),
        ("kind 3", patched(2, 3), layout),
        ("statistic 14", patched(3, wanted | 1 << 14), layout),
        ("statistic 15", patched(3, wanted | 1 << 15), layout),
        ("channel 3 of 3", patched(2, 3 << 8), in_range),
        ("channel with b", patched(2, definition | 1 << 16), in_range),
        ("channel with c", patched(2, definition | 1 << 24), in_range),
        ("magnitude of channel 3", patched(2, 1 | 3 << 16), in_range),
        ("tilt of channel 255", patched(2, 2 | 255 << 24), in_range),
        ("correlation with kind 5", patched(4, 5), layout),
        ("correlation with channel 3", patched(4, 3 << 8), in_range),
        ("correlation with difference", patched(4, 1 << 7), structure),
        ("lag 9 of 10 samples", patched(5, 9), in_range),
        ("lag 2^32 - 1", patched(5, 2**32 - 1), in_range),
        ("lead with lag 0", patched(5, LEAD), in_range),
        ("quantile above 1", patched(6, (1 << 30) + 1), in_range),
        ("quantile range above 1/2", patched(7, 1 << 31 | (1 << 29) + 1), in_range),
        ("lag 1 of 2 samples", lagged, in_range),
        ("difference of one sample", encode(1, 1, [Request(channel(0, True))]), in_range),
    ]
    return [Record(name, payload, status) for name, payload, status in rows]


def make_record(
    core: ctypes.CDLL, name: str, channels: int, requests: list[Request], windows: list[Window]
) -> Record:
    """Compute values and bits for windows of one payload."""
    payload = encode(channels, len(windows[0]), requests)
    pairs = [expected(window, requests) for window in windows]
    bits = np.array([run_core(core, payload, window) for window in windows])
    values = np.array([value for value, _ in pairs])
    tolerances = np.array([tolerance for _, tolerance in pairs])
    outputs = bits.view(np.float32).astype(np.float64)
    with np.errstate(invalid="ignore"):
        within = np.abs(outputs - values) <= tolerances
    within |= (outputs == values) | (bits == 0x7FC00000) & np.isnan(values)
    for case, place in np.argwhere(~within)[:20]:
        print(
            f"{name}: case {case} output {place}: {outputs[case, place]:.9g} is not "
            f"{values[case, place]:.9g} +- {tolerances[case, place]:.3g}",
            file=sys.stderr,
        )
    if not within.all():
        raise SystemExit(1)
    inputs = np.stack(windows).reshape(len(windows), -1)
    return Record(name, payload, 0, inputs, bits, values, tolerances)


def main() -> None:
    """Write the vectors."""
    rng = np.random.default_rng(20260301)
    records = []
    with tempfile.TemporaryDirectory() as folder:
        core = build_core(Path(folder))
        channels, samples, requests = motion(100)
        windows = [motion_window(rng, samples) for _ in range(8)]
        records.append(make_record(core, "motion", channels, requests, windows))
        for name, window in hostile_windows(rng).items():
            records.append(make_record(core, name, 3, everything(3, len(window)), [window]))
        for samples in (1, 2, 3, 4, 5, 17):
            windows = [rng.normal(1, 2, (samples, 3)).astype(np.float32) for _ in range(3)]
            requests = everything(3, samples)
            records.append(make_record(core, f"{samples} samples", 3, requests, windows))
        window = rng.standard_t(2, (3000, 1)).astype(np.float32)
        records.append(make_record(core, "3000 samples", 1, everything(1, 3000), [window]))
        requests = [Request(channel(254), ALL), Request(Signal("magnitude", (7, 200, 254)), ALL)]
        window = rng.normal(0, 1, (4, 255)).astype(np.float32)
        records.append(make_record(core, "255 channels", 255, requests, [window]))
    records += bad_payloads()
    path = HERE / "time_features.vectors"
    write_vectors(path, records)
    print(f"{path.name}: {len(records)} records, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
