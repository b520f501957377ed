"""What the simulation is fitted to: by hand on a few cases, and against twins on random logs."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from dashboard import commands
from dashboard.instants import to_us
from dashboard.store import Store
from tests.builders import LEAD
from tests.insight_office import Office, offices
from tests.test_metrics_bottlenecks import DECEMBER, MINUTE_US, MORNING, Told, ny, rows, tell

__all__ = ["tell"]  # fixture

COLUMNS = ("step", "party", "is_order_step", "place", "person")


def test_each_turn_says_where_in_the_month_it_began_and_whose_work_it_was(store: Store, tell: Told):
    case_id = tell(*MORNING[:5])
    at = {"by": LEAD, "now": DECEMBER}
    commands.record_turn(store, case_id, 6, at=ny("10-05 15:00"), **at)
    commands.complete_step(
        store, case_id, 6, {"order_number": "SO1"}, at=ny("10-06 09:00"), done_by="C. Pruitt", **at
    )

    table = store.run("planning_turns", now=DECEMBER)

    assert rows(table, *COLUMNS) == [
        (2, "CS representative", False, -3, None),  # a sheet that names none
        (3, "Team leader", False, -3, "T. Vance"),  # the case's own: the sheet says no other
        (4, "Team leader", False, -3, "T. Vance"),
        (5, "CS representative", False, -3, None),
        (6, "Customer", True, -3, None),  # until the signed order came in
        (6, "Order Team", True, -3, "C. Pruitt"),
    ]
    took = [(row["ended_pos"] - row["began_pos"]) / MINUTE_US for row in table.to_pylist()]
    assert took == [30, 30, 60, 120, 120, 180]
    assert {row["month"] for row in table.to_pylist()} == {date(2026, 10, 1)}
    assert not any(row["is_closed"] for row in table.to_pylist())


def test_cases_are_counted_when_they_came_and_withdrawn_ones_never(store: Store, tell: Told):
    tell(*MORNING)
    tell("11-02 10:00", "11-02 11:00")
    gone = tell("11-02 10:00", "11-02 11:00", firm_name="Granite Tax")
    commands.withdraw_case(store, gone, "stays", by=LEAD, now=DECEMBER)

    table = store.run("planning_cases", now=DECEMBER)
    november = store.run("planning_cases", now=DECEMBER, since=date(2026, 11, 1))

    known = rows(table, "opened_date", "is_closed", "business_us")
    assert known == [(date(2026, 10, 5), True, 545 * MINUTE_US), (date(2026, 11, 2), False, None)]
    assert november.num_rows == 1


def test_days_go_from_the_first_case_to_the_last_as_far_as_they_are_over(store: Store, tell: Told):
    tell("10-29 16:00", "10-30 09:00")
    tell("11-03 16:00", "11-04 09:00", firm_name="Granite Tax")

    table = store.run("planning_days", now=ny("11-03 17:00"))
    earlier = store.run("planning_days", now=ny("11-03 16:59"))

    assert rows(table, "date", "place") == [
        (date(2026, 10, 29), 1), (date(2026, 10, 30), 0), (date(2026, 11, 2), -1),
        (date(2026, 11, 3), -2),
    ]  # fmt: skip
    assert earlier["date"].to_pylist() == table["date"].to_pylist()[:-1]
    lengths = {row["until_pos"] - row["first_pos"] for row in table.to_pylist()}
    assert lengths == {540 * MINUTE_US}
    assert store.run("planning_days", now=DECEMBER).num_rows == 4  # nobody came after that
    assert store.run("planning_days", now=DECEMBER, until=date(2026, 10, 30)).num_rows == 1


def position(office: Office, us: int) -> int:
    return int(office.twin.calendar.position([us])[0])


def midnight(office: Office, day: date) -> int:
    return to_us(datetime(day.year, day.month, day.day, tzinfo=office.twin.zone))


# --- Twins -----------------------------------------------------------------------------------


@given(offices(6, 6))
def test_turns_agree_with_their_twin(office: Office):
    now = position(office, to_us(office.now))
    expected = sorted(
        (told.path, told.closed is not None, turn.step, str(turn.party),
         position(office, turn.began_us), position(office, turn.ended_us))
        for told in office.twin.cases
        for turn in told.turns
        if turn.ended_us is not None and position(office, turn.ended_us) <= now
    )  # fmt: skip

    table = office.view.run("planning_turns", now=office.now)

    names = ("workflow", "is_closed", "step", "party", "began_pos", "ended_pos")
    assert sorted(rows(table, *names)) == expected


@given(offices(6, 6))
def test_cases_agree_with_their_twin(office: Office):
    twin, zone = office.twin, office.twin.zone
    expected: list[Any] = sorted(
        (told.path, told.closed is not None, told.opened.astimezone(zone).date(),
         twin.calendar.elapsed(told.opened, told.closed) // timedelta(microseconds=1)
         if told.closed else -1)
        for told in twin.cases
        if told.case.state != "withdrawn" and told.opened <= office.now
    )  # fmt: skip

    table = office.view.run("planning_cases", now=office.now)

    found = rows(table, "workflow", "is_closed", "opened_date", "business_us")
    assert sorted((*row[:3], -1 if row[3] is None else row[3]) for row in found) == expected


@given(offices(4, 4))
def test_days_agree_with_their_twin(office: Office):
    twin, day = office.twin, timedelta(days=1)
    opened = [told.opened for told in twin.cases if told.opened <= office.now]
    first = min(opened)
    now, begins, stops = (position(office, to_us(at)) for at in (office.now, first, max(opened)))
    expected, date_ = [], first.astimezone(twin.zone).date() - day
    while date_ <= office.now.astimezone(twin.zone).date():
        start, end = (position(office, midnight(office, on)) for on in (date_, date_ + day))
        if start < end <= now and begins < end and start <= stops:
            expected.append((date_, start, end))
        date_ += day

    table = office.view.run("planning_days", now=office.now)

    assert rows(table, "date", "first_pos", "until_pos") == expected


@pytest.mark.parametrize("figure", ["planning_turns", "planning_cases", "planning_days"])
def test_an_empty_log_has_no_rows(store: Store, figure: str):
    assert store.run(figure, now=DECEMBER).num_rows == 0
