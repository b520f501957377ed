"""A process that is killed between sending and recording: nothing goes twice, and it is said."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.instants import to_datetime
from dashboard.store import Store
from tests.department import Department
from tests.post_office import HOST, PostOffice, post_office

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as opened:
        yield opened


def secrets(folder: Path, office: PostOffice) -> Path:
    """A secrets file that names the office."""
    path = folder / "secrets.toml"
    path.write_text(
        f'[smtp]\nhost = "{HOST}"\nport = {office.port}\nsecurity = "none"\n'
        'sender = "Changeover <changeover@dept.example>"\n'
    )
    return path


def waiting(log: Path) -> None:
    """A log in which one message waits in the outbox."""
    store = Store.open(log)
    Department(store).one_waits()
    store.close()


def dashboard(log: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", *words, "--db", str(log)],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("stage", ["MAIL", "DOT"])
def test_a_process_killed_in_the_middle_leaves_the_message_to_a_person(
    stage: str, tmp_path: Path, office: PostOffice
):
    log, file = tmp_path / "log.duckdb", str(secrets(tmp_path, office))
    waiting(log)
    killed: list[subprocess.Popen[str]] = []
    office.at_stage[stage] = lambda: os.kill(killed[0].pid, signal.SIGKILL)
    killed.append(dashboard(log, "outbox", "--send", "--secrets", file))
    killed[0].communicate()
    assert killed[0].returncode == -signal.SIGKILL
    office.at_stage.clear()

    again = dashboard(log, "outbox", "--send", "--secrets", file)
    out, err = again.communicate()

    assert (again.returncode, err) == (0, "")
    assert "Nothing was sent" in out
    # the one that was killed may have been taken, and no other came
    assert len(office.envelopes) <= (1 if stage == "DOT" else 0)
    store = Store.open(log)
    later = to_datetime(store.log.last_recorded_us()) + timedelta(minutes=10)
    [row] = store.run("messages_waiting", now=later).to_pylist()
    assert (row["message"], row["state"]) == ("sales_cancelled", "unknown")
    store.close()


def test_the_outbox_says_what_waits_and_sends_it(
    tmp_path: Path, office: PostOffice, capsys: pytest.CaptureFixture[str]
):
    log, file = tmp_path / "log.duckdb", secrets(tmp_path, office)
    waiting(log)
    none = tmp_path / "none.toml"
    none.write_text("[auth]\n")

    def said(*words: str) -> tuple[int, str, str]:
        code = main(["outbox", *words, "--db", str(log)])
        told = capsys.readouterr()
        return code, told.out, told.err

    code, _, err = said("--send", "--secrets", str(none))
    assert (code, "No mail server is set" in err) == (1, True)
    listed = said()[1].splitlines()
    assert listed[0].startswith("C-0001 Juniper Advisors, step 3, sales_cancelled: queued since")
    assert listed[1] == "1 unsent message."
    assert said("--send", "--secrets", str(file)) == (0, "1 sent.\n", "")
    assert said() == (0, "No unsent messages.\n", "")
    assert len(office.envelopes) == 1
