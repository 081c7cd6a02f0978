"""The command ``senselet``: train, evaluate, look at, install and run models."""

from senselet.cli.app import main

__all__ = ["main"]
