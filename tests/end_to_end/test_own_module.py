"""A native module from the template, as a user makes, builds, tests and installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from senselet.links import open_link

SENSELET = [sys.executable, "-c", "from senselet.cli import main; main()"]


def test_from_the_template_to_a_board(tmp_path: Path) -> None:
    environment = {**os.environ, "SENSELET_FLASH": str(tmp_path / "flash")}

    def run(*words: str) -> str:
        done = subprocess.run(
            list(words), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "my_level.c" in run(*SENSELET, "new", "module", "my_level")
    said = run(*SENSELET, "build", "module", "my_level", "--device", "sim:m3")
    assert "wrote /lib/my_level.mpy on sim:m3" in said
    with open_link("sim:m3", image=tmp_path / "flash" / "m3.image") as link:
        asked = "from array import array\nimport my_level\n"
        asked += "print(my_level.mean_square(array('h', [3, 4])))"
        assert link.execute(asked).strip() == "12"
    # The folder's own test, on all boards.
    said = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "my_level")
    assert "4 passed" in said
