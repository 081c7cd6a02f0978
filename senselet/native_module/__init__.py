"""Native modules of one's own: C that MicroPython loads at run time, built for any board.

>>> from senselet.native_module import build_module, new_module
>>> folder = new_module("my_level")             # doctest: +SKIP
>>> build_module(folder, "armv7m")              # doctest: +SKIP
PosixPath('my_level/build/armv7m/my_level.mpy')
"""

from senselet.native_module.build import NativeModuleError, architectures, build_module, fittest
from senselet.native_module.new import new_module

__all__ = ["NativeModuleError", "architectures", "build_module", "fittest", "new_module"]
