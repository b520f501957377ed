"""The figures that follow a tracker's cases on their way, counted once more by pandas alone."""

from math import ceil
from typing import Any

import pandas as pd
import pytest

from dashboard.figures.safe_hours import last_hours
from dashboard.store import Store
from tests import tracker_frame as sheet
from tests.test_tracker_by_pandas_insight import table, tracked
from tests.tracker_frame import AS_OF, DAY, DAYS, NOW, ORDER_STEP, WHOSE, ZONE, at_most

__all__ = ["tracked"]  # a fixture

SHARE = 0.85


def ends_of(day: Any) -> Any:
    """Midnight at the end of a local date."""
    return (day + pd.Timedelta(days=1)).tz_localize(ZONE)


def local_today() -> Any:
    return sheet.local_dates(pd.Series([NOW]))[0]


def is_at(began: Any, ended: Any, end: Any) -> Any:
    """Whether what began and ended then was under way just before the end."""
    return (began < end) & ~(ended < end)


# --- Along the month -------------------------------------------------------------------------


def test_the_months_flow_and_queue_are_those_of_every_business_day(tracked: Store):
    found = table(tracked, "month_flow").set_index("days_to_month_end")

    every, steps = sheet.cases(), sheet.steps()
    order = steps[steps["step"] == steps["workflow"].map(ORDER_STEP)]
    rows, before = [], every["opened_on"].min() - pd.Timedelta(days=1)
    over = DAYS[(before < DAYS) & (local_today() > DAYS)]
    for day in over:
        rows.append({
            "place": sheet.places()[day],
            "opened": ((every["opened_on"] > before) & (every["opened_on"] <= day)).sum(),
            "completed": ((every["closed_on"] > before) & (every["closed_on"] <= day)).sum(),
            "in_step": is_at(order["current"], order["completed"], ends_of(day)).sum(),
        })  # fmt: skip
        before = day
    days: Any = pd.DataFrame(rows).groupby("place")
    wanted = days.agg(["sum", "mean", "median"])
    assert found.index.sort_values().tolist() == wanted.index.tolist()
    found = found.loc[wanted.index]
    assert found["n_days"].tolist() == days.size().tolist()
    for name in ("opened", "completed", "in_step"):
        assert found[name].tolist() == wanted[name]["sum"].tolist()
        assert found[f"{name}_mean"].tolist() == pytest.approx(wanted[name]["mean"].tolist())
    assert found["in_step_median"].tolist() == wanted["in_step"]["median"].tolist()
    assert found["known"].sum() == 0  # a tracker does not say when the signed order came in


def finishing_times() -> dict[tuple[str, int], tuple[int, int, float]]:
    """Path and place: cases, of them open, and the minutes within which 85 of 100 were done."""
    every = sheet.cases()
    age = sheet.minutes_between(every["opened"], pd.Series(NOW, every.index))
    took = every["minutes"].where(every["is_closed"], float("inf"))
    rows = {}
    for path in WHOSE:
        for place in range(every["place"].max() + 1):
            is_near = (every["place"] - place).abs() <= 1
            own = took[(every["workflow"] == path) & is_near & (age > (place + 1) * DAY)]
            if len(own):
                needed = own.sort_values().iloc[ceil(SHARE * len(own) - 1e-9) - 1]
                rows[path, place] = len(own), (own == float("inf")).sum(), needed
    return rows


def test_finishing_times_are_those_of_the_cases_opened_about_as_late(tracked: Store):
    found = table(tracked, "finishing_times", share=SHARE)

    rows = {
        (row.workflow, row.days_to_month_end): (row.n, row.still_open, row.needed_minutes)
        for row in found.itertuples()
    }
    assert rows == finishing_times()


def test_the_last_safe_hour_leaves_the_time_that_such_cases_needed(tracked: Store):
    times = tracked.run("finishing_times", now=AS_OF, share=SHARE)
    found = last_hours(times, tracked.settings.calendar, AS_OF).to_pandas()

    minutes, known = sheet.open_minutes(), finishing_times()
    closes_at = [pd.Timestamp(f"{day} 17:00", tz=ZONE) for day in ("2026-10-30", "2026-11-30")]
    assert found["closes_at"].tolist() == [*closes_at, *closes_at]
    for row in found.itertuples():
        close = int(sheet.opened_minutes(pd.Series([row.closes_at]))[0])
        place, left = next(
            (place, close - needed)
            for place in range(30)
            for n, _, needed in [known[row.workflow, place]]
            if n >= 20 and close - needed > close - (place + 1) * DAY
        )
        safe_at = minutes[int(min(left, close - place * DAY)) - 1] + 1
        assert row.safe_at == pd.Timestamp(safe_at, unit="m", tz="UTC")
        assert row.days_to_month_end == place
        assert (row.n, row.needed_minutes) == known[row.workflow, place][::2]


# --- Where cases stand -----------------------------------------------------------------------


def test_the_age_of_open_cases_stands_beside_that_at_which_others_left_the_step(tracked: Store):
    found = table(tracked, "ageing").set_index("case_id")

    steps = sheet.steps()
    now = steps[~steps["is_done"]]
    done = steps[steps["is_closed"]]
    left = done.assign(age=sheet.minutes_between(done["opened"], done["completed"]) / DAY)
    assert sorted(found.index) == sorted(now["case_id"])
    assert len(found) == 12
    for case in now.itertuples():
        row = found.loc[case.case_id]
        is_same = (left["workflow"] == case.workflow) & (left["step"] == case.step)
        ages = left[is_same]["age"]
        assert (row["step"], row["age_minutes"], row["n"]) == (case.step, case.minutes, len(ages))
        cuts = [row[f"p{level}_days"] for level in (50, 85, 95)]
        assert cuts == pytest.approx([at_most(ages, share) for share in (0.5, 0.85, 0.95)])


def test_cumulative_flow_counts_who_had_come_how_far_at_the_end_of_each_week(tracked: Store):
    found = table(tracked, "cumulative_flow")

    steps = sheet.steps().set_index(["workflow", "step"]).sort_index()
    assert len(found) == 16 * found["period"].nunique() > 16 * 90
    for row in found.itertuples():
        end = min(ends_of(pd.Timestamp(row.last_date)), NOW)
        own = steps.loc[(row.workflow, row.step)]
        reached = (own["current"] <= end if end == NOW else own["current"] < end).sum()
        done = (own["completed"] <= end if end == NOW else own["completed"] < end).sum()
        assert (row.reached, row.completed) == (reached, done)
        assert (row.open, row.withdrawn) == (reached - done, 0)
