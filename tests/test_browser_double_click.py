"""Two clicks on a button, however soon: one act, and a page that agrees with it."""

from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import live_app
from tests.screen import Room

pytestmark = pytest.mark.browser
APART_MS = (0, 20, 60, 120, 200, 350)


def test_a_second_click_stores_nothing_more_and_leaves_the_page_at_the_next_step(
    tmp_path: Path, room: Room
):
    log = tmp_path / "log.duckdb"
    store, began = Store.open(log), clock.now() - timedelta(days=3)
    for number, _ in enumerate(APART_MS, start=1):
        case_id = f"C-{number:04d}"
        given = form("local", firm_name=f"Juniper {number}")
        commands.open_case(store, "local", given, by=LEAD, now=began)
        for step in (2, 3):
            values = step_fields(store.case(case_id), step, began)
            commands.complete_step(store, case_id, step, values, by=LEAD, now=began)
    store.close()

    with live_app(log) as address:
        screen = room.visitor(address)
        for number, apart in enumerate(APART_MS, start=1):
            screen.open(f"case?id=C-{number:04d}")
            screen.fill("EMS ticket number", "EMS-7007").tick("The ticket's priority is High")
            button = screen.page.get_by_role("button", name="Complete step 4", exact=True).first
            button.evaluate("(e, ms) => { e.click(); setTimeout(() => e.click(), ms) }", apart)
            screen.page.wait_for_timeout(apart)
            screen.settle().says("Step 4 completed", "Step 5:")
            shown = screen.page.locator(".stApp").inner_text()
            assert "turn: step 4" not in shown
            assert "Step 4:" not in shown
        assert screen.faults == []

    store = Store.open(log)
    for number, _ in enumerate(APART_MS, start=1):
        kinds = [event.kind for event in store.history(f"C-{number:04d}")]
        assert kinds.count("step_completed") == 3
    store.close()
