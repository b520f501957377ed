"""Back, forward and loading again: each page comes back as it was left, with its filters."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.live import live_app
from tests.screen import WAIT_MS, Room, Screen

pytestmark = pytest.mark.browser
FIRM = "Juniper Advisors"
# Each page, with a filter where it has one, and its title.
PLACES = {
    "?path=Local": "Today",
    "cases?state=All+states": "Cases",
    "new_case": "New case",
    "throughput?path=Local": "Throughput",
    "bottlenecks?path=Local": "Bottlenecks",
    "month_end?path=Local": "Month end",
    "forecast?path=Local": "Forecast",
    "sla_report": "SLA report",
    "log?text=Juniper": "Log",
    "guide": "Guide",
    "settings?section=Planning": "Settings",
}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.duckdb"
    store, began = Store.open(path), clock.now() - timedelta(days=3)
    commands.open_case(store, "local", form("local", firm_name=FIRM), by=LEAD, now=began)
    given = form("virtual_office", firm_name="Alder Tax")
    commands.open_case(store, "virtual_office", given, by=LEAD, now=began)
    store.close()
    return path


def shows(screen: Screen, title: str, path: str) -> None:
    expect(screen.page.locator("h1").first).to_have_text(title, timeout=WAIT_MS)
    there = re.escape(f"{screen.address}/{path}")
    expect(screen.page).to_have_url(re.compile(f"^{there}$"), timeout=WAIT_MS)


def open_case(screen: Screen) -> None:
    """Find the case by its firm and follow the link."""
    screen.page.get_by_role("searchbox", name="Find a case").fill("Juniper")
    screen.page.locator(".st-key-found").get_by_role("link").first.click()
    shows(screen, FIRM, "case?id=C-0001")
    screen.settle()


def test_back_from_a_case_leads_to_today_with_the_path_that_was_chosen(log: Path, room: Room):
    with live_app(log) as address:
        screen = room.visitor(address).open().says("Alder Tax").pick("Local")
        open_case(screen)

        screen.page.go_back()

        shows(screen, "Today", "?path=Local")
        chosen = screen.page.get_by_role("radio", name="Local", exact=True)
        expect(chosen).to_be_checked(timeout=WAIT_MS)
        assert screen.faults == []


def test_back_forward_and_loading_again_keep_every_page_as_it_was(log: Path, room: Room):
    with live_app(log) as address:
        screen = room.visitor(address)
        for path, title in PLACES.items():
            screen.open(path)
            shows(screen, title, path)
            open_case(screen)

            screen.page.go_back()
            shows(screen, title, path)
            screen.page.go_forward()
            shows(screen, FIRM, "case?id=C-0001")
            screen.page.reload()
            shows(screen, FIRM, "case?id=C-0001")
            screen.page.go_back()
            shows(screen, title, path)
        # what a page had made for itself, and is left before it was read, is no fault
        assert [one for one in screen.faults if not one.startswith("asked for blob:")] == []
