"""Command line: ``python -m boards``; see docs/boards.md."""

import argparse
import os
import sys

from .build import firmware
from .cache import BuildError
from .catalog import BOARDS, find
from .micropython_source import source
from .mpy_cross import mpy_cross


def run_by_hand(name: str) -> None:
    """Replace this process by the board, its prompt on this terminal."""
    board = find(name)
    file = str(firmware(name))
    if not board.qemu:
        os.execv(file, [file])
    print("Ctrl-A X ends the board.", file=sys.stderr)
    command = [
        *board.qemu,
        *("-nographic", "-serial", "mon:stdio"),
        *("-semihosting-config", "enable=on,target=native"),
        *("-icount", "shift=0"),
        *("-kernel", file),
    ]
    os.execvp(command[0], command)


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m boards", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the boards there are")
    commands.add_parser("source", help="print the folder of MicroPython's source")
    commands.add_parser("mpy-cross", help="print the path of mpy-cross")
    build = commands.add_parser("build", help="build firmware and print its path")
    build.add_argument("board", nargs="*", default=list(BOARDS), metavar="BOARD")
    run = commands.add_parser("run", help="run a board with its prompt on this terminal")
    run.add_argument("board", metavar="BOARD")
    arguments = parser.parse_args()
    try:
        if arguments.command == "list":
            for board in BOARDS.values():
                print(f"sim:{board.name:6} {board.title}")
        elif arguments.command == "source":
            print(source())
        elif arguments.command == "mpy-cross":
            print(mpy_cross())
        elif arguments.command == "build":
            for name in arguments.board:
                print(firmware(name))
        else:
            run_by_hand(arguments.board)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
