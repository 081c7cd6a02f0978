"""The libraries of signal processing that are measured, and how each is called.

An adaptor is a file in bench/dsp that defines ``bench_setup``, ``bench_run`` and, if it works in
place, ``bench_load`` (bench/bare_metal/bench.h). Ours are made from the modules' descriptions
(natives.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from . import peers
from .dsp_cases import BANDS, HIGHEST, LOWEST, Array, Case, log_mel_db, mel_filters
from .environment import ROOT
from .natives import Call
from .senselet_dsp import our_calls, packed

ADAPTORS = ROOT / "bench" / "dsp"
ARM = ("m0", "m3", "m4f")
EVERYWHERE = ("x64", "m3", "m4f", "rv32")
DTYPES = {"f32": "<f4", "i16": "<i2", "i32": "<i4", "u32": "<u4"}

Flags = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Library:
    """A way to compute a case, of one library.

    Attributes
    ----------
    name
        As in the results: library, version, variant.
    rows
        Number format of the input: "i16", "i32" or "f32".
    adaptor
        File in bench/dsp, or a call of our own module.
    output
        Number format and number of items that a row gives.
    decode
        Turns those items into what the case's exact result is compared with.
    sources, includes, defines
        What is compiled besides the adaptor, and how.
    flags
        The compiler's options, by target.
    model
        Coefficients and tables.
    work_bytes
        Memory for the adaptor.
    targets
        Where it differs from another variant.
    exact
        The exact result where the library's definition is another than the case's.
    """

    name: str
    rows: str
    adaptor: str | Call
    output: tuple[str, int]
    decode: Callable[[Array], Array]
    sources: tuple[Path, ...] = ()
    includes: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    flags: Flags = field(default=lambda _: ())
    model: bytes = b""
    work_bytes: int = 0
    targets: tuple[str, ...] = EVERYWHERE
    exact: Callable[[Case], Array] | None = None


def _scaled(unit: float) -> Callable[[Array], Array]:
    return lambda items: np.asarray(items.astype(np.float64) * unit)


def _pairs(items: Array, bins: int, scale: float = 1.0) -> Array:
    x = items.astype(np.float64)[:, : 2 * bins] * scale
    return x[:, 0::2] + 1j * x[:, 1::2]


# ---- CMSIS-DSP -----------------------------------------------------------------------------------

# Its README: "-O3 -ffast-math must be used for best performances", and loops unrolled by its build.
CMSIS_VARIANTS = {
    "fast": ("-O3", "-ffast-math", "-ffp-contract=fast", "-DARM_MATH_LOOPUNROLL"),
    "O2 fused": ("-O2", "-ffp-contract=fast", "-DARM_MATH_LOOPUNROLL"),
    "O2": ("-O2",),
}
TRANSFORMS = (
    "CommonTables/arm_common_tables", "CommonTables/arm_const_structs",
    "TransformFunctions/arm_bitreversal", "TransformFunctions/arm_bitreversal2",
)  # fmt: skip
RFFT_Q15 = (
    *(
        f"TransformFunctions/arm_{name}_q15"
        for name in ("rfft", "rfft_init", "cfft", "cfft_init", "cfft_radix4")
    ),
    "BasicMathFunctions/arm_shift_q15",
)
RFFT_F32 = tuple(
    f"TransformFunctions/arm_{name}_f32"
    for name in ("rfft_fast", "rfft_fast_init", "cfft", "cfft_init", "cfft_radix8")
)
MFCC_Q15 = (
    *TRANSFORMS, *RFFT_Q15, "TransformFunctions/arm_mfcc_q15",
    "TransformFunctions/arm_mfcc_init_q15",
    "StatisticsFunctions/arm_absmax_q15", "BasicMathFunctions/arm_scale_q15",
    "BasicMathFunctions/arm_mult_q15", "ComplexMathFunctions/arm_cmplx_mag_q15",
    "BasicMathFunctions/arm_dot_prod_q15", "BasicMathFunctions/arm_scale_q31",
    "BasicMathFunctions/arm_offset_q31", "BasicMathFunctions/arm_shift_q31",
    "FastMathFunctions/arm_vlog_q31", "FastMathFunctions/arm_divide_q15",
    "BasicMathFunctions/arm_abs_q15",
    "FastMathFunctions/arm_sqrt_q15", "FastMathFunctions/arm_sqrt_q31",
    "MatrixFunctions/arm_mat_vec_mult_q15",
)  # fmt: skip
MFCC_F32 = (
    *TRANSFORMS, *RFFT_F32, "TransformFunctions/arm_mfcc_f32",
    "TransformFunctions/arm_mfcc_init_f32",
    "StatisticsFunctions/arm_absmax_f32", "BasicMathFunctions/arm_scale_f32",
    "BasicMathFunctions/arm_mult_f32", "ComplexMathFunctions/arm_cmplx_mag_f32",
    "BasicMathFunctions/arm_dot_prod_f32", "BasicMathFunctions/arm_offset_f32",
    "FastMathFunctions/arm_vlog_f32", "MatrixFunctions/arm_mat_vec_mult_f32",
)  # fmt: skip


def _cmsis(
    variant: str,
    title: str,
    adaptor: str,
    rows: str,
    output: tuple[str, int],
    decode: Callable[[Array], Array],
    sources: tuple[str, ...],
    defines: tuple[str, ...],
    **more: Any,
) -> Library:
    folder = peers.cmsis()

    def flags(target: str) -> tuple[str, ...]:
        core = peers.cmsis_core() if target in ARM else ADAPTORS / "generic"
        return (*CMSIS_VARIANTS[variant], f"-I{core}")

    return Library(
        name=f"cmsis-dsp {peers.CMSIS_VERSION} {title}{variant}",
        rows=rows,
        adaptor=adaptor,
        output=output,
        decode=decode,
        sources=tuple(folder / "Source" / f"{source}.c" for source in sources),
        includes=(folder / "Include", folder / "PrivateInclude"),
        defines=defines,
        flags=flags,
        targets=("m4f",) if "fused" in variant else EVERYWHERE,  # the others can't fuse
        **more,
    )


def _cmsis_rfft(case: Case, variant: str) -> list[Library]:
    n = case.samples
    if case.bits:
        return [
            _cmsis(
                variant, "", "cmsis_rfft_q15.c", "i16", ("i16", 2 * n),
                lambda x: _pairs(x, n // 2 + 1, n / 2**15),
                (*TRANSFORMS, *RFFT_Q15), (f"N={n}",), work_bytes=2 * n,
            )
        ]  # fmt: skip
    return [
        _cmsis(
            variant, "", "cmsis_rfft_f32.c", "f32", ("f32", n), packed,
            (*TRANSFORMS, *RFFT_F32), (f"N={n}",), work_bytes=4 * n,
        )
    ]  # fmt: skip


BIQUADS = {
    "df1_q15": (1, "i16", ("df1_q15", "df1_init_q15")),
    "df1_fast_q15": (2, "i16", ("df1_fast_q15", "df1_init_q15")),
    "df1_q31": (3, "i32", ("df1_q31", "df1_init_q31")),
    "df1_fast_q31": (4, "i32", ("df1_fast_q31", "df1_init_q31")),
    "df1_32x64_q31": (5, "i32", ("df1_32x64_q31", "df1_32x64_init_q31")),
    "df1_f32": (6, "f32", ("df1_f32", "df1_init_f32")),
    "df2T_f32": (7, "f32", ("df2T_f32", "df2T_init_f32")),
}


def _cmsis_biquad(case: Case, variant: str) -> list[Library]:
    rows = {16: "i16", 32: "i32", None: "f32"}[case.bits]
    found = []
    for name, (number, kind, files) in BIQUADS.items():
        if kind != rows:
            continue
        numerator, denominator = np.array(case.sos)[:, :3], -np.array(case.sos)[:, 4:]
        coefficients = np.hstack([numerator, denominator])
        if kind == "i16":  # b0, 0, b1, b2, a1, a2 and a shift of one bit
            coefficients = np.insert(coefficients, 1, 0, axis=1)
        if kind == "f32":
            model = coefficients.astype("<f4").tobytes()
        else:
            bits = 14 if kind == "i16" else 30
            limit = 2 ** (bits + 1) - 1
            scaled = np.clip(np.round(coefficients * 2.0**bits), -limit, limit)
            model = scaled.astype(DTYPES[kind]).tobytes()
        unit = 1.0 if kind == "f32" else 2.0 ** -(15 if kind == "i16" else 31)
        found.append(
            _cmsis(
                variant, f"{name} ", "cmsis_biquad.c", kind, (kind, case.samples),
                _scaled(unit),
                tuple(f"FilteringFunctions/arm_biquad_cascade_{file}" for file in files),
                (f"N={case.samples}", f"STAGES={len(case.sos)}", f"VARIANT={number}"),
                model=model,
            )
        )  # fmt: skip
    return found


def _cmsis_logmel(case: Case, variant: str) -> list[Library]:
    n, q15 = case.samples, case.bits is not None
    filters = mel_filters(n, case.rate)
    lengths, positions, coefficients = [], [], []
    for row in filters:
        used = np.flatnonzero(row)
        positions.append(used[0])
        lengths.append(len(used))
        coefficients += list(row[used])
    window = np.hanning(n + 1)[:-1]
    bands = np.arange(BANDS)
    found = []
    for outputs in (0, 13):
        matrix = np.sqrt(2 / BANDS) * np.cos(
            np.pi / BANDS * np.outer(np.arange(outputs), bands + 0.5)
        )
        reals = np.concatenate([matrix.ravel(), window, coefficients])
        tables = np.round(reals * 2**15).clip(-32768, 32767).astype("<i2") if q15 else reals
        model = np.array([*positions, *lengths], dtype="<u4").tobytes()
        model += (tables if q15 else tables.astype("<f4")).tobytes()

        def decode(x: Array, outputs: int = outputs) -> Array:
            # Natural logarithms of sums of magnitudes; q15: 8.7, of sums of |X| / 2 ** 15.
            values = x.astype(np.float64)[:, : outputs or BANDS] / (2**7 if q15 else 1)
            return values if outputs else 20 / np.log(10) * values

        def exact(case: Case, outputs: int = outputs, matrix: Array = matrix) -> Array:
            levels = log_mel_db(case, 1)
            return (levels * np.log(10) / 20) @ matrix.T if outputs else levels

        items = outputs or n
        found.append(
            _cmsis(
                variant, "mfcc without dct " if outputs == 0 else "mfcc 13 ", "cmsis_mfcc.c",
                "i16" if q15 else "f32", ("i16" if q15 else "f32", items), decode,
                MFCC_Q15 if q15 else MFCC_F32,
                (
                    f"N={n}", f"BANDS={BANDS}", f"OUTPUTS={outputs}", f"MATRIX_ROWS={outputs}",
                    *(("Q15",) if q15 else ()),
                ),
                model=model, work_bytes=16 * n, exact=exact,
            )
        )  # fmt: skip
    return found


# ---- Kiss FFT and emlearn ------------------------------------------------------------------------


def _kissfft(case: Case) -> list[Library]:
    folder, n = peers.kissfft(), case.samples
    q15 = case.bits is not None
    kind, scale = ("i16", n / 2**15) if q15 else ("f32", 1.0)
    return [
        Library(
            name=f"kissfft {peers.kissfft_version()} {level}",
            rows=kind,
            adaptor="kissfft.c",
            output=(kind, n + 2),
            decode=lambda x: _pairs(x, n // 2 + 1, scale),
            sources=(folder / "kiss_fft.c", folder / "kiss_fftr.c"),
            includes=(folder,),
            defines=(
                f"N={n}", *(("FIXED_POINT=16",) if q15 else ()),
                # Memory is the caller's; no C library is needed.
                "NDEBUG", "KISS_FFT_MALLOC(n)=0", "KISS_FFT_FREE(p)=(void)(p)", "exit=bench_exit",
            ),
            flags=lambda _, level=level: (  # type: ignore[misc]
                f"-{level}", *(("-ffast-math", "-ffp-contract=fast") if level == "O3" else ())
            ),
            work_bytes=32 * n + 1024,
        )
        for level in ("O3", "O2")
    ]  # fmt: skip


def _emlearn(case: Case) -> list[Library]:
    n = case.samples
    name = f"emlearn {version('emlearn')} float"

    def library(
        adaptor: str, output: int, decode: Callable[[Array], Array], **more: Any
    ) -> Library:
        defines = (f"N={n}", *more.pop("defines", ()))
        return Library(
            name, "f32", adaptor, ("f32", output), decode,
            includes=(peers.emlearn(),), defines=defines, **more,
        )  # fmt: skip

    if case.kind == "rfft":

        def halves(x: Array) -> Array:
            y = x.astype(np.float64)
            return y[:, : n // 2 + 1] + 1j * y[:, n : n + n // 2 + 1]

        return [library("emlearn_fft.c", 2 * n, halves)]
    if case.kind == "biquad":
        return [
            library(
                "emlearn_iir.c", n, lambda x: x.astype(np.float64),
                defines=(f"STAGES={len(case.sos)}",),
                model=np.array(case.sos).astype("<f4").tobytes(),
            )
        ]  # fmt: skip
    return [
        library(
            "emlearn_mel.c",
            n,
            # Its sums are of |X| ** 2 / n, of |Re X| ** 2 to be exact; that shows as an error.
            lambda x: 10 / np.log(10) * x.astype(np.float64)[:, :BANDS] + 10 * np.log10(n),
            defines=(
                f"BANDS={BANDS}",
                f"LOWEST={LOWEST}f",
                f"HIGHEST={HIGHEST}f",
                f"RATE={int(case.rate)}",
            ),
            exact=lambda case: log_mel_db(case, 2, symmetric=True),
        )
    ]


# ---- ours ----------------------------------------------------------------------------------------


def _senselet(case: Case) -> list[Library]:
    found = []
    for name, call, decode, exact in our_calls(case):
        if not call.exists():
            continue
        rows = {16: "i16", 32: "i32", None: "f32"}[case.bits]
        kind, count = call.output()
        found.append(
            Library(
                name=name, rows=rows, adaptor=call, output=(kind, count or case.samples),
                decode=decode, exact=exact,
            )
        )  # fmt: skip
    return found


def libraries(case: Case) -> list[Library]:
    """Return every library and variant that computes a case, in the order of the results."""
    found = _senselet(case)
    cmsis = {"rfft": _cmsis_rfft, "biquad": _cmsis_biquad, "logmel": _cmsis_logmel}[case.kind]
    for variant in CMSIS_VARIANTS:
        if case.bits is None or "fused" not in variant:
            found += cmsis(case, variant)
    if case.kind == "rfft":
        found += _kissfft(case)
    return found + _emlearn(case)
