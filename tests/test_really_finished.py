"""A reopening asks whether the case was really finished; if so, its first figures stand."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard import commands, metrics
from dashboard.figures.listed import list_row
from dashboard.forecast import expected_days, forecast_open, learn
from dashboard.intake import import_tracker
from dashboard.messages.digest import digests
from dashboard.store import Store
from tests.builders import ADMIN, LEAD
from tests.test_metrics_insight import ny, rows

TRACKER = Path(__file__).parent / "data" / "reopen.csv"
LATER = datetime(2026, 10, 22, 16, 0, tzinfo=UTC)


def reopened(store: Store, finished: bool | None) -> None:
    """Done on September 2nd after a day, its order step opened again seven weeks later."""
    import_tracker(store, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=ny("09-03 09:00"))
    at = ny("10-20 10:00")
    commands.reopen_step(store, "C-0001", 6, "a slip", finished=finished, by=LEAD, now=at)


def done_again(store: Store) -> None:
    for step, at in ((6, "10-20 10:30"), (7, "10-20 11:00")):
        fields = {"order_number": "SO2"} if step == 6 else {}
        commands.complete_step(store, "C-0001", step, fields, by=LEAD, now=ny(at))


def test_really_finished_it_keeps_its_month_and_its_figures(store: Store):
    reopened(store, True)
    done_again(store)

    [row] = store.run("cycle_times", now=LATER).to_pylist()
    september = metrics.sla_cases(store, now=LATER, month="2026-09").to_pylist()
    october = metrics.sla_cases(store, now=LATER, month="2026-10").to_pylist()

    assert (row["closed_at"], row["business_minutes"]) == (ny("09-02 11:00"), 11 * 60.0)
    assert (row["rework_us"], row["reworked_at"]) == (60 * 60_000_000, ny("10-20 11:00"))
    assert [(case["state"], case["closed_at"]) for case in september] == [
        ("closed", ny("09-02 11:00"))
    ]
    assert (september[0]["within_limit"], september[0]["rework_us"]) == (True, None)
    assert october == []
    assert metrics.sla_cases(store, now=LATER).to_pylist()[0]["rework_us"] == 60 * 60_000_000
    ledger = rows(store.run("ledger", now=LATER), "business_us")
    assert sum(us for (us,) in ledger) == row["business_us"]  # the time it was finished is nobody's
    [may] = [at for at in store.run("attainment", now=LATER).to_pylist() if at["n"]]
    assert (str(may["month"]), may["within_limit"]) == ("2026-09-01", 1)


def test_while_it_is_done_again_it_is_on_the_worklist_with_a_clock_of_its_own(store: Store):
    reopened(store, True)

    [row] = store.run("worklist", now=ny("10-20 10:20")).to_pylist()

    assert (row["case_id"], row["step"], row["is_rework"]) == ("C-0001", 6, True)
    assert row["business_minutes_left"] == 3 * 540 - 20
    assert (row["step_us"], row["timing"]) == (20 * 60_000_000, "on time")
    assert row["limit_at"] == ny("10-23 10:00")
    done_again(store)
    assert store.run("worklist", now=LATER).num_rows == 0


@pytest.mark.parametrize("finished", [False, None])
def test_closed_by_mistake_the_time_counts_on(store: Store, finished: bool | None):
    reopened(store, finished)
    done_again(store)

    [row] = store.run("cycle_times", now=LATER).to_pylist()

    assert (row["closed_at"], row["rework_us"]) == (ny("10-20 11:00"), None)
    assert row["business_minutes"] > 33 * 540
    assert metrics.sla_cases(store, now=LATER, month="2026-09").to_pylist()[0]["state"] == "open"


def test_an_open_case_has_nothing_to_answer(store: Store):
    import_tracker(store, TRACKER.read_bytes(), TRACKER.name, by=ADMIN, now=ny("09-03 09:00"))
    commands.reopen_step(store, "C-0001", 6, "a slip", by=LEAD, now=ny("09-03 10:00"))

    [event] = commands.reopen_step(
        store, "C-0001", 5, "a slip", finished=True, by=LEAD, now=ny("09-03 11:00")
    )

    assert "finished" not in store.history("C-0001")[event.version - 1].data


def test_finished_twice_each_rework_counts_and_no_time_between(store: Store):
    reopened(store, True)
    done_again(store)
    at = ny("11-03 09:00")
    commands.reopen_step(store, "C-0001", 7, "again", finished=True, by=LEAD, now=at)
    commands.complete_step(store, "C-0001", 7, {}, by=LEAD, now=ny("11-03 09:15"))

    [row] = store.run("cycle_times", now=ny("11-04 09:00")).to_pylist()

    assert (row["rework_us"], row["reworked_at"]) == (75 * 60_000_000, ny("11-03 09:15"))
    assert row["closed_at"] == ny("09-02 11:00")


def test_built_anew_the_model_says_the_same(store: Store):
    reopened(store, True)
    taken_in = store.run("worklist", now=ny("10-20 10:20")).to_pylist()
    view = store.known_at(ny("10-20 10:00"))  # by SQL; the rows before are by Python
    assert view.run("worklist", now=ny("10-20 10:20")).to_pylist() == taken_in
    view.close()
    done_again(store)
    again = store.known_at(ny("10-21 10:00"))
    assert again.run("cycle_times", now=LATER) == store.run("cycle_times", now=LATER)
    assert again.run("ledger", now=LATER) == store.run("ledger", now=LATER)
    again.close()


@pytest.mark.parametrize(
    ("at", "is_late"), [("10-20 10:20", False), ("10-23 10:01", True)], ids=["on time", "late"]
)
def test_every_count_of_open_cases_has_it(store: Store, at: str, is_late: bool):
    reopened(store, True)
    now = ny(at)

    [counts] = store.run("today_counts", now=now).to_pylist()
    week = store.run("throughput", now=now).to_pylist()[-1]
    [listed] = store.run("case_list", now=now, state="open").to_pylist()
    flow = store.run("cumulative_flow", now=now).to_pylist()
    [stood] = store.run("cases_at", now=now).to_pylist()

    late = int(is_late)
    assert store.run("worklist", now=now).num_rows == 1
    assert (counts["open"], counts["reworked"], counts["late"]) == (1, 1, late)
    assert (week["open_at_end"], week["late_at_end"]) == (1, late)
    assert (listed["is_rework"], listed["step"], listed["party"]) == (True, 6, "Order Team")
    assert listed["limit_at"] == ny("10-23 10:00")
    assert store.run("case_list", now=now, late=True).num_rows == late
    standing = [row for row in flow if row["period"] == flow[-1]["period"] and row["open"]]
    assert [(row["step"], row["open"]) for row in standing] == [(6, 1)]
    assert (stood["is_rework"], stood["step"]) == (True, 6)
    assert {row["timing"] for row in (listed, stood)} == {"late" if is_late else "on time"}
    assert stood["business_us"] == listed["business_us"]
    # in no attainment: completed once, in time, and nothing of it open and late
    assert {row["open_late"] for row in store.run("attainment", now=now).to_pylist()} == {0}
    assert store.run("case_list", now=now, state="closed").num_rows == 1


def test_between_two_reworks_it_is_not_open(store: Store):
    reopened(store, True)
    done_again(store)
    at = ny("11-03 09:00")
    commands.reopen_step(store, "C-0001", 7, "again", finished=True, by=LEAD, now=at)

    now = ny("11-09 17:00")
    weeks = rows(store.run("throughput", now=now), "week", "open_at_end", "late_at_end")
    flow = rows(store.run("cumulative_flow", now=now), "period", "step", "open")

    assert [(str(week), n, late) for week, n, late in weeks if n] == [
        ("2026-11-02", 1, 0), ("2026-11-09", 1, 0)
    ]  # fmt: skip
    assert [(str(week), step) for week, step, n in flow if n] == [
        ("2026-11-02", 7), ("2026-11-09", 7)
    ]  # fmt: skip
    assert rows(store.run("cases_at", now=now), "timing") == [("delivered",)]
    assert store.run("today_counts", now=now).to_pylist()[0]["downloads"] == 1
    assert store.run("cases_at", now=now, at_end_of=date(2026, 10, 25)).num_rows == 0


def test_a_follow_up_of_it_is_told(store: Store):
    reopened(store, True)
    commands.follow_up(store, "C-0001", date(2026, 10, 21), by=LEAD, now=ny("10-20 11:00"))

    told = rows(store.run("follow_ups", now=LATER), "case_id", "step", "party")

    assert told == [("C-0001", 6, "Order Team")]


def test_lists_and_letters_mark_it_and_nothing_is_forecast_of_it(store: Store):
    reopened(store, True)
    now = ny("10-20 10:20")

    [listed] = store.run("case_list", now=now).to_pylist()
    letters = [letter.mail.body for letter in digests(store, now=now)]
    forecast = forecast_open(store, now, learn(store, now))
    days = expected_days(store, now, forecast)

    assert list_row(listed, "America/New_York")["step"].endswith("(rework)")
    assert letters
    assert all("1 open case: 0 overdue" in body and "(rework)" in body for body in letters)
    assert forecast.num_rows == 0
    assert sum(days["due_limit"].to_pylist()) == 1  # its own clock's
