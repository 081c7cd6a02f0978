"""Design of biquad cascades."""

from senselet.runtime.filter_design import (
    Design,
    band_pass,
    high_pass,
    high_shelf,
    low_pass,
    low_shelf,
    peaking,
)

__all__ = ["Design", "band_pass", "high_pass", "high_shelf", "low_pass", "low_shelf", "peaking"]
