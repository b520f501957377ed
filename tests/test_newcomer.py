"""A new user with the README alone: from a fresh clone to an imported tracker and a PDF report."""

import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from dashboard import clock
from dashboard.intake import import_tracker
from dashboard.store import Store
from tests.builders import LEAD
from tests.live import free_port
from tests.newcomer import cloned, end, running
from tests.screen import Room, Screen
from tests.walks import AT, BACKED_UP, Clock, complete, price, ticket

pytestmark = [pytest.mark.system, pytest.mark.browser]
PATIENCE_MS = 120_000
SOON_SECONDS = 20  # so long may a busy machine say nothing at first
FIRM = "Newcomb & Daughters"
VERDICTS = re.compile(r"(\d+) accepted · (\d+) rejected · (\d+) duplicate")
SAID = (
    "Making a Python environment in .venv …", "Installing what Changeover runs on …",
    "packages fetched …", "putting them in place …", "Making up sample data …",
    "Wrote sample data to", "URL: http://127.0.0.1:{port}",
)  # fmt: skip


def test_a_newcomer_gets_from_a_clone_to_a_report_with_the_readme_alone(
    room: Room, store: Store, tmp_path: Path
):
    clone, port = cloned(tmp_path), free_port()
    tracker = clone / "tests" / "data" / "tracker.csv"
    assert re.search(r"^ {4}make run .*PORT=", (clone / "README.md").read_text("utf-8"), re.M)

    expected = verdicts_on(tracker, store)
    make_run = ["make", "run", f"PORT={port}"]
    with running(make_run, clone, tmp_path / "home", port) as terminal:
        screen = room.visitor(f"http://127.0.0.1:{port}")
        screen.page.set_default_timeout(PATIENCE_MS)  # Python compiles what it has not run before
        screen.open().says("These firms and cases are made up")
        start_empty(screen)
        import_sheet(screen, tracker, expected)
        finished = walk_a_case(screen, Clock())
        paper = report_of(screen, f"{finished:%B %Y}", tmp_path)
        assert screen.faults == []
        assert end(terminal) == 0, terminal.text
        with pytest.raises(ProcessLookupError):
            os.killpg(terminal.process.pid, 0)
        assert list(clone.glob("data/*.sock")) == []

    assert f"SLA report, {finished:%B %Y}" in paper
    assert FIRM in paper
    assert "0% of 1 completed case met the SLA" in paper
    assert terminal.lines[0][0] < SOON_SECONDS, terminal.text
    said = iter(line for _, line in terminal.lines)
    for words in SAID:  # in this order
        assert any(words.format(port=port) in line for line in said), (words, terminal.text)


def start_empty(screen: Screen) -> None:
    """Look at what it would do, think better of it, then do it."""
    screen.press("Start empty").says("A new, empty log replaces the sample data")
    screen.page.keyboard.press("Escape")
    screen.settle().says("These firms and cases are made up")

    screen.press("Start empty").press("Remove sample data").says("The log is empty now.")

    screen.says("No open case", "import a tracker")
    assert screen.page.get_by_text("These firms and cases are made up").count() == 0


def import_sheet(screen: Screen, sheet: Path, expected: list[int]) -> None:
    """Upload a tracker, read the verdicts, import it."""
    screen.press("Import a tracker").page.locator("input[type=file]").set_input_files(sheet)
    verdicts = told(screen, "Preview: nothing saved yet.")
    assert verdicts == expected

    screen.press("Import rows")

    assert told(screen, "Import complete.") == verdicts
    screen.press("View cases").says("open cases")


def verdicts_on(sheet: Path, empty: Store) -> list[int]:
    """How many rows an empty log would accept, reject and call known already, each row one."""
    found = import_tracker(
        empty, sheet.read_bytes(), sheet.name, by=LEAD, now=clock.now(), dry_run=True
    ).summary
    counts = [found[word] for word in ("accepted", "rejected", "duplicate")]
    assert sum(counts) == 617
    assert counts[0] >= 504  # one more once the sheet's last hours are past
    return counts


def told(screen: Screen, headline: str) -> list[int]:
    """How many rows were accepted, rejected and known already."""
    words = screen.says(headline).page.locator("p").filter(has_text=headline).inner_text()
    found = VERDICTS.search(words)
    assert found, words
    return [int(number) for number in found.groups()]


def walk_a_case(screen: Screen, clock: Clock) -> datetime:
    """Open a local case and take it through all steps, past the limit; returns when it ended."""
    go_to(screen, "Work", "New case").fill("Firm", FIRM).tick(BACKED_UP)
    screen.moment(AT, clock.at(1, 9)).press("Open case").says("Step 2: Form routed", FIRM)
    complete(screen, 2, clock.at(1, 9, 15))
    complete(screen, 3, clock.at(1, 10))
    ticket(screen, "EMS-2026")
    complete(screen, 4, clock.at(1, 11))
    price(screen)
    complete(screen, 5, clock.at(2, 11))
    screen.fill("Order number", "SO-2026")
    complete(screen, 6, clock.at(5, 16))
    complete(screen, 7, clock.at(5, 16, 30))
    screen.says("The case is complete.")
    return clock.at(5, 16, 30)


def go_to(screen: Screen, group: str, page: str) -> Screen:
    """Choose a page from the menu."""
    screen.page.get_by_role("button", name=group, exact=True).click()
    screen.page.get_by_role("menuitem", name=page).click()
    screen.page.get_by_role("heading", name=page, level=1).wait_for()
    return screen.settle()


def report_of(screen: Screen, month: str, folder: Path) -> str:
    """Choose the month on the SLA report, download it as a PDF and read that."""
    go_to(screen, "Reports", "SLA report").choose("Month or quarter", month)
    screen.pick("Local").says("of 1 completed case met the SLA")
    made = screen.download("Report as PDF")
    path = folder / made.suggested_filename
    made.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")
    # raw: cell by cell, so that a firm's name is whole also where it takes two lines
    read = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())
