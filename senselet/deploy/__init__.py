"""Bringing a model to a board: what it needs, installing it, playing recordings to it."""

from senselet.deploy.install import Installed, InstallError, install
from senselet.deploy.needs import Needs, estimate, measure
from senselet.deploy.play import WindowResult, play

__all__ = [
    "InstallError",
    "Installed",
    "Needs",
    "WindowResult",
    "estimate",
    "install",
    "measure",
    "play",
]
