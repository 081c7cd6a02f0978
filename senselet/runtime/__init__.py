"""Senselet's runtime: models and signal processing on a board and on the laptop, one source.

On a board this package is ``/lib/senselet``; on the laptop ``import senselet`` gives it, too. It
does no arithmetic on samples: Python moves buffers, the C modules beside it compute.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .model import Model, load
    from .stream import Stream

__all__ = ["Model", "Stream", "load"]


def __getattr__(name: str) -> object:
    """What is asked for, imported only now: a program without a model has no memory for one."""
    found: object
    if name == "Stream":
        from .stream import Stream

        found = Stream
    elif name in ("Model", "load"):
        from .model import Model, load

        found = Model if name == "Model" else load
    else:
        # MicroPython's `from . import _name` asks here before it looks for a file.
        if name[0] != "_" or name[:2] == "__":
            raise AttributeError(name)
        try:
            return __import__(__name__ + "." + name, None, None, ("__name__",))
        except ImportError:
            raise AttributeError(name) from None
    globals()[name] = found
    return found
