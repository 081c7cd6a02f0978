"""Finding the folder ``boards``, which builds the virtual boards' firmware.

It is installed as ``senselet.boards``; in a checkout it lies beside the package.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from .errors import LinkError

CHECKOUT_NAME = "senselet_boards"


def _package() -> str:
    if importlib.util.find_spec("senselet.boards") is not None:
        return "senselet.boards"
    if CHECKOUT_NAME not in sys.modules:
        init = Path(__file__).parents[2] / "boards" / "__init__.py"
        spec = importlib.util.spec_from_file_location(
            CHECKOUT_NAME, init, submodule_search_locations=[str(init.parent)]
        )
        if spec is None or spec.loader is None or not init.exists():
            raise LinkError("This installation has no virtual boards.", "Install it again.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[CHECKOUT_NAME] = module
        spec.loader.exec_module(module)
    return CHECKOUT_NAME


def boards_module(name: str) -> ModuleType:
    """Return a module of the folder, such as ``build``."""
    return importlib.import_module(f"{_package()}.{name}")
