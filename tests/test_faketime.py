"""The product at other instants than the suite's, with the machine's own clock moved: `faketime`.

Elsewhere tests move the one function that reads the clock. Here nothing of ours is moved.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.live import ROOT
from tests.moments import AHEAD, MOMENTS

pytestmark = pytest.mark.system


def run_at(instant: datetime, *words: str) -> str:
    """What a command prints when the machine says that it is this instant."""
    program = shutil.which("faketime")
    assert program, "faketime is needed: apt-get install faketime"
    environment = {key: value for key, value in os.environ.items() if key != AHEAD}
    environment["PYTHONPATH"] = str(ROOT)  # without the folder that moves our clock
    done = subprocess.run(
        [program, f"@{instant.timestamp():.0f}", sys.executable, "-m", "dashboard", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_log_begun_at_any_instant_goes_on_to_the_machines_day(tmp_path: Path, moment: str):
    log, begins = str(tmp_path / "log.duckdb"), datetime.fromisoformat(moment)

    run_at(begins, "sample", "--db", log, "--cases", "60")
    verified = run_at(begins + timedelta(minutes=1), "verify", "--db", log)
    told = run_at(begins, "figure", "throughput", "--db", log, "--format", "json")

    weeks = [row["week"] for row in json.loads(told)]
    today = begins.astimezone(ZoneInfo("America/New_York")).date()
    assert "is in order" in verified
    assert weeks[-1] == str(today - timedelta(today.weekday()))
