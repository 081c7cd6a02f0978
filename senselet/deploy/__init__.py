"""Bringing models and programs to a board: what they need, installing, playing recordings."""

from senselet.deploy.imports import ProgramError
from senselet.deploy.install import Installed, InstallError, install
from senselet.deploy.needs import Needs, estimate, measure
from senselet.deploy.play import WindowResult, play
from senselet.deploy.program import program_files

__all__ = [
    "InstallError",
    "Installed",
    "Needs",
    "ProgramError",
    "WindowResult",
    "estimate",
    "install",
    "measure",
    "play",
    "program_files",
]
