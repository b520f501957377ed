"""Two people in two browsers on one case: one wins, the other is told and loses nothing typed."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import clock, commands
from dashboard.store import Store
from tests.builders import LEAD, form, step_fields
from tests.live import figure, live_app
from tests.screen import Screen, screens

pytestmark = pytest.mark.browser
TICKET = "EMS ticket number"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Virtual Office cases at the EMS ticket: seven of their steps are complete."""
    path = tmp_path_factory.mktemp("people") / "log.duckdb"
    store, began = Store.open(path), clock.now() - timedelta(days=14)
    later = began + timedelta(days=7)  # after the appointment
    for firm in ("Juniper Advisors", "Larch Partners", "Maple & Sons"):
        given = form("virtual_office", firm_name=firm)
        opened = commands.open_case(store, "virtual_office", given, by=LEAD, now=later, at=began)
        case_id = opened[0].stream
        for number in range(2, 8):
            values = step_fields(store.case(case_id), number, began)
            at = later if number > 4 else began
            commands.complete_step(store, case_id, number, values, by=LEAD, now=later, at=at)
    store.close()
    return path


@pytest.fixture(scope="module")
def people(log: Path) -> Generator[tuple[Screen, Screen]]:
    """Ada and Ben, each in a browser, both team leaders."""
    with live_app(log) as address, screens() as room:
        ada, ben = room.visitor(address), room.visitor(address)
        yield act_as(ada.open(), "Ada Okafor"), act_as(ben.open(), "Ben Castellano")


def act_as(screen: Screen, name: str) -> Screen:
    """Choose a name under which to act; the role stays that of a team leader."""
    screen.page.locator(".st-key-act-as").get_by_role("button").first.click()
    screen.fill("Name", name).page.keyboard.press("Escape")
    return screen.settle().says(name)


def look_up(screen: Screen, case_id: str) -> Screen:
    """Open a case by the find box: the session, and so the name, stays."""
    screen.page.get_by_role("searchbox", name="Find a case").fill(case_id)
    # what was found before stands there until the new text has arrived
    found = screen.page.locator(".st-key-found").get_by_role("link").filter(has_text=case_id)
    found.first.click()
    screen.page.wait_for_url(f"**/case?id={case_id}")
    return screen.settle().says("Step 8: ")


def test_of_two_people_on_one_case_one_wins_and_the_other_loses_nothing_typed(
    people: tuple[Screen, Screen], log: Path
):
    ada, ben = (look_up(screen, "C-0001") for screen in people)
    for screen, number in ((ada, "EMS-1001"), (ben, "EMS-2002")):
        screen.fill(TICKET, number).tick("The ticket's priority is High")

    ada.press("Complete step 8").says("Step 8 completed")
    ben.press("Complete step 8").says("Ada Okafor changed case C-0001", "Step 9:")

    ben.says("Your entries for step 8:", "EMS-2002")
    assert [row["case_id"] for row in figure(log, "find_cases", "--param", "text=EMS-1001")] == [
        "C-0001"
    ]
    assert figure(log, "find_cases", "--param", "text=EMS-2002") == []
    assert ada.faults == ben.faults == []


def test_a_page_older_than_a_colleagues_start_is_refused_and_then_completes(
    people: tuple[Screen, Screen], log: Path
):
    ada, ben = (look_up(screen, "C-0002") for screen in people)
    ada.fill(TICKET, "EMS-3003").tick("The ticket's priority is High")

    ben.press("Start step").says("Step 8 started")
    ada.press("Complete step 8").says("Ben Castellano changed case C-0002", "Started ")

    assert figure(log, "find_cases", "--param", "text=EMS-3003") == []
    ada.holds(TICKET, "EMS-3003")
    ada.press("Complete step 8").says("Step 8 completed")
    assert len(figure(log, "find_cases", "--param", "text=EMS-3003")) == 1
    assert ada.faults == ben.faults == []


def test_a_page_that_is_drawn_anew_under_ones_hands_says_who_moved_the_case(
    people: tuple[Screen, Screen], log: Path
):
    ada, ben = (look_up(screen, "C-0003") for screen in people)
    ada.fill(TICKET, "EMS-4004").tick("The ticket's priority is High")
    ben.press("Start step").says("Step 8 started")

    ada.page.get_by_text("Catch up several steps").click()
    ada.settle().says("Ben Castellano changed this case in the meantime.")

    ada.holds(TICKET, "EMS-4004")
    ada.press("Dismiss notice")
    assert ada.page.get_by_text("changed this case in the meantime").count() == 0
    ada.holds(TICKET, "EMS-4004")
    ada.press("Complete step 8").says("Step 8 completed")
    assert ada.faults == ben.faults == []
