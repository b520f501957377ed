"""Dates without a time: which cases rest on them, and whose verdict their hours would decide."""

import io
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from dashboard import commands, metrics, reports
from dashboard.intake import import_tracker
from dashboard.locales import read_by
from dashboard.reports import Asked, paper, texts, workbook
from dashboard.reports.period import Period
from dashboard.store import Store
from dashboard.ui.case_imported import flag_words
from dashboard.workflows import WORKFLOWS
from tests.builders import LEAD, SETTINGS
from tests.sheets import NOW, csv_of, row

ZONE = ZoneInfo("America/New_York")
OCTOBER = Period(datetime(2026, 10, 1, tzinfo=UTC).date())
CALENDAR = SETTINGS.calendar


def local(firm: str, *times: str) -> dict[str, str]:
    """A local case with these cells from step 1 on."""
    cells = {f"Step_{number}": text for number, text in enumerate(times, start=1)}
    return row("Local", 0, Firm=firm, Firm_ID="", **cells)


def taken(store: Store, *cases: dict[str, str], later: int = 0) -> dict[str, dict[str, Any]]:
    """The cases of October's report by firm, once the rows are imported."""
    now = NOW + timedelta(minutes=later)
    import_tracker(store, csv_of(*cases), "dates.csv", by=LEAD, now=now)
    table = metrics.sla_cases(store, now=now, month="2026-10")
    return {case["firm"]: case for case in table.to_pylist()}


