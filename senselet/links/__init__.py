"""Links to boards, one class for all kinds.

>>> from senselet.links import open_link
>>> with open_link("sim:m3") as link:
...     link.put("/lib/hello.py", b"print('hello')")
...     print(link.execute("import hello"))
hello
"""

from .devices import Device, list_devices, open_link
from .errors import BoardError, LinkClosedError, LinkError, LinkTimeoutError
from .link import BoardInfo, Entry, Link

__all__ = [
    "BoardError",
    "BoardInfo",
    "Device",
    "Entry",
    "Link",
    "LinkClosedError",
    "LinkError",
    "LinkTimeoutError",
    "list_devices",
    "open_link",
]
