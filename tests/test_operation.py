"""The server as whoever runs it sees it: ready or not, what it writes down, how it ends."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from dashboard import journal
from dashboard.errors import CommandRefused
from dashboard.people import KEY
from dashboard.store import Store
from tests.identity import provider, sign_in, write_secrets
from tests.live import ROOT, answers, free_port, live_app, second_terminal
from tests.screen import screens
from tests.test_browser_identity import log_in
from tests.test_strangers import sent

HEADER = "Firm ID,Firm,Move to,Products,Step 1,Step 2,Step 3,Step 4,Step 5,Step 6,Step 7\n"
ROW = "F{0},Firm {0},Local,,10/5/2026 9:00 AM,10/6/2026 9:30 AM,10/7/2026 10:00 AM,,,,\n"
ROWS = 1500
ENDS_SECONDS = 60
SECRET = "Correct-Horse-Battery-Staple"
TYPED = ("reach-me@private.example", "EMS-7007")
PERSONAL = ("lena@example.com", SECRET, "a long text that only these tests know", *TYPED)


def verb(log: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "dashboard", words[0], "--db", str(log), *words[1:]]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)


# --- Ready -----------------------------------------------------------------------------------


def test_a_server_is_ready_before_anybody_visits_it_and_no_longer_once_it_has_ended(tmp_path: Path):
    log = log_in(tmp_path)
    before = verb(log, "ready")
    with live_app(log):
        ready = verb(log, "ready")
    after = verb(log, "ready")

    assert [said.returncode for said in (before, ready, after)] == [1, 0, 1]
    assert "Not ready: no application serves the log" in before.stderr
    assert "the pages show all" in ready.stdout


def script_health(address: str) -> int:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/script-health-check", timeout=60) as answer:
            return answer.status
    except HTTPError as refused:
        return refused.code


def test_a_server_without_its_log_starts_says_so_everywhere_and_goes_on_once_it_can(tmp_path: Path):
    log = log_in(tmp_path)
    head = log.with_name(log.name + ".head")
    kept = head.read_bytes()
    head.write_bytes(b"nonsense")

    with live_app(log) as address:
        told = sent(address, "")
        answers = [script_health(address), verb(log, "ready").returncode]
        head.write_bytes(kept)
        again = sent(address, "")
        answers += [script_health(address), verb(log, "ready").returncode]

    assert b"The log is not available" in told
    assert b"Try again" in told
    assert b"The log is not available" not in again
    assert answers == [503, 1, 200, 0]


# --- The journal -----------------------------------------------------------------------------


def commands_in(told: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "command"]


@pytest.mark.browser
def test_each_command_is_one_line_and_nothing_that_was_typed_or_is_secret_is_written_down(
    tmp_path: Path,
):
    written, log = tmp_path / "journal", log_in(tmp_path)
    with provider() as identity, screens() as room:
        secrets = Path(write_secrets(tmp_path, identity))
        text = secrets.read_text("utf-8").replace('"any"', f'"{SECRET}"')
        secrets.write_text(text, encoding="utf-8")
        with live_app(log, journal=written, STREAMLIT_SECRETS_FILES=str(secrets)) as address:
            screen = sign_in(room.visitor(address).open(), "lena@example.com")
            screen.open("case?id=C-0001").says("Step 4:")
            screen.press("Complete step 4")  # which is refused: nothing is filled in
            screen.fill("EMS ticket number", TYPED[1]).tick("The ticket's priority is High")
            screen.press("Complete step 4").says("Step 4 completed")
            screen.press("Feedback")
            screen.fill("What works, and what does not?", "Everything works.")
            reach = screen.page.get_by_role("textbox", name=re.compile("How to reach you"))
            reach.fill(TYPED[0])
            reach.press("Tab")
            screen.press("Send feedback").says("Thank you.")
            second_terminal(log, "verify")
            with pytest.raises(subprocess.CalledProcessError):
                second_terminal(log, "erase", "C-0404")

    told = written.read_text("utf-8")
    lines = [
        (line["verb"], line["who"], line["case"], line["outcome"], line["stored"])
        for line in commands_in(told)
    ]
    lena, cli = lines[0][1], lines[-1][1]
    assert lena.startswith(KEY)
    assert lines == [
        ("door.sign_in", lena, "", "done", []),
        ("step_acts.complete", lena, "C-0001", "FieldsRefused", []),
        ("step_acts.complete", lena, "C-0001", "done", lines[2][4]),
        ("feedback.send", lena, "", "done", ["feedback_left"]),
        ("verify", cli, "", "done", []),
        ("erase", cli, "", "refused", []),
    ]
    assert "step_completed" in lines[2][4]
    assert cli.startswith("cli:")
    assert [word for word in PERSONAL if word in told] == []
    assert "Traceback" not in told


def test_a_refusal_is_written_down_without_its_words_and_a_fault_as_one(capsys):
    journal.begin()
    journal.begin()  # which makes no second line
    with pytest.raises(CommandRefused), journal.noted("step_acts.complete", "x@y.example", "C-1"):
        raise CommandRefused("Ann Smith cannot be reached.")
    with pytest.raises(ZeroDivisionError), journal.noted("figure", "cli:root"):
        raise ZeroDivisionError

    refused, fault = commands_in(capsys.readouterr().err)

    assert refused["outcome"] == "CommandRefused"
    assert refused["who"].startswith("person ")
    assert "Ann" not in str(refused)
    assert fault["outcome"] == "fault: ZeroDivisionError"
    assert refused["ms"] >= 0


@pytest.fixture(autouse=True)
def no_journal_afterwards() -> Generator[None]:
    ours = logging.getLogger(journal.OURS)
    before = ours.handlers[:], ours.level
    yield
    ours.handlers[:] = before[0]
    ours.setLevel(before[1])


# --- The end ---------------------------------------------------------------------------------


@contextmanager
def served(log: Path) -> Generator[subprocess.Popen[bytes]]:
    """A server whose end is the test's business; it has opened the log."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)],
        cwd=ROOT, env=os.environ | {"CHANGEOVER_LOG": str(log)}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert answers(server, f"http://127.0.0.1:{port}/_stcore/health")
        yield server
    finally:
        server.kill()
        server.wait()


@pytest.mark.parametrize(
    ("seconds", "how"), [(0.6, signal.SIGTERM), (1.1, signal.SIGINT), (1.8, signal.SIGTERM)]
)
def test_a_server_told_to_end_finishes_the_import_that_runs_or_has_none_of_it(
    tmp_path: Path, seconds: float, how: signal.Signals
):
    log, sheet = tmp_path / "log.duckdb", tmp_path / "sheet.csv"
    sheet.write_text(HEADER + "".join(ROW.format(number) for number in range(ROWS)))
    with served(log) as server:
        asking = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "import", str(sheet), "--db", str(log)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(seconds)
        server.send_signal(how)

        assert server.wait(ENDS_SECONDS) == 0
        out, _ = asking.communicate(timeout=ENDS_SECONDS)

    assert not log.with_name("log.duckdb.sock").exists()
    assert not log.with_name("log.duckdb.wal").exists()
    store = Store.open(log)
    count = store.count_cases()
    assert store.log.verify() == store.log.head()
    store.close()
    assert count in (0, ROWS)
    if asking.returncode == 0:
        assert count == ROWS
        assert f"{ROWS} accepted" in out