# From a Monday to so many October days later; the SLA is three business days of nine hours.
BY_HAND = {
    "a day: met at any hour": (["10/5/2026"] * 6 + ["10/6/2026"], True, True, False),
    "two to four days: undecided": (["10/5/2026"] * 6 + ["10/8/2026"], True, True, True),
    "a week: missed at any hour": (["10/5/2026"] * 6 + ["10/13/2026"], True, False, False),
    "all hours known": (["10/5/2026 16:00"] * 6 + ["10/8/2026 9:00"], False, True, False),
    "an hour before the last date": (
        ["10/5/2026 8:00"] * 5 + ["10/8/2026 12:00", "10/8/2026"], True, False, False,
    ),
    "an hour after the first date": (
        ["10/5/2026", "10/5/2026 8:30"] + ["10/8/2026"] * 5, True, False, True,
    ),
    "dates in between alone": (
        ["10/5/2026 9:00"] + ["10/6/2026"] * 5 + ["10/8/2026 9:00"], True, True, False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_verdict_is_undecided_if_hours_of_the_dates_decide_it(store: Store, name: str):
    cells, is_on_dates, is_within, is_undecided = BY_HAND[name]

    case = taken(store, local("Fir", *cells))["Fir"]

    assert (case["is_on_dates"], case["within_limit"], case["is_undecided"]) == (
        is_on_dates, is_within, is_undecided,
    )  # fmt: skip


def some_hours(cell: str) -> list[datetime]:
    """The instants that a cell may mean: of a date every hour of business."""
    if ":" in cell:
        return [datetime.strptime(cell, "%m/%d/%Y %H:%M").replace(tzinfo=ZONE)]
    day = datetime.strptime(cell, "%m/%d/%Y").replace(tzinfo=ZONE)
    return [day + timedelta(hours=hour) for hour in (8, 11, 14, 17)]


def test_it_is_undecided_as_trying_every_hour_says(store: Store):
    """Three hours apart is enough here: hours that are known are those, and the SLA is 27 hours."""
    rng, cells = Random(20), {}
    for number in range(60):
        hours = sorted(rng.choice((8, 11, 14, 17)) + 24 * rng.randint(4, 8) for _ in range(7))
        starts = [datetime(2026, 10, 1, tzinfo=ZONE) + timedelta(hours=hour) for hour in hours]
        has_time = [rng.random() < 0.3 for _ in starts]
        cells[f"Firm {number}"] = [
            at.strftime("%m/%d/%Y %H:%M" if told else "%m/%d/%Y")
            for at, told in zip(starts, has_time, strict=True)
        ]

    found = taken(store, *(local(firm, *told) for firm, told in cells.items()))

    assert len(found) == len(cells)
    for firm, told in cells.items():
        limit = timedelta(hours=27)
        verdicts = {
            CALENDAR.elapsed(first, last) <= limit
            for first, *between, last in [[some_hours(told[0]), *told[1:-1], some_hours(told[-1])]]
            for first, last in product(first, last)
            if fits(first, between, last)
        }
        assert found[firm]["is_undecided"] == (len(verdicts) == 2), (firm, told)
        assert found[firm]["within_limit"] in verdicts


def fits(first: datetime, between: list[str], last: datetime) -> bool:
    """Whether steps between can have their hours in order."""
    at = first
    for cell in between:
        possible = [hour for hour in some_hours(cell) if hour >= at]
        if not possible:
            return False
        at = min(possible)
    return at <= last


def test_a_date_with_its_hour_told_later_decides(store: Store):
    dates = ["10/5/2026"] * 6 + ["10/8/2026"]
    assert taken(store, local("Fir", *dates))["Fir"]["is_undecided"]

    hours = ["10/5/2026 16:00"] * 6 + ["10/8/2026 17:00"]
    case = taken(store, local("Fir", *hours), later=1)["Fir"]

    assert (case["is_on_dates"], case["is_undecided"], case["within_limit"]) == (
        False, False, False,
    )  # fmt: skip
    assert all(record.flags == () for record in store.case("C-0001").records.values())
    again = taken(store, local("Fir", *dates), later=2)["Fir"]
    assert again == case


def test_a_person_who_corrects_the_time_knows_the_hour(store: Store):
    taken(store, local("Fir", *(["10/5/2026"] * 6 + ["10/8/2026"])))
    at = datetime(2026, 10, 8, 10, tzinfo=ZONE)

    commands.correct_step(store, "C-0001", 7, by=LEAD, now=NOW, at=at)
    [case] = metrics.sla_cases(store, now=NOW, month="2026-10").to_pylist()
    known = store.run("sla_cases", now=NOW).to_pylist()

    assert store.case("C-0001").records[7].flags == ()
    assert store.case("C-0001").records[6].flags == ("date_only",)
    assert case["is_on_dates"]
    assert case["is_undecided"]  # the submission's hour is not known still
    assert known == [case]


def test_the_report_counts_them_on_each_kind_of_paper(store: Store):
    undecided, sure = (["10/5/2026"] * 6 + [last] for last in ("10/8/2026", "10/6/2026"))
    timed = ["10/5/2026 9:00"] * 6 + ["10/6/2026 9:00"]
    taken(store, local("Fir", *undecided), local("Elm", *sure), local("Oak", *timed))

    report = reports.whole_report(store, Asked(OCTOBER, NOW))

    with read_by(report.reader):
        assert (
            "1 case is undecided by dates without a time: the share is between 67% and 100%."
            in (texts.finding(report))
        )
        assert "Resting on dates without a time: 2 cases, 1 undecided by them." in (
            texts.beside(report)
        )
    assert paper.pdf(report).startswith(b"%PDF")
    book = load_workbook(io.BytesIO(workbook.xlsx(report)))
    told = {
        name: [[cell.value for cell in cells] for cells in book[name].iter_rows()]
        for name in ("Summary", "Cases")
    }
    for name, first, values in (("Summary", "All", (2, 1)), ("Cases", "C-0001", ("yes", "yes"))):
        [head] = [cells for cells in told[name] if "Undecided by dates" in cells]
        [found] = [cells for cells in told[name] if cells[0] == first]
        last = head.index("Undecided by dates")
        assert "dates" in str(head[last - 1])
        assert tuple(found[last - 1 : last + 1]) == values


def test_a_report_in_which_all_hours_are_known_says_nothing_of_dates(store: Store):
    taken(store, local("Oak", *(["10/5/2026 9:00"] * 6 + ["10/6/2026 9:00"])))

    report = reports.whole_report(store, Asked(OCTOBER, NOW))

    with read_by(report.reader):
        assert "dates without" not in texts.finding(report) + texts.beside(report)


# --- In words --------------------------------------------------------------------------------


FLAGS = (
    "date_only", "firm_name_cut", "products_unknown", "unknown_product", "appointment_unreadable",
    "appointment_outside_hours", "appointment_clash", "before_appointment",
)  # fmt: skip


def test_each_flag_of_the_intake_is_told_in_words():
    for flag in FLAGS:
        said = flag_words(flag, WORKFLOWS["virtual_office"])
        assert "_" not in said
        assert said != flag.replace("_", " "), flag
