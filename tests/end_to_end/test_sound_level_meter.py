"""The sound level meter, whole, on every board: right, complete, in time."""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import firwin, resample_poly

from senselet.data.sounds import load_keys, load_speech
from senselet.deploy import install, program_files
from senselet.links import BoardError, Link, open_link

sys.path.append(str(Path(__file__).parents[1]))  # where the folder reference is

from reference.sound_level import levels

ROOT = Path(__file__).parents[2]
APPLICATION = program_files(ROOT / "examples" / "sound_level_meter")
RATE = 16000
SECONDS = 6
FULL_SCALE = 120
RANGE = 80  # dB below full scale, for 16 bits
TOLERANCE = {"float": 0.1, "fixed": 0.2}
PATHS = [
    *(("m3", "fixed"), ("rv32", "fixed"), ("m4f", "fixed"), ("unix", "fixed")),
    *(("m4f", "float"), ("unix", "float")),
]

Samples = NDArray[np.int16]


@cache
def recording(kind: str) -> Samples:
    """Six seconds of a kind of sound, with nothing near half the rate: microphones cut there, too.

    The reference's filters are analogue ones, whose phase breaks off at half the rate; sound there
    would ring in it, long before and after each click.
    """
    rng = np.random.default_rng(4)
    out = np.zeros(SECONDS * RATE)
    if kind == "speech":
        prompts = [r.samples[:, 0] for r in load_speech() if 1.2 < len(r.samples) / r.rate < 4]
        out = resample_poly(np.concatenate(prompts[:8]).astype(np.float64), 2, 1)
    elif kind == "keys":
        out += 2e-4 * rng.normal(size=len(out))
        for key in load_keys()[::9]:
            click = resample_poly(key.samples[:, 0].astype(np.float64), 160, 441)
            start = rng.integers(len(out) - len(click))
            out[start : start + len(click)] += click
    elif kind == "tones":
        time = np.arange(RATE) / RATE
        for second, (frequency, level) in enumerate(
            [(1000, -26), (125, -20), (4000, -40), (31.5, -12), (7000, -30), (1000, -60)]
        ):
            part = 10 ** (level / 20) * np.sin(2 * np.pi * frequency * time)
            part *= np.clip(np.minimum(time, 1 - time) / 0.05, 0, 1)  # faded in and out
            out[second * RATE : (second + 1) * RATE] = part
    elif kind == "noise":
        out = 0.03 * rng.normal(size=len(out))
        out[2 * RATE : 3 * RATE] *= 3
    out = np.convolve(out[: SECONDS * RATE], firwin(511, 7200, fs=RATE), "same")
    assert len(out) == SECONDS * RATE
    return np.clip(np.rint(32768 * out), -32768, 32767).astype(np.int16)


def write_wave(path: Path, samples: Samples, rate: int = RATE) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())


def application(**changes: Any) -> dict[str, bytes]:
    """The program's files; ring_ms 0 plays a recording as fast as it is taken."""
    config = json.loads(APPLICATION["/config.json"])
    config |= {"line": False, "ring_ms": 0} | changes
    return {**APPLICATION, "/config.json": json.dumps(config).encode()}


def lines(said: str) -> list[dict[str, Any]]:
    """The JSON lines among what it said; the display line before one has no end."""
    return [json.loads(line[line.index("{") :]) for line in said.splitlines() if line.endswith("}")]


def run(link: Link, before: str = "") -> str:
    link.soft_reset()
    return link.execute(f"{before}\nexec(open('/main.py').read())", timeout=120)


StartBoard = Callable[..., Link]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartBoard]:
    """Starts boards whose sleeps take no time, with the application installed."""
    with ExitStack() as stack:

        def started(name: str, **changes: Any) -> Link:
            link = stack.enter_context(
                open_link(f"sim:{name}", host_folder=tmp_path, skip_sleeps=True)
            )
            install(link, program=application(**changes))
            return link

        yield started


