"""Every figure against its slow plain twin, on more random departments than `make test` tries.

The tests are those of tests/test_*_twins.py; here each gets so many examples.
"""

import os
import subprocess
import sys
from collections import Counter

from tests.live import ROOT

FILES = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests").glob("test_*_twins.py"))]


def compare_often(times: int, seed: int) -> Counter[str]:
    """Run them; an AssertionError with what pytest said if a figure and its twin differ."""
    line = [sys.executable, "-m", "pytest", "-q", "-n2", "--dist=worksteal", *FILES]
    how = ["--hypothesis-profile=torture", f"--hypothesis-seed={seed}"]
    done = subprocess.run(
        [*line, *how], cwd=ROOT, env=os.environ | {"EXAMPLES": str(times)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    return Counter({done.stdout.splitlines()[-1].strip("= "): 1})
