"""What cron and systemd timers run beside the application: the very lines of docs/operate.md."""

import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.workdays import Calendar
from tests import moments
from tests.builders import ADMIN
from tests.department import Department
from tests.live import ROOT, live_app
from tests.post_office import post_office

NOW = clock.now()
LAST_MONTH = datetime.combine(NOW.date().replace(day=1), time(), UTC) - timedelta(days=10)
# Open at any hour, so that a digest is due whenever the tests run.
ALWAYS = Calendar("UTC", dict.fromkeys(range(7), (("00:00", "24:00"),)), {})
SCHEDULES = 4


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A case completed last month, and one that is open."""
    path = tmp_path / "log.duckdb"
    with closing(Store.open(path)) as store:
        commands.change_calendar(store, ALWAYS, day_minutes=540, by=ADMIN, now=LAST_MONTH)
        department = Department(store, LAST_MONTH)
        with department.at_once():
            department.until(department.open(firm_name="Done & Sons"), 8)
            department.now = NOW - timedelta(hours=1)
            department.open(firm_name="Open Ltd")
    return path


def crontab(to: Path) -> dict[str, str]:
    """The sample's commands by their verbs, as cron gives them to sh, for the folders of a test."""
    text = (ROOT / "docs" / "operate.md").read_text("utf-8")
    lines = re.findall(r"^[\d*]+ .*? (cd /srv/changeover && .*)$", text, re.MULTILINE)
    assert len(lines) == SCHEDULES
    commands_of: dict[str, str] = {}
    for line in lines:
        [verb] = re.findall(r"-m dashboard (\w+)", line)
        for old, new in (
            ("/srv/reports", str(to)),
            ("/var/backups/changeover", str(to)),
            (".venv/bin/python", sys.executable),
            ("cd /srv/changeover", f"cd {ROOT}"),
            (r"\%", "%"),
        ):
            line = line.replace(old, new)
        commands_of[verb] = line
    return commands_of


def by_cron(line: str, log: Path) -> str:
    """What cron would mail after running the line: it has a small environment and sh."""
    said = subprocess.run(
        ["/bin/sh", "-c", line],
        env=moments.told()
        | {"CHANGEOVER_LOG": str(log), "PATH": "/usr/bin:/bin", "HOME": os.environ["HOME"]},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return said.stdout + said.stderr


@contextmanager
def served(log: Path) -> Generator[None]:
    """The application, which nobody has visited yet."""
    with live_app(log):
        assert log.with_name(f"{log.name}.sock").exists()
        yield


def test_every_line_of_the_crontab_runs_while_the_application_serves(log: Path, tmp_path: Path):
    lines = crontab(tmp_path)
    with post_office(tmp_path) as office, served(log):
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(
            f'[smtp]\nhost = "localhost"\nport = {office.port}\nsecurity = "none"\n'
            'sender = "Changeover <changeover@dept.example>"\n'
        )
        digest = lines["digest"].replace("--send", f"--send --secrets {secrets}")

        silent = [by_cron(lines[verb], log) for verb in ("backup", "events", "report", "backup")]
        told = [by_cron(digest, log) for _ in range(2)]

    assert silent == [""] * 4
    assert told == ["", ""]
    assert len(office.mails) > 0
    assert len({mail["To"] for mail in office.mails}) == len(office.mails)  # each reader once
    assert any("Open Ltd" in str(mail.get_content()) for mail in office.mails)
    assert (tmp_path / "sla.pdf").read_bytes().startswith(b"%PDF")
    [exported] = tmp_path.glob("log-*.jsonl")
    assert restored(tmp_path, exported) > 0
    # The report's event came between the export and the second backup.
    assert restored(tmp_path, tmp_path / "log.backup") == restored(tmp_path, exported) + 1


def restored(folder: Path, file: Path) -> int:
    """How many events there are in a new log made of the file."""
    new = folder / f"{file.name}.{len(list(folder.iterdir()))}.duckdb"
    said = subprocess.run(
        [sys.executable, "-m", "dashboard", "restore", str(file), "--db", str(new)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    [events] = re.findall(r"([\d,]+) events", said)
    return int(events.replace(",", ""))


def test_cron_mails_why_a_backup_was_not_taken(log: Path, tmp_path: Path):
    line = crontab(tmp_path / "nowhere")["backup"]

    assert "cannot be written" in by_cron(line, log)
