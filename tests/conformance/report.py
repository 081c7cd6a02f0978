"""Write what the sound level meter reaches into docs/sound_level_meter.md, and draw it.

    python tests/conformance/report.py

Measures with the meter itself, as the tests beside this file do, and replaces what stands between
the page's marks ``<!-- conformance: NAME -->`` and ``<!-- /conformance -->``. Needs matplotlib.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "docs"
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import sound_limits as limits  # noqa: E402
import sound_reference as reference  # noqa: E402
from sound_meter import ARITHMETICS, RATES  # noqa: E402
from test_sound_bands import check_mask, gain, middles, stretched  # noqa: E402
from test_sound_time import burst, steady  # noqa: E402
from test_sound_weighting import carried, measured  # noqa: E402

from senselet.plot.style import COLOURS, STYLE  # noqa: E402

Deviations = dict[tuple[int, str, str], list[float]]


def deviations() -> Deviations:
    """Deviation from the design goal in dB, by rate, weighting and arithmetic."""
    return {
        (rate, weighting, arithmetic): [
            measured(rate, weighting, arithmetic, reference.exact(nominal))
            - reference.goal(weighting, reference.exact(nominal))
            for nominal, _, _ in carried(rate)
        ]
        for rate in RATES
        for weighting in "ACZ"
        for arithmetic in ARITHMETICS
    }


def limit(value: float) -> str:
    return "-∞" if math.isinf(value) else f"{value:+.1f}"


def weighting_table(found: Deviations) -> str:
    lines = [
        "| Hz | limits, dB | "
        + " | ".join(f"{w} {r / 1000:g}" for w in "AC" for r in RATES)
        + " |",
        "|--:|:-:|" + "--:|" * 2 * len(RATES),
    ]
    for row, (nominal, lower, upper) in enumerate(limits.WEIGHTING):
        cells = []
        for weighting in "AC":
            for rate in RATES:
                values = found[rate, weighting, "fixed"]
                cells.append(f"{values[row]:+.2f}" if row < len(values) else "")
        lines.append(f"| {nominal:g} | {limit(lower)} … {limit(upper)} | {' | '.join(cells)} |")
    worst = max(
        abs(a - b)
        for rate in RATES
        for weighting in "ACZ"
        for a, b in zip(
            found[rate, weighting, "fixed"], found[rate, weighting, "float"], strict=True
        )
    )
    z = max(max(map(abs, found[rate, "Z", a])) for rate in RATES for a in ARITHMETICS)
    lines += [
        "",
        f"In integers; float32 differs by at most {worst:.4f} dB. Z stays within {z:.2f} dB.",
    ]
    return "\n".join(lines)


def burst_table() -> str:
    from sound_meter import meter, samples

    lines = [
        "| ms | limits | F fixed | F float | LE fixed | LE float | limits | S fixed | S float |",
        "|--:|:-:|--:|--:|--:|--:|:-:|--:|--:|",
    ]
    rate = 48000
    slow: dict[float, tuple[float, float]] = {row[0]: row[1:] for row in limits.TONEBURST_S}
    for milliseconds, lower, upper in limits.TONEBURST_F_AND_E:
        seconds = milliseconds / 1000
        f, e, s = [], [], []
        for arithmetic in ARITHMETICS:
            m = meter(rate, "A", arithmetic)
            m.push(samples(burst(rate, seconds, seconds + 0.3), arithmetic))
            level = steady(rate, "A", arithmetic)
            f.append(m.fast_max - level - 10 * math.log10(-math.expm1(-seconds / 0.125)))
            s.append(m.slow_max - level - 10 * math.log10(-math.expm1(-seconds)))
            e.append(m.exposure - level - 10 * math.log10(seconds))
        cells = [f"{milliseconds:g}", f"{limit(lower)} … {limit(upper)}"]
        cells += [f"{value:+.2f}" for value in (*f, *e)]
        if milliseconds in slow:
            cells.append(" … ".join(map(limit, slow[milliseconds])))
            cells += [f"{value:+.2f}" for value in s]
        else:
            cells += ["", "", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def band_table() -> str:
    """Attenuation at the breakpoints of Table 1: the worst of all bands, on either side."""
    points = [(0.375, 1.4), *limits.STOP_LEAST]
    lines = [
        "| rate, Hz | bands | ≤ 1.4 | "
        + " | ".join(f"≥ {y:g}" for _, y in points[1:])
        + " | bandwidth |",
        "|--:|---|" + "--:|" * len(points) + "---|",
    ]
    for rate in RATES:
        found: dict[float, list[float]] = {x: [] for x, _ in points}
        widths = []
        for band, middle in enumerate(middles(rate)):
            centre = gain(rate, band, np.array([middle]))
            for x, _ in points:
                ratio = np.array([stretched(x, 3), 1 / stretched(x, 3)])
                ratio = ratio[ratio * middle < 0.4999 * rate]
                attenuation = -20 * np.log10(gain(rate, band, ratio * middle) / centre + 1e-9)
                found[x] += list(attenuation)
            widths.append(check_mask(rate, [band], middle, 3)[1])
        cells = [f"{max(found[0.375]):.2f}", *(f"{min(found[x]):.1f}" for x, _ in points[1:])]
        lines.append(
            f"| {rate} | {len(widths)}, 25 Hz … {middles(rate)[0]:.0f} Hz | {' | '.join(cells)} | "
            f"{min(widths):+.2f} … {max(widths):+.2f} |"
        )
    return "\n".join(lines)


def draw(found: Deviations) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({**STYLE, "svg.hashsalt": "senselet", "svg.fonttype": "none"})
    import matplotlib.pyplot as plt

    colours = dict(zip(RATES, COLOURS, strict=False))
    figure, axes = plt.subplots(3, 1, figsize=(7.5, 8), layout="constrained")
    for axis, weighting in zip(axes, "AC", strict=False):
        nominal = [row[0] for row in limits.WEIGHTING]
        lower = [max(row[1], -4) for row in limits.WEIGHTING]
        upper = [row[2] for row in limits.WEIGHTING]
        axis.fill_between(nominal, lower, upper, color="#e8eef5", label="class 1")
        for rate in RATES:
            values = found[rate, weighting, "fixed"]
            label = f"{rate / 1000:g} kHz"
            axis.plot(nominal[: len(values)], values, ".-", lw=1, color=colours[rate], label=label)
        axis.set(xscale="log", ylim=(-3, 3), ylabel="deviation, dB")
        axis.set_title(f"Weighting {weighting}: measured, less the design goal")
        axis.set_xticks([10, 100, 1000, 10000], ["10 Hz", "100 Hz", "1 kHz", "10 kHz"])
        axis.legend(ncols=5, frameon=False, loc="lower left", fontsize=8)
    axis = axes[2]
    frequency = np.geomspace(15, 23999, 400)
    for band in range(30):
        decibels = np.round(20 * np.log10(gain(48000, band, frequency) + 1e-9), 2)
        seen = decibels > -85
        axis.plot(frequency[seen], decibels[seen], lw=0.8, color=COLOURS[band % 3])
    axis.set(xscale="log", ylim=(-80, 3), ylabel="dB", xlim=(15, 24000))
    axis.set_xticks([31.5, 125, 500, 2000, 8000], ["31.5 Hz", "125 Hz", "500 Hz", "2 kHz", "8 kHz"])
    axis.set_xticks([], minor=True)
    axis.set_title("The 30 third-octave filters at 48 kHz")
    path = DOCS / "images" / "sound_level_meter.svg"
    figure.savefig(path, metadata={"Date": None})
    # Trailing blanks are no part of a picture.
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


def main() -> None:
    found = deviations()
    draw(found)
    tables = {"weighting": weighting_table(found), "bursts": burst_table(), "bands": band_table()}
    page = DOCS / "sound_level_meter.md"
    text = page.read_text()
    for name, table in tables.items():
        before, mark, rest = text.partition(f"<!-- conformance: {name} -->\n")
        end = rest.index("<!-- /conformance -->")
        assert mark, name
        text = f"{before}{mark}{table}\n{rest[end:]}"
    page.write_text(text)


if __name__ == "__main__":
    main()
