"""A page that was left open: drawn anew for a new day, and told of what others entered."""

from collections.abc import Generator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.ui import fresh
from tests.builders import LEAD, form
from tests.live import live_app
from tests.screen import Room

NEW_YORK = "-05:00"


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    opened = Store.open(tmp_path / "log.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("drawn", "now", "is_another"),
    [
        ("2026-12-09T10:30", "2026-12-09T10:31", False),
        ("2026-12-09T07:55", "2026-12-09T08:05", True),  # it opens
        ("2026-12-09T16:55", "2026-12-09T17:05", True),  # it closes
        ("2026-12-09T18:00", "2026-12-09T23:59", False),
        ("2026-12-09T23:59", "2026-12-10T00:00", True),
        ("2026-12-12T10:00", "2026-12-12T18:00", False),  # a Saturday
    ],
)
def test_a_page_is_for_its_day_and_for_an_open_or_a_closed_office(
    store: Store, drawn: str, now: str, is_another: bool
):
    first, later = (
        fresh.drawn_for(store, datetime.fromisoformat(at + NEW_YORK)) for at in (drawn, now)
    )

    assert fresh.is_another_day(first, later) is is_another


def test_what_others_enter_is_no_reason_to_draw_the_page_under_somebodys_hands(store: Store):
    now = clock.now()
    before = fresh.drawn_for(store, now)
    given = form("local", firm_name="Juniper Advisors")
    commands.open_case(store, "local", given, by=LEAD, now=now - timedelta(days=1))

    after = fresh.drawn_for(store, now)

    assert after.position > before.position
    assert not fresh.is_another_day(before, after)


@pytest.mark.browser
def test_an_open_page_says_that_something_was_entered_and_shows_it_when_asked(
    tmp_path: Path, room: Room
):
    log = tmp_path / "log.duckdb"
    opened, began = Store.open(log), clock.now() - timedelta(days=1)
    commands.open_case(opened, "local", form("local", firm_name="Juniper"), by=LEAD, now=began)
    opened.close()

    with live_app(log) as address:
        screen = room.visitor(address).open("case?id=C-0001").says("Juniper")
        other = room.visitor(address).open("case?id=C-0001").says("Juniper")
        other.page.get_by_placeholder("What the next person should know").fill("They called back")
        other.press("Save note").says("They called back")

        screen.says(fresh.NEWER)
        assert screen.page.get_by_text("They called back").count() == 0
        screen.press("Refresh").says("They called back")
        assert screen.page.get_by_text(fresh.NEWER).count() == 0
        assert other.page.get_by_text(fresh.NEWER).count() == 0
        assert screen.faults == other.faults == []
