"""A team leader's own tracker brought in with a real browser: from upload to Today, and again."""

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dashboard.store import Store
from tests.live import live_app
from tests.screen import Screen, screens

pytestmark = pytest.mark.browser
REAL = Path(__file__).parent / "data" / "trackers" / "real_tl.xlsx"
OWN = """\
Weekly moves
Client,Going to,Submitted,Sent to TL
Granite Tax,Local,5/6/2026 9:00,5/6/2026 10:00
"""


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Generator[Screen]:
    """A visitor of an empty log."""
    path = tmp_path_factory.mktemp("import") / "log.duckdb"
    Store.open(path).close()
    with live_app(path) as address, screens() as room:
        yield room.visitor(address).open()


def upload(screen: Screen, file: Path) -> Screen:
    screen.open("settings?section=Import")
    screen.press("Import a tracker")
    screen.page.locator("input[type=file]").set_input_files(file)
    return screen.settle()


def test_a_real_tracker_is_cases_in_two_clicks_and_next_weeks_in_as_many(
    screen: Screen, tmp_path: Path
):
    upload(screen, REAL).says("Preview: nothing saved yet.", "5 accepted", "totals")
    screen.press("Import rows").says("Import complete.", "5 accepted")
    screen.press("View cases").is_at("cases")

    book = load_workbook(REAL)
    book["SaaS moves 2026"]["K6"] = datetime(2026, 10, 20, 10)  # noqa: DTZ001 - as a sheet has it
    later = tmp_path / "next week.xlsx"
    book.save(later)
    upload(screen, later).says("1 updated")
    screen.press("Import rows").says("Import complete.", "1 updated")
    screen.page.keyboard.press("Escape")
    assert screen.faults == []


def test_what_is_open_is_asked_once_and_remembered(screen: Screen, tmp_path: Path):
    first, second = tmp_path / "moves.csv", tmp_path / "later.csv"
    first.write_text(OWN)
    second.write_text(OWN.replace("Granite", "Marble"))
    upload(screen, first).says("Are its dates month first")

    screen.page.get_by_text("Day first: 28/10/2026").click()
    screen.settle().page.get_by_text("Check", exact=True).click()
    screen.settle().says("1 accepted", "Remember these choices as")
    screen.press("Import rows").says("Import complete.")

    upload(screen, second).says("1 accepted").press("Import rows").says("Import complete.")
    assert screen.faults == []
