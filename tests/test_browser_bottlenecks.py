"""A click on a bar of Bottlenecks, in a real browser: exactly the cases that the bar counts."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from dashboard import clock
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.builders import ADMIN
from tests.live import figure, live_app
from tests.screen import WAIT_MS, Room, Screen

pytestmark = pytest.mark.browser
CASES = 160


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "log.duckdb"
    store = Store.open(path)
    write_sample(store, seed=5, cases=CASES, until=clock.now(), by=ADMIN)
    store.close()
    return path


def test_a_click_on_a_bar_leads_to_exactly_the_cases_that_it_counts(
    room: Room, sample: Path
) -> None:
    with live_app(sample) as address:
        screen = room.visitor(address).open("bottlenecks?period=All+time")
        for part in ("in work", "not split"):
            bar = bar_of(screen, "steps", "Local 3 Canceled", part)

            behind = click(screen, bar, "steps", "step-cases")

            told = figure(
                sample, "step_cases", "--param", "step=3", "--param", f"part={part}",
                "--param", "workflow=local",
            )  # fmt: skip
            assert [row["case_id"] for row in behind] == [row["case_id"] for row in told]
            assert len(behind) == counted(bar) > 0
        bar = bar_of(screen, "parties", "Team leader")

        behind = click(screen, bar, "parties", "party-cases")

        told = figure(sample, "party_cases", "--param", "party=Team leader")
        assert [row["case_id"] for row in behind] == [row["case_id"] for row in told]
        assert len(behind) == counted(bar) > 0
        open_the_first(screen, behind[0]["firm"])
        assert screen.faults == []


def bar_of(screen: Screen, chart: str, lane: str, part: str = "") -> Locator:
    """The bar of that lane and part, by what it tells a screen reader."""
    words = f": {lane};" + (f".*Part: {part};" if part else "")
    bars = screen.page.locator(f".st-key-{chart} .mark-rect path")
    bars.first.wait_for()
    [place] = [
        number
        for number, label in enumerate(bars.evaluate_all("all => all.map(one => one.ariaLabel)"))
        if re.search(words, label)
    ]
    return bars.nth(place)


def counted(bar: Locator) -> int:
    """How many cases the bar says that it counts."""
    [n] = re.findall(r"Cases: (\d+)", bar.get_attribute("aria-label") or "")
    return int(n)


def click(screen: Screen, bar: Locator, card: str, table: str) -> list[dict[str, str]]:
    """Click the bar; the table under it, as its download has it."""
    n = counted(bar)
    bar.click(force=True)
    screen.settle()
    place = screen.page.locator(f".st-key-card-{card}")
    expect(place.get_by_text(re.compile(rf"^{n} cases? behind"))).to_be_visible(timeout=WAIT_MS)
    expect(place.locator(f".st-key-table-{table}")).to_be_visible()
    with screen.page.expect_download() as waiting:
        place.get_by_role("button", name="Download CSV").click()
    with waiting.value.path().open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def open_the_first(screen: Screen, firm: str) -> None:
    """A click on the firm in the table's first row opens the case."""
    canvas = screen.page.locator(".st-key-table-party-cases canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    screen.page.mouse.click(box["x"] + 60, box["y"] + 34 + 19)
    screen.page.wait_for_url("**/case?id=*")
    screen.settle().says(firm)
