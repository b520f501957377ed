"""What cron and systemd timers run beside the application, as docs/operate.md has it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard import commands
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.live import ROOT, live_app
from tests.screen import screens

# Words of the crontab, but for the folders; each ends in the exit code of what it runs.
BACKUP = 'cd {root} && out=$({bin}/python -m dashboard backup {to}/log.backup 2>&1) || echo "$out"'
EVENTS = (
    "cd {root} && out=$({bin}/python -m dashboard events --format jsonl -o {to}/log-$(date +%F)"
    '.jsonl 2>&1) || echo "$out"'
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    for _ in range(3):
        commands.open_case(store, "local", form("local"), by=LEAD, now=datetime.now(UTC))
    store.close()
    return path


def by_cron(line: str, log: Path, to: Path) -> str:
    """What cron would mail after running the line: it has a small environment and sh."""
    said = subprocess.run(
        ["/bin/sh", "-c", line.format(root=ROOT, bin=Path(sys.executable).parent, to=to)],
        env={"CHANGEOVER_LOG": str(log), "PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return said.stdout + said.stderr


@pytest.mark.browser
def test_backup_and_export_run_from_cron_while_the_application_serves(log: Path, tmp_path: Path):
    with live_app(log) as address, screens() as room:
        room.visitor(address).open()  # the application opens the log with its first visitor
        is_held = log.with_name(f"{log.name}.sock").exists()
        mailed = [by_cron(line, log, tmp_path) for line in (BACKUP, EVENTS, BACKUP)]

    assert is_held
    assert mailed == ["", "", ""]
    [lines] = tmp_path.glob("log-*.jsonl")
    assert len(lines.read_text().splitlines()) == 3
    for name, file in (("a", tmp_path / "log.backup"), ("b", lines)):
        new = tmp_path / f"{name}.duckdb"
        line = [sys.executable, "-m", "dashboard", "restore", str(file), "--db", str(new)]
        assert "3 events" in subprocess.run(
            line, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout  # fmt: skip


def test_cron_mails_why_a_backup_was_not_taken(log: Path, tmp_path: Path):
    told = by_cron(BACKUP, log, tmp_path / "nowhere")

    assert "cannot be written" in told
