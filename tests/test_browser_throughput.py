"""Throughput in a real browser: a click on each chart leads to exactly the cases that it counts."""

import csv
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dashboard import clock
from dashboard.formats import day
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import live_app
from tests.screen import WAIT_MS, Room, Screen

pytestmark = pytest.mark.browser
STATES = {
    "within target": "on time", "past target, within SLA": "at risk", "past the SLA": "late",
}  # fmt: skip


class Counted:
    """What the figures say, for the same log and nearly the same now."""

    def __init__(self, store: Store) -> None:
        now = clock.now()
        self.finished = store.run("finished_cases", now=now, most=10_000).to_pylist()
        self.months = store.run("attainment", now=now).to_pylist()
        self.weeks = store.run("throughput", now=now).to_pylist()
        self.clocks = store.run("twin_clocks", now=now).to_pylist()
        self.flow = store.run("cumulative_flow", now=now).to_pylist()
        self.ages = store.run("ageing", now=now).to_pylist()

    def month(self, name: str, state: str | None = None) -> int:
        return sum(
            f"{row['closed_date']:%B %Y}" == name and state in (None, row["state"])
            for row in self.finished
        )

    def week(self, name: str, column: str) -> int:
        """Of the week that words name by its first day."""
        return next(row[column] for row in reversed(self.weeks) if day(row["week"]) == name)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("throughput") / "log.duckdb"


@pytest.fixture(scope="module")
def counted(log: Path) -> Counted:
    store = Store.open(log)
    write_sample(store, seed=3, cases=200, until=clock.now(), by=Person("t", Role.ADMIN))
    figures = Counted(store)
    store.close()
    return figures


@pytest.fixture(scope="module")
def screen(browser: Room, log: Path, counted: Counted) -> Generator[Screen]:
    with live_app(log) as address:
        yield browser.visitor(address)


def marks(screen: Screen, chart: str) -> Locator:
    """The marks of a chart that a click can pick: Vega names their view."""
    screen.open("throughput?period=All+time")
    picked = "g.role-mark:is([class*=' view_'], .marks)"
    found = screen.page.locator(f".st-key-card-{chart} svg {picked} path")
    found.first.wait_for(state="attached")
    return found


def click(screen: Screen, mark: Locator) -> None:
    mark.scroll_into_view_if_needed()
    screen.page.wait_for_timeout(300)
    box = mark.bounding_box()
    assert box is not None
    mark.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    screen.settle()


def listed(screen: Screen, chart: str) -> tuple[str, int]:
    """What the list under the chart is called, and how many cases it says and has."""
    place = screen.page.locator(f".st-key-behind-{chart}-cases")
    title = place.locator("strong").first
    expect(title).to_be_visible(timeout=WAIT_MS)
    found = re.fullmatch(r"(.+): ([\d,]+) cases?", title.inner_text())
    assert found
    n = int(found[2].replace(",", ""))
    if not n:  # as in a week of holidays: then there is no file to be had
        expect(place.get_by_role("button", name="Download CSV")).to_have_count(0)
        return found[1], n
    with screen.page.expect_download() as waiting:
        place.get_by_role("button", name="Download CSV").click()
    with waiting.value.path().open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["case_id"] for row in rows}) == len(rows) == n
    return found[1], n


def test_a_mark_of_the_trend_lists_the_cases_of_its_month(screen: Screen, counted: Counted):
    click(screen, marks(screen, "trend").nth(4))

    title, n = listed(screen, "trend")

    assert n in {row["n"] for row in counted.clocks}
    month = title.removeprefix("Completed in ")
    named = month if month[-1].isdigit() else f"{month} {clock.now().year}"
    assert n == counted.month(named)


@pytest.mark.parametrize("which", [0, 4, 8])
def test_a_part_of_a_bar_lists_the_cases_that_it_stands_for(
    screen: Screen, counted: Counted, which: int
):
    card_marks = marks(screen, "kept")
    seen = [place for place in range(card_marks.count()) if is_there(card_marks.nth(place))]
    click(screen, card_marks.nth(seen[which]))

    title, n = listed(screen, "kept")

    month, words = title.removeprefix("Completed in ").split(", ", 1)
    assert n == counted.month(month, STATES[words]) > 0


def is_there(mark: Locator) -> bool:
    box = mark.bounding_box()
    return box is not None and box["height"] > 3


def test_a_mark_of_either_clock_lists_the_cases_of_its_month(screen: Screen, counted: Counted):
    click(screen, marks(screen, "clocks").nth(0))

    title, n = listed(screen, "clocks")

    assert n == counted.month(title.removeprefix("Completed in "))


def test_a_week_lists_the_cases_that_were_open_at_its_end(screen: Screen, counted: Counted):
    busiest = max(range(len(counted.weeks)), key=lambda n: counted.weeks[n]["open_at_end"])
    click(screen, marks(screen, "open").nth(busiest))

    title, n = listed(screen, "open")

    name = title.removeprefix("Open at the end of the week of ")
    assert n == counted.week(name, "open_at_end")


@pytest.mark.parametrize("back", [4, 5, 8])
def test_a_week_lists_the_cases_opened_or_completed_in_it(
    screen: Screen, counted: Counted, back: int
):
    points = marks(screen, "flow")
    click(screen, points.nth(points.count() - back))

    title, n = listed(screen, "flow")

    said, name = title.split(" in the week of ")
    assert n == counted.week(name, said.lower())


def test_a_band_lists_the_cases_that_stood_in_its_steps(screen: Screen, counted: Counted):
    bands = marks(screen, "stages")
    last = max(place for place in range(bands.count()) if is_there(bands.nth(place)))
    click(screen, bands.nth(last))

    title, n = listed(screen, "stages")

    party = title.removeprefix("steps of ").split(",")[0]
    ends = [row for row in counted.flow if row["period"] == counted.flow[-1]["period"]]
    assert n == sum(row["open"] for row in ends if row["party"] == party) > 0


def test_a_click_on_an_old_case_opens_it(screen: Screen, counted: Counted):
    click(screen, marks(screen, "ageing").first)

    screen.page.wait_for_url("**/case?id=*")
    assert screen.page.url.rpartition("=")[2] in {row["case_id"] for row in counted.ages}


def test_a_telephone_shows_all_of_it_and_nothing_fails(room: Room, screen: Screen):
    phone = room.visitor(screen.address, width=390, scheme="dark")

    phone.open("throughput").says(
        "Our share of the time",
        "Work in progress by step",
        ("Open cases that are old for their step"),
    )

    assert phone.faults == []
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
