"""Clicks on the charts of Month end, in a real browser: each leads to the cases that it counts."""

import re
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.live import live_app, second_terminal
from tests.screen import Room, Screen

pytestmark = pytest.mark.browser
WITHIN = 56  # px, as far as two days lie apart
SECONDS = 30
# Where to rest on the marks that say something, those there first, from the top: Vega keeps what
# each one is.
PLACES = """
(chart, [across, within]) => {
    const box = chart.getBoundingClientRect();
    const from = box.x + box.width * across, until = from + within;
    return [...chart.querySelectorAll("*")]
        .filter(part => part.__data__ && part.__data__.tooltip)
        .map(part => part.getBoundingClientRect())
        .map(part => [
            Math.max(part.left - until, from - part.right, 0),
            (Math.max(part.left, Math.min(from, part.right)) +
                Math.min(part.right, Math.max(until, part.left))) / 2,
            part.y + part.height / 2,
        ])
        .sort((one, other) => one[0] - other[0] || one[2] - other[2])
        .map(([_, left, down]) => [left, down]);
}
"""
COUNTED = re.compile(r"([\d,]+) cases?$")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    log: Path = tmp_path_factory.mktemp("log") / "log.duckdb"
    second_terminal(log, "sample", "--cases", "700", "--seed", "4")
    with live_app(log) as served:
        yield served


def mark(screen: Screen, card: str, across: float) -> dict[str, str]:
    """Rest on a mark at that part of a chart's width, or near it, and read its words."""
    chart = screen.page.locator(f".st-key-card-{card} svg.marks").first
    chart.scroll_into_view_if_needed()
    screen.settle()
    tip = screen.page.locator("#vg-tooltip-element.visible")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:  # what stands above may still grow
        for left, down in chart.evaluate(PLACES, [across, WITHIN]):
            screen.page.mouse.move(left, down, steps=1)
            screen.page.wait_for_timeout(200)
            if told := words(tip):
                return told
    raise AssertionError(f"there is no mark in {card}")


def words(tip: Locator) -> dict[str, str]:
    """What a mark's tooltip says, by its titles."""
    # read at once: it may be gone a moment later
    cells = "row => ['.key', '.value'].map(part => row.querySelector(part).innerText.trim())"
    rows = tip.locator("tr").evaluate_all(f"all => all.map({cells})")
    return {key.rstrip(":"): value for key, value in rows}


def click(screen: Screen, key: str) -> str:
    """Press where the pointer rests; the heading of the list that appears."""
    screen.page.mouse.down()
    screen.page.mouse.up()
    screen.settle()
    title = screen.page.locator(f".st-key-behind-{key} p").first
    title.wait_for()
    return title.inner_text()


def counted(heading: str) -> int:
    found = COUNTED.search(heading)
    assert found, heading
    return int(found[1].replace(",", ""))


def label(step: str) -> str:
    """A step's name in brackets, without its path and number."""
    found = re.search(r"\d+ (.+)", step)
    return f"({found[1]})" if found else ""


@pytest.mark.parametrize(
    ("card", "key", "across"),
    [
        ("opening", "opened-then", 0.3),
        ("heat", "heat-then", 0.5),
        ("compare", "compare-then", 0.4),
    ],
)
def test_a_mark_leads_to_as_many_cases_as_it_counts(
    room: Room, address: str, card: str, key: str, across: float
):
    screen = room.visitor(address).open("month_end")

    told = mark(screen, card, across)
    heading = click(screen, key)

    assert counted(heading) == int(told["Cases"].replace(",", ""))
    assert label(told.get("Step", "")) in heading
    assert screen.faults == []


def test_marks_of_flow_and_queue_lead_to_the_cases_that_make_their_mean(room: Room, address: str):
    screen = room.visitor(address).open("month_end")

    flow = mark(screen, "flow", 0.4)
    opened = click(screen, "flow-then")
    queue = mark(screen, "queue", 0.4)
    standing = click(screen, "queue-then")

    assert flow["Cases"].capitalize() in opened
    assert counted(opened) / int(flow["Days"]) == pytest.approx(float(flow["Per day"]), abs=0.051)
    times = re.search(r"([\d,]+) times? in all", standing)
    assert times
    mean = float(queue["In the step, mean"].split()[0])
    assert int(times[1].replace(",", "")) / int(queue["Days"]) == pytest.approx(mean, abs=0.051)
    assert screen.faults == []


def test_a_case_behind_a_mark_opens(room: Room, address: str):
    screen = room.visitor(address).open("month_end")
    mark(screen, "opening", 0.3)
    click(screen, "opened-then")

    table = screen.page.locator(".st-key-table-opened-then canvas").first
    table.scroll_into_view_if_needed()
    screen.settle()
    box = table.bounding_box()
    assert box
    screen.page.mouse.click(box["x"] + 60, box["y"] + 55)  # what listens lies over the canvas
    screen.page.wait_for_url("**/case?id=C-*")

    screen.settle()
    assert screen.faults == []
