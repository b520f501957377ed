"""A case is walked by keyboard alone; each stop of Tab has a name and can be seen."""

import re
from datetime import datetime
from itertools import groupby
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.keyboard import Keys, Stop
from tests.live import live_app
from tests.screen import Room
from tests.walks import AT, BACKED_UP, Clock

pytestmark = pytest.mark.browser
STREAMLITS_OWN = "main"  # what the page scrolls in: it is focused, and has no name
MARKUP = re.compile(r"[*:]\w+\[|\*\*|`")


def complete(keys: Keys, step: int, at: datetime) -> None:
    """Enter when it happened and complete the step; Tab then leads into the next one's form."""
    keys.moment(AT, at).button(f"Complete step {step}")
    goes_on(keys, f"Step {step} completed")


def goes_on(keys: Keys, confirmation: str) -> None:
    """The confirmation has the focus, and Tab leads from it into the form that is due."""
    said = keys.screen.says(confirmation).page.locator(".st-key-said").get_by_role("status")
    expect(said).to_be_focused()
    stop = keys.tab()
    if stop.name == "Undo":
        stop = keys.tab()
    assert stop.card == "form"


def test_a_local_case_is_walked_by_keyboard_alone(room: Room, tmp_path: Path) -> None:
    clock = Clock()
    with live_app(tmp_path / "log.duckdb") as address:
        screen = room.visitor(address).open()
        keys = Keys(screen)

        keys.button("Work").press("ArrowDown", "ArrowDown", "Enter")
        screen.is_at("new_case").says("Where is the firm moving?")
        keys.round()
        all_round(keys)
        keys.fill("Firm", "Birch & Sons").tick(BACKED_UP).moment(AT, clock.at(4, 9))
        keys.button("Open case")
        goes_on(keys, "C-0001 opened")
        keys.round()
        in_order(all_round(keys))
        complete(keys, 2, clock.at(4, 9, 15))
        complete(keys, 3, clock.at(4, 10))
        keys.fill("EMS ticket number", "EMS-12").tick("The ticket's priority is High")
        complete(keys, 4, clock.at(4, 10, 30))
        keys.tick("Price verified on the Pricing tab of the Renewal Calculator")
        keys.choose("Price verified by", "R. Castellano")
        keys.tab_to("radio", "Yes").press("ArrowRight", "Space")  # which is No
        complete(keys, 5, clock.at(4, 13))
        keys.fill("Order number", "SO-1")
        complete(keys, 6, clock.at(5, 9))
        keys.moment(AT, clock.at(5, 10, 30)).button("Complete step 7")

        screen.says("Step 7 completed", "The case is complete.")
        assert screen.faults == []


def in_order(stops: list[Stop]) -> None:
    """The steps, then the form's inputs, then its buttons, then the rest; no card twice."""
    cards = [card for card, _ in groupby(stop.card for stop in stops if stop.card)]
    assert cards[:3] == ["page-head", "steps", "form"]
    assert len(cards) == len(set(cards)), cards
    form = [stop for stop in stops if stop.card == "form"]
    buttons = [stop.name for stop in form[-2:]]
    assert buttons == ["Complete step 2", "Start step"]
    assert AT in [stop.name for stop in form[:-2]]


def all_round(keys: Keys) -> list[Stop]:
    """Every stop of the page: each has a name that can be read aloud, and is seen to have focus."""
    keys.unseen.clear()
    stops = keys.round()
    names = [stop.name for stop in stops if stop.role != STREAMLITS_OWN]
    assert all(names), stops
    assert [name for name in names if MARKUP.search(name)] == []
    assert {stop for stop in keys.unseen if stop.role != STREAMLITS_OWN} == set()
    return stops
