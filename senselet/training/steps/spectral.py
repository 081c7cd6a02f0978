"""The steps ``spectral_...``: features of a window's spectrum (docs/features/spectral.md)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

from senselet.runtime.features import SPECTRAL, spectral_payload
from senselet.training.errors import RecipeError
from senselet.training.steps.step import FeatureStep, Shape
from senselet.training.steps.window import chosen
from senselet.training.table import Table


@dataclass(frozen=True)
class SpectralShape(FeatureStep):
    """Centroid, spread, roll-off and dominant frequency.

    Attributes
    ----------
    channel, features
        Which channel, and names out of ``SPECTRAL[kind]``.
    frame, hop
        Seconds.
    weight, window, rolloff
        As in `senselet.features.Spectral`, but ``rolloff`` is a share, 0 ... 1.
    bands
        Lowest and highest frequency of each band in Hz, ``spectral_change`` alone.
    """

    kind: ClassVar[str] = "spectral_shape"
    channel: str
    features: tuple[str, ...]
    frame: float = 0.032
    hop: float = 0.016
    weight: str = "magnitude"
    window: str = "hann"
    rolloff: float = 0.85
    bands: tuple[float, ...] = ()

    @classmethod
    def parse(cls, table: Table, channels: tuple[str, ...]) -> Self:
        """Read the keys, which have the attributes' names; ``bands`` are edges in Hz."""
        bands = table.numbers("bands", ()) if cls.kind == "spectral_change" else ()
        if len(bands) == 1 or list(bands) != sorted(set(bands)) or any(f < 0 for f in bands):
            raise RecipeError(f"{table.where('bands')} must be two or more rising frequencies")
        return cls(
            channel=table.choice("channel", channels, channels[0]),
            features=chosen(table, "features", tuple(SPECTRAL[cls.kind])),
            frame=table.number("frame", 0.032, above=0),
            hop=table.number("hop", 0.016, above=0),
            weight=table.choice("weight", ("magnitude", "power"), "magnitude"),
            window=table.choice("window", ("rectangular", "hann"), "hann"),
            rolloff=table.number("rolloff", 0.85, least=0.001, most=0.999),
            bands=bands,
        )

    def names(self, shape: Shape) -> list[str]:  # noqa: ARG002 - of any shape
        """Return the features' names, in the order of the output."""
        numbers = SPECTRAL[self.kind]
        names = [f"{n}({self.channel})" for n in sorted(self.features, key=numbers.__getitem__)]
        pairs = pairwise(self.bands)
        return names + [f"energy({self.channel}, {low:g}-{high:g} Hz)" for low, high in pairs]

    def payload(self, shape: Shape) -> bytes:
        """Return the step's payload."""
        frame = round(self.frame * shape.rate)
        if not 2 <= frame <= min(4096, shape.samples):
            raise RecipeError(
                f"{self.kind}: a frame has {frame} samples; a window has {shape.samples}",
                "a frame must have 2 ... 4096 and fit into the window",
            )
        fft = max(16, 1 << (frame - 1).bit_length())
        edges = [min(fft // 2 + 1, -int(-f * fft // shape.rate)) for f in self.bands]
        bands = list(pairwise(edges))
        if any(low >= high for low, high in bands):
            raise RecipeError(
                f"{self.kind}: a band has no bin; they are {shape.rate / fft:g} Hz apart"
            )
        return spectral_payload(
            self.kind,
            shape.samples,
            shape.rate,
            self.features,
            bands,
            frame=frame,
            hop=max(1, round(self.hop * shape.rate)),
            weight=self.weight,
            window=self.window,
            rolloff=round(self.rolloff * 65536),
            channels=len(shape.channels),
            channel=shape.channels.index(self.channel),
        )


@dataclass(frozen=True)
class SpectralNoise(SpectralShape):
    """Flatness and entropy."""

    kind: ClassVar[str] = "spectral_noise"


@dataclass(frozen=True)
class SpectralChange(SpectralShape):
    """Flux and band energies."""

    kind: ClassVar[str] = "spectral_change"
