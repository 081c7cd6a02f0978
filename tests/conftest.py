"""What all Python tests share: how many examples Hypothesis tries, and a small model.

SENSELET_SOAK=1 (as `make soak` sets it) tries ten times as many examples.
"""

from __future__ import annotations

import os

import pytest
import support
from hypothesis import HealthCheck, Phase, settings

SOAK = os.environ.get("SENSELET_SOAK", "") not in ("", "0")

# Fixed seeds: a failure here is a failure everywhere. No database, no deadline: fitting takes as
# long as it takes on a busy machine.
for name, examples in (("quick", 200), ("soak", 2000)):
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
settings.load_profile("soak" if SOAK else "quick")


@pytest.fixture(scope="session")
def trees_model() -> bytes:
    """A .sense file with one step: a forest over windows of 4 samples x 2 channels."""
    return support.trees_model()
