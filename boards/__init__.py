"""Virtual boards: MicroPython for emulated microcontrollers, and the tools that build it.

Everything in this folder needs Python's standard library, a C compiler and ``make`` alone, so that
it can run before the ``senselet`` package is installed.
"""
