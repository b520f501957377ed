"""More figures of Month end: its flow and queue, and the cases behind each of its marks."""

from datetime import datetime
from typing import Unpack

import pyarrow as pa

from dashboard.metrics.insight import Filters
from dashboard.store import View


def month_flow(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Cases opened and completed, and standing in the order step, on an average business day.

    One row per place in the month: days_to_month_end, n_days (days over at `now`: about one a
    month), opened and completed with their means a day, in_step_mean and in_step_median (cases in
    the order step as such a day ends), known and with_party (sums over the days: of those, cases
    of which the signed order's receipt was ever recorded, and those that then were with the Order
    Team), with_party_mean. Withdrawn cases rest and are in no queue.
    """
    return view.run("month_flow", now=now, **filters)


def month_flow_cases(
    view: View, *, now: datetime, kind: str, place: int, **filters: Unpack[Filters]
) -> pa.Table:
    """The cases that a mark of `month_flow` counts: `kind` "opened", "completed" or "in_step".

    One row a case: case_id, workflow, firm, opened_at, closed_at, days (how often it is counted;
    they add up to the mark's), last_date.
    """
    return view.run("month_flow_cases", now=now, kind=kind, place=place, **filters)


def month_end_cases(
    view: View,
    *,
    now: datetime,
    step: int,
    place: int | None = None,
    in_window: bool | None = None,
    window: tuple[int, int] = (2, -1),
    **filters: Unpack[Filters],
) -> pa.Table:
    """The cases that a cell of `step_days` or a side of `month_end_steps` counts.

    One row a case, the longest first: case_id, workflow, firm, step, current_at, completed_at,
    business_us, business_minutes, day_us.
    """
    return view.run(
        "month_end_cases", now=now, step=step, place=place, in_window=in_window,
        window_from=window[0], window_to=window[1], **filters,
    )  # fmt: skip


def opening_cases(view: View, *, now: datetime, place: int, **filters: Unpack[Filters]) -> pa.Table:
    """The cases that `opening_days` counts at one place, the longest first.

    One row a case: case_id, workflow, firm, opened_at, closed_at, business_us (to `now` if it is
    open), business_minutes, day_us, kept.
    """
    return view.run("opening_cases", now=now, place=place, **filters)


def order_times(
    view: View, *, now: datetime, window: tuple[int, int] = (2, -1), **filters: Unpack[Filters]
) -> pa.Table:
    """Each completed case's time in the order step beside its whole time and its limit.

    One row a case: workflow, is_window (its order step became current in the window),
    step_minutes, case_minutes, limit_minutes, month_end (the month to whose end that day is
    counted, its first day). Open and withdrawn cases are absent.
    """
    return view.run("order_times", now=now, window_from=window[0], window_to=window[1], **filters)


def finishing_times(
    view: View, *, now: datetime, share: float = 0.85, **filters: Unpack[Filters]
) -> pa.Table:
    """Within what time so many of the cases were done that were opened near a place in the month.

    One row per path and place from 0 upwards: workflow, days_to_month_end, n (cases opened there
    or one place beside), still_open, needed_us, needed_minutes (empty where more are still open
    than `share` leaves). The newest cases are absent until they have had the time to be late.
    """
    return view.run("finishing_times", now=now, share=share, **filters)
