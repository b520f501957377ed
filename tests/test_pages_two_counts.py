"""Where the exact clock and the count of dates differ, the page of the case says why."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import clock, commands, metrics, reports
from dashboard.reports import Asked, read_period, texts
from dashboard.store import Store
from dashboard.ui import case_view
from dashboard.workdays import Calendar
from tests.builders import LEAD
from tests.test_metrics_insight import DECEMBER, Told, tell
from tests.test_pages import Browse, browse, live, log

__all__ = ["browse", "live", "log", "tell"]  # fixtures

ZONE = ZoneInfo("America/New_York")
EXACT = "Within SLA by the exact clock, missed by date: business time stands still after hours"
DATES = "On time by date, over the SLA by the exact clock: by date the last day counts to its end"


def captions(app: AppTest) -> str:
    return "\n".join(item.value for item in app.caption)


def tuesday(calendar: Calendar) -> datetime:
    """A midnight long enough ago, from which on four business days follow each other."""
    day = clock.now().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    day -= timedelta(days=10)
    while day.weekday() != 1 or not all(
        calendar.is_business_day([(day + timedelta(days=after)).date() for after in range(4)])
    ):
        day -= timedelta(days=1)
    return day


@pytest.mark.parametrize(
    ("opened", "done", "words"),
    [
        (timedelta(hours=23, minutes=30), timedelta(days=4, minutes=30), EXACT),
        (timedelta(hours=9), timedelta(days=3, hours=17), DATES),
        (timedelta(hours=9), timedelta(days=1, hours=17), ""),
        (timedelta(hours=9), timedelta(days=6, hours=17), ""),
    ],
    ids=["after hours", "to the end of a day", "kept by both", "missed by both"],
)
def test_the_page_of_a_case_says_why(
    browse: Browse, live: Store, opened: timedelta, done: timedelta, words: str
):
    first = tuesday(live.settings.calendar)
    times = [first + opened, *[first + done] * 6]
    evidence = commands.Evidence("local", times, form={"firm_name": "Night Owl"})
    [event, *_] = commands.record_evidence(
        live, evidence, by=LEAD, now=clock.now(), command_id="two counts"
    )

    said = captions(browse("case", id=event.stream))

    [row] = metrics.sla_cases(live, now=clock.now()).to_pylist()
    assert (row["within_limit"] == row["within_limit_by_date"]) == (not words)
    assert words in said
    assert any(why in said for why in (EXACT, DATES)) == bool(words)


def test_a_report_says_it_of_either_kind(store: Store, tell: Told):
    nine: list[Any] = ["10-07 09:00"] * 5
    tell("local", "10-06 23:30", *nine, "10-10 00:30")
    tell("local", "10-06 09:00", *nine, "10-09 17:00")

    report = reports.make(store, Asked(read_period("2026-10"), DECEMBER))

    assert texts.dates(report) == (
        "1 case is within SLA by the exact clock and not by date: business time stands still "
        "after hours, dates do not. 1 case is on time by date and over the SLA by the exact "
        "clock: by date the last day counts to its end."
    )
    assert case_view.differing(exact=True, by_date=True) == ""
