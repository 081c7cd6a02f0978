"""Measure signal processing: Senselet beside other libraries, on every target, in one run.

Run it as ``python bench/dsp.py``; it makes its own environment in build/bench first. Results go
to bench/results/dsp.json, from which bench/report.py writes docs/benchmarks.md.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.harness.environment import enter

if __name__ == "__main__":
    enter()
    from bench.harness.measure_dsp import main

    sys.exit(main())
