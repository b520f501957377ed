"""Forecast in a real browser: it is learnt while people work, and a click opens a case."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.live import live_app, second_terminal
from tests.screen import Room

pytestmark = pytest.mark.browser
LEARNT_MS = 240_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    log: Path = tmp_path_factory.mktemp("log") / "log.duckdb"
    second_terminal(log, "sample", "--cases", "120", "--seed", "4")
    with live_app(log) as served:
        yield served


def test_the_forecast_appears_once_it_is_learnt_and_a_click_opens_a_case(room: Room, address: str):
    screen = room.visitor(address).open("forecast")

    screen.page.locator(".st-key-card-risk").wait_for(timeout=LEARNT_MS)
    screen.settle()
    table = screen.page.locator(".st-key-table-at-risk canvas").first
    table.scroll_into_view_if_needed()
    screen.settle()
    box = table.bounding_box()
    assert box
    screen.page.mouse.click(box["x"] + 60, box["y"] + 55)  # what listens lies over the canvas
    screen.page.wait_for_url("**/case?id=C-*")

    screen.settle().says("80% of such cases finish between")
    assert screen.faults == []


def test_today_shows_the_chance_of_being_late_on_a_narrow_screen_too(room: Room, address: str):
    ready = room.visitor(address).open("forecast")
    ready.page.locator(".st-key-card-risk").wait_for(timeout=LEARNT_MS)

    screen = room.visitor(address, width=390).open()

    screen.page.locator(".st-key-table-worklist canvas").first.wait_for()
    assert screen.page.get_by_text("is learning").count() == 0
    wide = screen.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    assert screen.faults == []
