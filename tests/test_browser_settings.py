"""Settings and feedback in a real browser: what is typed into tables, what is counted, hidden."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.settings import Settings
from dashboard.ui.settings_form import ROW_PX
from tests.live import live_app
from tests.screen import Room, Screen

pytestmark = pytest.mark.browser


def test_an_administrator_sets_hours_days_and_products_and_somebody_says_thanks(
    room: Room, tmp_path: Path
) -> None:
    with live_app(tmp_path / "log.duckdb") as address:
        screen = room.visitor(address).open()
        screen.says("Hours and holidays are not confirmed yet")
        act_as_administrator(screen)
        screen.page.get_by_role("link", name="Confirm hours and holidays").click()
        screen.settle()
        hours_and_a_short_day(screen)
        screen.press("Confirm hours and holidays").says("Hours and holidays confirmed")
        expect(screen.page.get_by_text("Not confirmed yet")).to_have_count(0)
        a_product(screen)
        feedback(screen)
        assert screen.faults == []


def act_as_administrator(screen: Screen) -> None:
    screen.page.locator(".st-key-act-as button").first.click()
    screen.choose("Role", "Administrator")
    screen.page.keyboard.press("Escape")
    screen.settle()


def hours_and_a_short_day(screen: Screen) -> None:
    """Friday afternoon off, and one day in the table of single days."""
    screen.fill("Friday", "8–12").says("Preview of changes")
    add_row(screen, ".st-key-settings-calendar-0-days", 0, ["12242030", "08:00–12:00"])
    screen.press("Save calendar").says("Calendar saved", "Fri 8:00 AM–12:00 PM")
    cells = screen.page.locator(".st-key-settings-calendar-1-days canvas")
    expect(cells.get_by_text("2030-12-24")).to_have_count(1)


def a_product(screen: Screen) -> None:
    screen.pick("Catalog")
    products = len(Settings().catalogue)
    add_row(screen, ".st-key-settings-catalogue-0-products", products, ["Portal CS", "Portal"])
    screen.press("Save catalog").says("Catalog saved")
    cells = screen.page.locator(".st-key-settings-catalogue-1-products canvas")
    expect(cells.get_by_text("Portal CS")).to_have_count(1)


def add_row(screen: Screen, table: str, rows: int, texts: list[str]) -> None:
    """Type into the line under a table's rows, cell by cell."""
    canvas, mouse, keys = (
        screen.page.locator(f"{table} canvas").first,
        screen.page.mouse,
        screen.page.keyboard,
    )
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    # what listens lies over the canvas; a click there opens the first cell
    x, y = box["x"] + 90, box["y"] + ROW_PX * (rows + 1.5)
    screen.drawn_after(lambda: mouse.click(x, y))
    for text in texts:
        keys.type(text, delay=15)
        screen.drawn_after(lambda: keys.press("Tab"))


def feedback(screen: Screen) -> None:
    """The characters left are counted while one types, and the trap is out of people's way."""
    screen.press("Feedback")
    box = screen.page.get_by_role("textbox", name="What works, and what does not?")
    box.press_sequentially("Quick and clear")
    screen.says("985 characters left")
    assert screen.page.get_by_role("textbox", name="Leave this empty").count() == 0
    screen.press("Send feedback").says("Thank you.")
    screen.says("1,000 characters left")
