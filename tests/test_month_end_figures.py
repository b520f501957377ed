"""The further figures of Month end by hand: flow, queue, what lies behind a mark, safe hours."""

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dashboard import commands
from dashboard.figures.figure import Scope
from dashboard.figures.pace import PACE_OF_MID_MONTH, at_pace, estimated
from dashboard.figures.safe_hours import SAFE_HOURS, last_hours
from dashboard.store import Store
from dashboard.workdays import Calendar
from tests.builders import ADMIN, LEAD
from tests.test_metrics_insight import DECEMBER, Told, ny, rows, tell

__all__ = ["tell"]  # a fixture

NEW_YORK = ZoneInfo("America/New_York")
ENDS = ((3, 30), (4, 29), (5, 28), (6, 29), (7, 30), (8, 28), (9, 29), (10, 29))
MIDDLES = ("03-11", "04-15", "05-13", "06-10", "07-15", "08-12", "09-16", "10-14")
QUEUE = ("days_to_month_end", "n_days", "in_step", "in_step_mean", "in_step_median")


def to_order_step(day: str, *after: str) -> list[str]:
    """Times of a local case whose order step becomes current on that day at nine."""
    return [f"{day} 09:00"] * 5 + list(after)


# --- Flow and queue --------------------------------------------------------------------------


def test_a_case_is_in_the_queue_of_each_day_at_whose_end_its_order_step_is_current(
    store: Store, tell: Told
):
    tell("local", *to_order_step("10-28", "10-30 00:00", "10-30 09:00"), to_end=False)
    tell("local", *to_order_step("10-29"), to_end=False)

    flow = store.run("month_flow", now=ny("10-31 00:00"))  # Friday is over, November is not

    assert rows(flow, *QUEUE) == [
        (2, 1, 1, 1.0, 1.0),
        (1, 1, 2, 2.0, 2.0),  # until midnight: it is left as the next day begins
        (0, 1, 1, 1.0, 1.0),
    ]
    assert rows(flow, "opened", "completed") == [(1, 0), (1, 0), (0, 1)]


def test_what_happens_on_a_day_off_counts_for_the_business_day_after_it(store: Store, tell: Told):
    tell("local", "10-31 12:00", "11-01 12:00")

    before = store.run("month_flow", now=ny("11-02 23:59"))
    after = store.run("month_flow", now=ny("11-03 00:00"))

    assert before.num_rows == 0
    assert rows(after, "days_to_month_end", "n_days", "opened", "completed") == [(-1, 1, 1, 1)]


def test_the_same_place_of_several_months_is_averaged_over_them(store: Store, tell: Told):
    tell("local", *to_order_step("09-30"), to_end=False)
    tell("local", *to_order_step("10-30"), to_end=False)
    tell("local", *to_order_step("10-30"), to_end=False)

    flow = store.run("month_flow", now=DECEMBER)

    last_days = [row for row in rows(flow, *QUEUE) if row[0] == 0]
    assert last_days == [(0, 3, 7, pytest.approx(7 / 3), 3.0)]  # 1, 3 and 3


def test_the_order_team_has_only_what_somebody_recorded_that_it_received(store: Store, tell: Told):
    waits = tell("local", *to_order_step("10-28"), to_end=False)
    tell("local", *to_order_step("10-28"), to_end=False)
    at = ny("10-29 10:00")
    commands.record_turn(store, waits, 6, by=LEAD, now=DECEMBER, at=at)

    flow = store.run("month_flow", now=ny("10-31 12:00"))

    assert rows(flow, "days_to_month_end", "in_step", "known", "with_party") == [
        (2, 2, 1, 0),  # the signed order has not come in
        (1, 2, 1, 1),
        (0, 2, 1, 1),
    ]


def test_a_withdrawn_case_is_in_no_queue(store: Store, tell: Told):
    case_id = tell("local", *to_order_step("10-28"), to_end=False)
    at = ny("10-29 10:00")
    commands.withdraw_case(store, case_id, "the firm stays", by=LEAD, now=DECEMBER, at=at)

    flow = store.run("month_flow", now=ny("10-31 12:00"))

    assert rows(flow, "days_to_month_end", "in_step") == [(2, 1), (1, 0), (0, 0)]


def test_cases_behind_a_mark_of_the_queue_say_how_often_they_stood_there(store: Store, tell: Told):
    tell("local", *to_order_step("10-29"), to_end=False)
    tell("local", *to_order_step("11-29"), to_end=False)

    table = store.run("month_flow_cases", now=DECEMBER, kind="in_step", place=0)

    assert rows(table, "case_id", "days", "last_date") == [
        ("C-0001", 2, date(2026, 11, 30)),
        ("C-0002", 1, date(2026, 11, 30)),
    ]


# --- What might have been --------------------------------------------------------------------


def test_a_time_becomes_that_of_the_same_rank():
    slow, usual = np.array([10.0, 40.0]), np.array([1.0, 2.0, 3.0, 4.0])

    assert at_pace(slow, usual).tolist() == [1.5, 3.5]
    assert at_pace(slow, slow).tolist() == [10.0, 40.0]
    assert at_pace(slow, np.array([7.0])).tolist() == [7.0, 7.0]


def recorded(store: Store, days: dict[str, float], n: int) -> None:
    """So many local cases a day, their order step of so many hours, all else an hour."""
    with store.bulk() as bulk:
        for day, hours in days.items():
            start = ny(f"{day} 08:00")
            for number in range(n):
                done = start + timedelta(hours=hours, minutes=number)
                times = [start, start, start, start, start, done, done + timedelta(hours=1)]
                evidence = commands.Evidence("local", times, form={"firm_name": "Juniper"})
                commands.record_evidence(
                    bulk, evidence, by=LEAD, now=DECEMBER, command_id=f"{day} {number}"
                )


