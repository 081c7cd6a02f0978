"""The project's own packages, for benchmarks that run outside its environment."""

import sys
from types import ModuleType

from .environment import ROOT


def use_project_packages() -> None:
    """Make the folders of the ``senselet`` package importable without its own ``__init__``.

    That one needs the compiled extension modules, which belong to the environment that the package
    is installed in; converters and links to boards do not need them.
    """
    if "senselet" not in sys.modules:
        package = ModuleType("senselet")
        package.__path__ = [str(ROOT / "senselet")]
        sys.modules["senselet"] = package
