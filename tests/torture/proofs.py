"""The proofs that take too long for every run: simulated departments and what holds for them.

They are the tests marked `proof`, which `make test` leaves out.
"""

import subprocess
import sys
from collections import Counter

from tests.live import ROOT


def prove_often(times: int, seed: int) -> Counter[str]:
    """Run them so many times; an AssertionError with what pytest said if one fails."""
    line = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=worksteal", "-m", "proof"]
    told: Counter[str] = Counter()
    for number in range(times):
        done = subprocess.run(
            [*line, f"--hypothesis-seed={seed + number}"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
        told[done.stdout.splitlines()[-1].strip("= ")] += 1
    return told