def test_the_mid_month_pace_by_hand(store: Store):
    recorded(store, {"10-14": 1.0, "10-29": 4.0}, 20)  # 1 h to 1 h 19, and 4 h to 4 h 19

    table = PACE_OF_MID_MONTH.table_of(Scope(store, DECEMBER, {"workflow": "local"}))

    assert rows(table, "measure", "n", "n_rest", "n_left_out", "actual", "estimated", "effect") == [
        ("median_minutes", 20, 20, 0, 309.5, 129.5, -180.0),
        ("mean_minutes", 20, 20, 0, 309.5, 129.5, -180.0),
        ("within_limit", 20, 20, 0, 1.0, 1.0, 0.0),
    ]
    assert rows(table, "n_month_ends", "low", "high") == [(1, None, None)] * 3


def test_a_path_with_nineteen_cases_on_a_side_is_left_out(store: Store):
    recorded(store, {"10-14": 1.0, "10-29": 4.0}, 19)

    assert PACE_OF_MID_MONTH.table_of(Scope(store, DECEMBER)).num_rows == 0


def test_the_interval_is_from_leaving_out_one_month_end_each(store: Store):
    # eight month ends with three cases each on both sides: one of them is an exception
    hours = {f"{month:02}-{day}": 4.0 for month, day in ENDS} | {"06-29": 5.0}
    recorded(store, dict.fromkeys(MIDDLES, 1.0) | hours, 3)

    few, table = (
        estimated(store.run("order_times", now=DECEMBER, since=since)).to_pylist()
        for since in (date(2026, 4, 5), None)
    )

    assert (few[1]["n_month_ends"], few[1]["low"], few[1]["high"]) == (7, None, None)
    row = table[1]
    assert (row["n_month_ends"], row["effect"]) == (8, pytest.approx(-187.5))
    # without the exception the mean effect is 180 minutes, without another one 188.57
    spread = 7 / math.sqrt(8) * np.std([180.0, *[187.5 + 7.5 / 7] * 7], ddof=1)
    assert row["high"] - row["effect"] == pytest.approx(2.365 * spread)


# --- The last safe hour ----------------------------------------------------------------------


def test_the_last_safe_hour_leaves_the_time_that_85_of_100_needed(store: Store):
    # 20 cases of two business days before a month end: 17 took 5 hours or less, 3 took a week.
    with store.bulk() as bulk:
        for number in range(20):
            start = ny("10-28 08:00")
            done = start + (timedelta(hours=5) if number < 17 else timedelta(days=7))
            evidence = commands.Evidence("local", [start] * 6 + [done], form={"firm_name": "J"})
            commands.record_evidence(bulk, evidence, by=LEAD, now=DECEMBER, command_id=f"{number}")

    table = SAFE_HOURS.table_of(Scope(store, ny("11-24 09:00"), {"workflow": "local"}))
    strict = last_hours(
        store.run("finishing_times", now=ny("11-24 09:00"), workflow="local", share=0.9),
        store.settings.calendar,
        ny("11-24 09:00"),
        "local",
    )

    # Of the days around it the one before the last leaves five hours and more until its close.
    names = ("closes_at", "safe_at", "days_to_month_end", "n", "needed_minutes")
    assert rows(table, *names)[0] == (ny("11-30 17:00"), ny("11-27 17:00"), 1, 20, 300.0)
    assert rows(table, "closes_at")[1] == (datetime(2026, 12, 31, 17, tzinfo=NEW_YORK),)
    assert rows(strict, "safe_at", "n") == [(None, 20), (None, 20)]  # a week is more than is left


def test_too_few_cases_make_no_hour_safe(store: Store, tell: Told):
    tell("local", "10-28 09:00", "10-28 10:00")

    table = SAFE_HOURS.table_of(Scope(store, ny("11-24 09:00")))

    assert rows(table, "workflow", "safe_at", "n") == [
        ("local", None, 1), ("local", None, 1),
        ("virtual_office", None, 0), ("virtual_office", None, 0),
    ]  # fmt: skip


def test_a_case_still_open_needs_longer_than_any_time(store: Store, tell: Told):
    for _ in range(3):
        tell("local", "10-28 09:00", "10-28 10:00")
    tell("local", "10-28 09:00", "10-28 09:00", to_end=False)

    half = store.run("finishing_times", now=DECEMBER, share=0.75)
    most = store.run("finishing_times", now=DECEMBER, share=0.85)

    names = ("days_to_month_end", "n", "still_open", "needed_minutes")
    assert rows(half, *names) == [(1, 4, 1, 60.0), (2, 4, 1, 60.0)]  # also the place beside
    assert rows(most, *names) == [(1, 4, 1, None), (2, 4, 1, None)]


def test_a_month_without_a_business_day_has_no_end_to_be_done_by(store: Store):
    held = store.settings.calendar
    closed = {date(2026, 12, day): () for day in range(1, 32)}
    calendar = Calendar(held.zone, held.weekly, {**held.exceptions, **closed})
    commands.change_calendar(store, calendar, by=ADMIN, now=DECEMBER)

    table = SAFE_HOURS.table_of(Scope(store, DECEMBER + timedelta(days=4), {"workflow": "local"}))

    closes = [at.astimezone(NEW_YORK) for at in table["closes_at"].to_pylist()]
    assert [(at.date(), at.hour) for at in closes] == [
        (date(2027, 1, 29), 17),
        (date(2027, 2, 26), 17),
    ]