@pytest.mark.parametrize(("name", "arithmetic"), PATHS)
@pytest.mark.parametrize("kind", ["speech", "keys", "tones", "noise"])
def test_it_agrees_with_double_precision(
    name: str, arithmetic: str, kind: str, tmp_path: Path, start: StartBoard
) -> None:
    samples = recording(kind)
    write_wave(tmp_path / "recording.wav", samples)
    shown = lines(run(start(name, arithmetic=arithmetic)))
    assert [line["t"] for line in shown] == list(range(1, SECONDS + 1))
    reference = levels(samples / 32768, RATE, "A", FULL_SCALE)
    tolerance = TOLERANCE[arithmetic] + 0.005  # two digits are shown
    compared = 0
    for line, truth in zip(shown, reference.seconds, strict=True):
        for key, level in (
            ("LAF", truth.fast),
            ("LAS", truth.slow),
            ("LAeq", truth.leq),
            ("LAFmax", truth.fast_max),
            ("LAFmin", truth.fast_min),
            ("LCpeak", truth.peak),
        ):
            if level > FULL_SCALE - RANGE:
                # A peak is that of the samples. Above some kHz it depends on where they fall and on
                # the filters' phase, by up to 2 dB at this rate; speech has little there.
                most = 2 if key == "LCpeak" and kind != "speech" else tolerance
                assert line[key] == pytest.approx(level, abs=most), (key, line)
                compared += 1
        # A hundredth of the time to either side, and a bin of the histogram.
        for share in (10, 50, 90):
            low, high = (reference.exceeded((share + d) / 100, line["t"]) for d in (1, -1))
            if low > FULL_SCALE - RANGE:
                assert low - 0.2 - tolerance < line[f"LAF{share}"] < high + 0.2 + tolerance
        assert line["lost_blocks"] == 0
        assert line["overload"] is bool(
            np.any(np.abs(samples[(line["t"] - 1) * RATE : line["t"] * RATE]) >= 32767)
        )
    assert compared >= 24


@pytest.mark.parametrize("name", ["m3", "m4f", "rv32", "unix"])
def test_at_a_microphones_pace_no_block_is_lost(
    name: str, tmp_path: Path, start: StartBoard
) -> None:
    """With the display line; and the levels are those of the same recording without any pace."""
    write_wave(tmp_path / "recording.wav", recording("speech")[: 3 * RATE])
    slow = run(start(name, line=True, ring_ms=400))
    assert slow.count("dB |") >= 9
    assert "OVERLOAD" not in slow
    paced, unpaced = lines(slow), lines(run(start(name)))
    assert len(paced) == 3
    for line, truth in zip(paced, unpaced, strict=True):
        assert line["lost_blocks"] == 0
        # Percentiles are left out: the second may end within a block, and they count all of it.
        for key in ("LAeq", "LAFmax", "LAFmin", "LCpeak"):
            assert line[key] == pytest.approx(truth[key], abs=0.01)


HOG = """
import asyncio, time
_sleep = asyncio.sleep_ms
_blocks = 0
def sleep_ms(ms):
    global _blocks
    if ms > 50:
        _blocks += 1
        if _blocks == 12:
            time.sleep_ms(1000)  # somebody else's task, which does not give way
    return _sleep(ms)
asyncio.sleep_ms = sleep_ms
"""


@pytest.mark.parametrize("name", ["m3", "rv32", "unix"])
@pytest.mark.parametrize("counting", [True, False])
def test_lost_blocks_are_counted(
    name: str, counting: bool, tmp_path: Path, start: StartBoard
) -> None:
    """Somebody takes the processor for a second; the ring holds 0.4 s: 0.6 s are lost."""
    write_wave(tmp_path / "recording.wav", recording("noise")[: 4 * RATE])
    before = HOG
    if not counting:
        before += "import microphone\nmicrophone.hasattr = lambda thing, name: False\n"
    shown = lines(run(start(name, ring_ms=400), before))
    assert shown[0]["lost_blocks"] == 0
    # Blocks of 125 ms; 12 of them or their like had been taken, some of the next was there.
    assert 5 <= shown[-1]["lost_blocks"] <= 7
    assert len(shown) == 3  # of four seconds


@pytest.mark.parametrize(
    ("changes", "rate", "sentence"),
    [
        ({"file": "none.wav"}, RATE, "ENOENT"),
        ({}, 8000, "at 16000 Hz, found 1 of 16 bits at 8000 Hz"),
        ({"microphone": "tin"}, RATE, "expected inmp441, sph0645, pdm or virtual, found tin"),
        ({"microphone": "pdm"}, RATE, "no machine.PDM_PCM"),
        ({"weighting": "B"}, RATE, "weighting"),
    ],
)
def test_wrong_configurations_are_told(
    changes: dict[str, Any], rate: int, sentence: str, tmp_path: Path, start: StartBoard
) -> None:
    write_wave(tmp_path / "recording.wav", recording("noise")[:RATE], rate)
    with pytest.raises(BoardError, match=sentence):
        run(start("unix", **changes))


def test_raw_samples_play_as_well(tmp_path: Path, start: StartBoard) -> None:
    samples = recording("tones")[:RATE]
    (tmp_path / "recording.raw").write_bytes(samples.astype("<i2").tobytes())
    write_wave(tmp_path / "recording.wav", samples)
    link = start("unix")
    truth = lines(run(link))
    install(link, program=application(file="recording.raw"))
    # A raw file has no length: it ends where it ends.
    assert lines(run(link)) == truth != []
