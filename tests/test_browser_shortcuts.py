"""The keys in a browser: find, complete, next and previous case; no button's name changes."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form
from tests.live import live_app
from tests.screen import Room

pytestmark = pytest.mark.browser


def test_a_case_is_found_completed_and_left_by_keys(tmp_path: Path, room: Room):
    log = tmp_path / "log.duckdb"
    store = Store.open(log)
    for number in range(2):
        given = form("local", firm_name=f"Juniper {number}")
        commands.open_case(store, "local", given, by=LEAD, now=clock.now())
    [first, second] = store.run("worklist", now=clock.now())["case_id"].to_pylist()
    store.close()

    with live_app(log) as address:
        screen = room.visitor(address).open(f"case?id={first}")
        page = screen.page
        page.locator(".st-key-shortcut-keys [data-testid=stBidiComponentIsolated]").wait_for(
            state="attached"
        )
        page.wait_for_timeout(2000)  # until the browser has run what hears the key
        page.keyboard.press("/")
        expect(page.locator(".st-key-find input")).to_be_focused()
        page.keyboard.press("Escape")
        screen.fill("When it happened (New York)", "now")  # "/" is typed where one types
        box = page.get_by_role("textbox", name="When it happened (New York)")
        box.fill("")
        box.press_sequentially("1/2")
        assert box.input_value() == "1/2"
        box.fill("now")
        page.keyboard.press("Control+Enter")
        screen.settle().says("Step 2 completed")
        page.keyboard.press("Alt+PageDown")
        screen.settle().is_at(f"case?id={second}")
        assert page.get_by_role("button", name="Complete step 2", exact=True).count() == 1
        page.keyboard.press("Alt+PageUp")
        screen.settle().is_at(f"case?id={first}")
        screen.press("Undo: step 2 completed").says("Undone:")
        assert screen.faults == []
