"""A click after the connection was lost: carried out, or said to be lost; what was typed stays."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import free_port, live_app
from tests.screen import Room, Screen

pytestmark = pytest.mark.browser
FIRM, TICKET = "Juniper Advisors", "EMS ticket number"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A local case at step 4, which asks for the EMS ticket."""
    path = tmp_path / "log.duckdb"
    store, began = Store.open(path), clock.now() - timedelta(days=3)
    given = form("local", firm_name=FIRM)
    commands.open_case(store, "local", given, by=LEAD, now=began)
    for number in (2, 3):
        values = step_fields(store.case("C-0001"), number, began)
        commands.complete_step(store, "C-0001", number, values, by=LEAD, now=began)
    store.close()
    return path


@contextmanager
def started_again(log: Path, room: Room, prepare) -> Generator[Screen]:
    """The window as `prepare` leaves it, once the server it came from has been started again."""
    port = free_port()
    with live_app(log, port=port) as address:
        screen = room.visitor(address).open("case?id=C-0001").says("Step 4:")
        prepare(screen)
    with live_app(log, port=port):
        yield screen


def test_the_first_click_on_a_server_that_was_started_again_is_carried_out(log: Path, room: Room):
    def fill_in(screen: Screen) -> None:
        screen.fill(TICKET, "EMS-7007").tick("The ticket's priority is High")

    with started_again(log, room, fill_in) as screen:
        screen.press("Complete step 4").says("Step 4 completed", "Step 5:")
        assert screen.faults == []
