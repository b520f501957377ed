"""The figures of Throughput and Month end: one function a query, nothing more.

All of them take the same filters, and None means all: `workflow`, `team_leader`, and `since`
(included) and `until` (excluded) as local dates. What is not finished is measured at `now`.
"""

from datetime import date, datetime
from typing import Any, TypedDict, Unpack

import pyarrow as pa

from dashboard.store import View


class Filters(TypedDict, total=False):
    """What every figure can be narrowed to; left out or None means all."""

    workflow: str | None
    team_leader: str | None
    since: date | None
    until: date | None


def promises(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """What was promised to the cases opened before `until` and not completed by `since`.

    One row a promise: day_us (the length of a business day), target_us, limit_us, n (cases that
    were opened while it was in force). Several rows: the cases of one figure have no limit that
    could be named, or days that are not all as long, so that what is not converted by each case's
    own is told in hours.
    """
    return view.run("promises", now=now, **filters)


def cycle_times(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Business time of each case completed in [since, until), the oldest completion first.

    One row a case: case_id, workflow, firm (its name, else its id), opened_at, closed_at,
    business_us, business_minutes. Open and withdrawn cases are absent, so a mean of this column
    understates the wait while work piles up: show it beside `attainment.open_late`.
    """
    return view.run("cycle_times", now=now, **filters)


def step_times(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Business time in each step that became current in [since, until), all rounds together.

    One row a case and step: case_id, step, party, current_at (the first time), started_at,
    completed_at, business_us, business_minutes. Step 1 is the form and takes no time; the step
    that is current counts to `now`. Of a completed case the rows add up to its cycle time.
    """
    return view.run("step_times", now=now, **filters)


def ledger(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Business time of each case completed in [since, until) by whose turn it was.

    One row a case and party: case_id, party, business_us, business_minutes. A case's rows add
    up to its cycle time exactly. Where a hand-over inside a step was not recorded, the whole
    step counts for its party, which makes that party look slower than it was.
    """
    return view.run("ledger", now=now, **filters)


def cycle_percentiles(
    view: View,
    *,
    now: datetime,
    period: str = "month",
    split: str = "path",
    **filters: Unpack[Filters],
) -> pa.Table:
    """Within what time half, 85 and 95 of 100 cases completed in [since, until) were done.

    One row per period (its first day), workflow and team_leader: n, p50_/p85_/p95_minutes and
    …_days (business days). `period` is "month", "week" or "all"; `split` is "path" or
    "team_leader" (the other is None) or "none" (both are). Open cases are absent, which flatters
    the newest period.

    Source: linear interpolation between order statistics, definition 7 of Hyndman and Fan
    (1996, Am. Stat. 50(4), 361-365), as pandas and numpy have it by default.
    """
    return view.run("cycle_percentiles", now=now, period=period, split=split, **filters)


def finished_cases(
    view: View, *, now: datetime, most: int = 5000, **filters: Unpack[Filters]
) -> pa.Table:
    """The newest `most` cases completed in [since, until) against target and limit.

    One row a case: case_id, workflow, firm, closed_at, closed_date, business_us, day_us,
    business_days, state ("on time", "at risk" over the target, "late" over the limit).
    """
    return view.run("finished_cases", now=now, most=most, **filters)


def attainment(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """How many of each month's completed cases kept target and limit.

    One row a month: month (its first day), n, within_target, within_limit (both exact),
    within_limit_by_date (by the end of the third business date), open_late. The last is not
    part of n: cases open past their limit at the month's end, or at `now` if that is earlier.
    """
    return view.run("attainment", now=now, **filters)


def throughput(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Cases opened and completed in each week, and open at its end; the last week ends `now`.

    One row a week: week (its Monday), opened, completed, open_at_end, late_at_end (of those,
    past the limit), withdrawn_at_end (neither open nor completed).
    """
    return view.run("throughput", now=now, **filters)


def month_end_steps(
    view: View,
    *,
    now: datetime,
    window: tuple[int, int] = (2, -1),
    **filters: Unpack[Filters],
) -> pa.Table:
    """Time in each step: became current in the window, against the rest of the month.

    One row per step of each path: workflow, step, n_window, n_rest, median_window_minutes,
    median_rest_minutes, difference_minutes (medians of all steps of a side), low_minutes,
    high_minutes, told_from_chance, n_month_ends, factor, factor_low, factor_high, least_factor.
    `window` is in business days to month end. What is told from chance is judged by month end
    (see the query): the interval of the factor holds for all steps at once at 95%; under 8 month
    ends there is none. Steps still current are absent, which makes the newest window look quicker
    than it will be.

    Sources: sign flips by cluster, Cameron, Gelbach and Miller (2008, Rev. Econ. Stat. 90(3),
    414-427); the largest of all looks, Westfall and Young (1993, Resampling-Based Multiple
    Testing, Wiley).
    """
    return view.run("month_end_steps", now=now, **_window(window), **filters)


def month_end_whole(
    view: View,
    *,
    now: datetime,
    window: tuple[int, int] = (2, -1),
    **filters: Unpack[Filters],
) -> pa.Table:
    """Median cycle time of cases opened in the window, against those of the rest of the month.

    One row a path, columns as `month_end_steps` without the step, judged by month end likewise,
    both paths at once. Completed cases only.
    """
    return view.run("month_end_whole", now=now, **_window(window), **filters)


def opening_days(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """How many cases kept the limit by the place in the month of the day they were opened.

    One row a place: days_to_month_end, n, on_time, still_open, share, low, high (95%). Only
    cases whose limit has passed count, one still open as missed; the newest are so left out
    whether they were quick or not. Withdrawn cases are absent.

    Source: the score interval of Wilson (1927, J. Am. Stat. Assoc. 22(158), 209-212).
    """
    return view.run("opening_days", now=now, **filters)


def step_days(
    view: View,
    *,
    now: datetime,
    window: tuple[int, int] = (2, -1),
    **filters: Unpack[Filters],
) -> pa.Table:
    """Median time in each step by the place in the month of the day on which it became current.

    One row per step and place: workflow, step, label, party, days_to_month_end, n,
    median_minutes, n_usual, usual_minutes (the median outside the window), times_usual (empty
    where the usual is nothing). Completed steps only.
    """
    return view.run("step_days", now=now, **_window(window), **filters)


def _window(window: tuple[int, int]) -> dict[str, Any]:
    return {"window_from": window[0], "window_to": window[1]}
