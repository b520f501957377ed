"""What somebody types is there again: after F5, Back, another page, and a server that was ended."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import free_port, live_app
from tests.screen import Room, Screen

pytestmark = pytest.mark.browser
FIRM, TICKET, NOTE = (
    "Juniper Advisors",
    "EMS ticket number",
    "Call back on Friday about the license",
)
PAUSE_MS = 1500  # of somebody who looks up from the keyboard


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A local case at step 4, which asks for the EMS ticket."""
    path = tmp_path / "log.duckdb"
    store, began = Store.open(path), clock.now() - timedelta(days=3)
    commands.open_case(store, "local", form("local", firm_name=FIRM), by=LEAD, now=began)
    for number in (2, 3):
        values = step_fields(store.case("C-0001"), number, began)
        commands.complete_step(store, "C-0001", number, values, by=LEAD, now=began)
    store.close()
    return path


def type_without_leaving(screen: Screen, label: str, text: str) -> None:
    box = screen.page.get_by_role("textbox", name=label, exact=True).first
    box.click()
    box.press_sequentially(text, delay=30)
    screen.page.wait_for_timeout(PAUSE_MS)
    expect(box).to_have_value(text)
    assert screen.page.evaluate("document.activeElement.value") == text


def reload(screen: Screen) -> Screen:
    screen.page.reload()
    screen.page.locator("h1").first.wait_for()
    return screen.settle()


def test_what_is_being_typed_survives_f5_another_page_back_and_a_server_that_was_ended(
    log: Path, room: Room
):
    port = free_port()
    with live_app(log, port=port) as address:
        screen = room.visitor(address).open("case?id=C-0001").says("Step 4:")
        type_without_leaving(screen, TICKET, "EMS-7007")
        type_without_leaving(screen, "Note", NOTE)
        screen.tick("The ticket's priority is High").says("Draft from ")

        reload(screen).holds(TICKET, "EMS-7007").holds("Note", NOTE).says("Draft from ")
        screen.open("guide")
        screen.page.go_back()
        screen.settle().holds(TICKET, "EMS-7007").holds("Note", NOTE)
        screen.page.get_by_role("textbox", name=TICKET, exact=True).first.fill("EMS-7008")
        screen.page.wait_for_timeout(PAUSE_MS)
    with live_app(log, port=port) as address:
        other = room.visitor(address).open("case?id=C-0001")
        other.holds(TICKET, "EMS-7008").holds("Note", NOTE)
        other.press("Complete step 4").says("Step 4 completed")
        other.press("Save note").says("Note saved.").holds("Note", "")
        assert other.page.get_by_text("Draft from ").count() == 0
        assert screen.faults == other.faults == []


def test_new_case_keeps_what_was_typed_and_opens_what_the_screen_shows(log: Path, room: Room):
    with live_app(log) as address:
        screen = room.visitor(address).open("new_case")
        type_without_leaving(screen, "Firm", "Quetzalcoatl & Daughters")
        reload(screen).holds("Firm", "Quetzalcoatl & Daughters")
        screen.pick("Virtual Office CS").holds("Firm", "Quetzalcoatl & Daughters")

        screen.press("Discard").holds("Firm", "")
        reload(screen).holds("Firm", "")
        assert screen.page.get_by_text("Draft from ").count() == 0
        assert screen.faults == []


def test_a_click_that_ends_the_typing_is_carried_out_at_once(log: Path, room: Room):
    """Leaving a text by a click sends it and draws the inputs anew: the click must not miss."""
    with live_app(log) as address:
        screen = room.visitor(address).open("case?id=C-0001").says("Step 4:")
        screen.tick("The ticket's priority is High")
        box = screen.page.get_by_role("textbox", name=TICKET, exact=True).first
        box.press_sequentially("EMS-7007", delay=20)
        button = screen.page.get_by_role("button", name="Complete step 4", exact=True).first
        place = button.bounding_box()
        assert place
        screen.page.mouse.move(place["x"] + 20, place["y"] + place["height"] / 2)
        screen.page.mouse.down()
        screen.page.wait_for_timeout(400)  # slower than anybody clicks
        screen.page.mouse.up()
        screen.settle().says("Step 4 completed")
        assert screen.faults == []
