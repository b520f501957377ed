"""Throughput in process: what its later parts say on little, on much and on a closed week."""

from datetime import timedelta

from dashboard import clock, commands
from dashboard.store import Store
from dashboard.workdays import Calendar, default_calendar
from tests.builders import ADMIN
from tests.test_pages import Browse, browse, live, log, said
from tests.test_pages_insight import headings, record

__all__ = ["browse", "live", "log"]  # fixtures

CLOCKS = "Our share of the time"
PARTS = "Cycle time by path and team leader"
STAGES = "Work in progress by step"
AGEING = "Open cases that are old for their step"


def test_only_open_cases_stand_somewhere_but_have_nothing_to_be_held_against(
    live: Store, browse: Browse
):
    record(live, 1.0)
    record(live)

    app = browse("throughput")

    assert CLOCKS not in headings(app)
    assert PARTS not in headings(app)
    assert "**1 of 2 open cases** stands in" in said(app)
    assert "too few to judge the ages of 2 open cases" in said(app)


def test_where_no_case_is_open_no_age_is_asked_for(live: Store, browse: Browse):
    record(live, *(0.5 * step for step in range(1, 7)))

    app = browse("throughput")

    assert AGEING not in headings(app)
    assert "No cases are open; **1** was completed since" in said(app)
    assert "No path has 20 completed cases" in said(app)


def test_one_month_alone_is_shown_on_both_clocks(live: Store, browse: Browse):
    for _ in range(21):
        record(live, 0.5, 0.6, 0.7, 0.8, 0.9, 100.0, back=20)

    text = said(browse("throughput"))

    assert "a median of" in text
    assert "**100%** without the customer’s time (21 cases)" in text


def test_an_old_case_is_told_from_a_young_one_and_listed(live: Store, browse: Browse):
    for back in range(20, 41):
        record(live, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, back=back)
    record(live, 0.5, back=15)

    app = browse("throughput")

    assert "**The only open case** is older than 85% of" in said(app)
    app.session_state["ageing-old"] = True  # the click that unfolds it
    app.run()
    assert "Old for their step: 1 case" in said(app)


def test_a_week_without_an_open_day_changes_nothing_that_was(live: Store, browse: Browse):
    record(live, *(0.5 * step for step in range(1, 7)), back=5)
    record(live, back=5)
    now = clock.now()
    closed = {now.date() + timedelta(days): () for days in range(1, 15)}
    calendar = default_calendar()
    commands.change_calendar(
        live, Calendar(calendar.zone, calendar.weekly, {**calendar.exceptions, **closed}),
        now.date(), by=ADMIN, now=now,
    )  # fmt: skip

    app = browse("throughput")

    assert {CLOCKS, PARTS, STAGES, AGEING} <= set(headings(app))
    assert "**1 of 1 open case** stands in" in said(app)
