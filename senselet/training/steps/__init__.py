"""The kinds of steps that a recipe can have between the window and the trees.

How to add one
--------------
A kind is one module of this folder with one frozen dataclass: a `FilterStep` (window to window), a
`FeatureStep` (window to features) or a `ScalingStep` (features to features, fitted). It says how
its keys are read from the recipe (`parse`: take each from the `Table`, which words the messages),
what it computes (`payload`, as the core's header describes it), and what comes out (`names`, or
`shape`). Then add a line to ``STEPS``. There must be a native module ``_<kind>``, whose object has
``inputs()``, ``outputs()`` and ``run(window, out)``. All else follows: training and
cross-validation compute it by that module, the model file and ``senselet install`` carry it.

A complete one::

    @dataclass(frozen=True)
    class Level(FeatureStep):
        kind: ClassVar[str] = "level"
        bands: int

        @classmethod
        def parse(cls, table: Table, channels: tuple[str, ...]) -> Level:
            return cls(bands=table.whole("bands", 8, 1, 64))

        def payload(self, shape: Shape) -> bytes:
            if len(shape.channels) != 1:
                raise RecipeError("level takes one channel")
            return struct.pack("<II", 1 | self.bands << 8, shape.samples)

        def names(self, shape: Shape) -> list[str]:
            return [f"level(band {band})" for band in range(self.bands)]

Document its keys in docs/recipe.md, its mathematics in docs/features or docs/dsp.
"""

from senselet.training.steps.biquad import Biquad
from senselet.training.steps.chain import Chain
from senselet.training.steps.emg_features import EmgFeatures
from senselet.training.steps.mel import Mel, MelQ15
from senselet.training.steps.mfcc import Mfcc
from senselet.training.steps.onset import Onset
from senselet.training.steps.pcen import Pcen
from senselet.training.steps.pitch import Autocorrelation, Pitch
from senselet.training.steps.scaling import Scaling
from senselet.training.steps.spectral import SpectralChange, SpectralNoise, SpectralShape
from senselet.training.steps.step import (
    FeatureStep,
    FilterStep,
    RecipeStep,
    ScalingStep,
    Shape,
)
from senselet.training.steps.stft import STFT
from senselet.training.steps.time_features import TimeFeatures
from senselet.training.steps.vibration_features import VibrationFeatures

STEPS: tuple[type[RecipeStep], ...] = (
    TimeFeatures,
    EmgFeatures,
    VibrationFeatures,
    Onset,
    Mel,
    MelQ15,
    Biquad,
    STFT,
    Pitch,
    Autocorrelation,
    Mfcc,
    Pcen,
    SpectralShape,
    SpectralNoise,
    SpectralChange,
    Scaling,
)  # fmt: skip
KINDS = {step.kind: step for step in STEPS}

__all__ = [
    "KINDS",
    "STFT",
    "Autocorrelation",
    "Biquad",
    "Chain",
    "EmgFeatures",
    "FeatureStep",
    "FilterStep",
    "Mel",
    "MelQ15",
    "Mfcc",
    "Onset",
    "Pcen",
    "Pitch",
    "RecipeStep",
    "Scaling",
    "ScalingStep",
    "Shape",
    "SpectralChange",
    "SpectralNoise",
    "SpectralShape",
    "TimeFeatures",
    "VibrationFeatures",
]
