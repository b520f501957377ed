"""The last safe hour: until when to submit a case, so that it is done when the month closes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, Unpack

import numpy as np
import pyarrow as pa

from dashboard.formats import FEWEST
from dashboard.instants import to_datetime, to_us
from dashboard.metrics.insight import Filters
from dashboard.metrics.month_end import finishing_times
from dashboard.store import View
from dashboard.workdays import LAST_DATE, Calendar
from dashboard.workflows import WORKFLOWS

ENDS = 2  # the coming month end, and the one after it
MONTHS_AHEAD = 12  # how far a month end is looked for, where a calendar has long closures
MINUTE_US = 60_000_000
SAFE = pa.schema(
    {
        "workflow": pa.string(),
        "closes_at": pa.timestamp("us", "UTC"),
        "safe_at": pa.timestamp("us", "UTC"),
        "days_to_month_end": pa.int64(),
        "n": pa.int64(),
        "needed_minutes": pa.float64(),
    }
)


class Day(NamedTuple):
    """A business day before a month end: its place, and the positions it opens and closes at."""

    place: int
    opens: int
    closes: int


def last_safe_hours(
    view: View,
    *,
    now: datetime,
    share: float = 0.85,
    **filters: Unpack[Filters],
) -> pa.Table:
    """Until when to submit, so that `share` of such cases is completed by the month's last close.

    For each business day before the month end, the last one first: within `needed_minutes` that
    share of the cases was done that were opened on such a day or one beside it. The last safe hour
    is the latest instant of the first day from which so much business time is left until the
    close. Days with fewer than 20 such cases are passed over.

    One row per path and each of the next two month ends: workflow, closes_at, safe_at (empty if
    no day leaves time enough, or none has enough cases), days_to_month_end (of safe_at), n (the
    cases that it rests on; without safe_at the most that any day has), needed_minutes. Empty if
    the calendar has no business day in the coming year.
    """
    rows = finishing_times(view, now=now, share=share, **filters).to_pylist()
    known = {(row["workflow"], row["days_to_month_end"]): row for row in rows}
    wanted = filters.get("workflow")
    paths = [path for path in WORKFLOWS if wanted in (None, path)]
    calendar = view.settings.calendar
    ends = list(_month_ends(calendar, now))[:ENDS]
    found = [
        {"workflow": path, "closes_at": _instant(calendar, days[0].closes)}
        | _safe(calendar, days, {day.place: known.get((path, day.place)) for day in days})
        for path in paths
        for days in ends
    ]
    return pa.Table.from_pylist(found, schema=SAFE)


def _safe(
    calendar: Calendar, days: list[Day], known: Mapping[int, Mapping[str, Any] | None]
) -> dict[str, Any]:
    """The latest instant that leaves time enough, and what it rests on."""
    most = 0
    for day in days:
        row = known[day.place]
        if row is None:
            continue
        most = max(most, row["n"])
        if row["n"] < FEWEST or row["needed_us"] is None:
            continue
        at = min(days[0].closes - row["needed_us"], day.closes)
        if at > day.opens:
            return {
                "safe_at": _instant(calendar, at), "days_to_month_end": day.place, "n": row["n"],
                "needed_minutes": row["needed_us"] / MINUTE_US,
            }  # fmt: skip
    return {"n": most}


def _month_ends(calendar: Calendar, now: datetime) -> Iterator[list[Day]]:
    """The coming month ends: the days of each that count down to it, the last one first."""
    today = calendar.local_date([to_us(now)])[0].astype(object)
    here = int(calendar.position([to_us(now)])[0])
    for ahead in range(MONTHS_AHEAD):
        days = _days(calendar, today, ahead)
        if days and days[0].closes > here:
            yield days


def _days(calendar: Calendar, today: date, ahead: int) -> list[Day]:
    month = np.datetime64(today, "M") + ahead
    dates = np.arange(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"))
    dates = dates[dates < np.datetime64(LAST_DATE)]
    dates = dates[calendar.is_business_day(dates)]
    if not len(dates):
        return []
    opens = calendar.position(calendar.first_instant(dates)).tolist()
    closes = calendar.position(calendar.first_instant(dates + 1)).tolist()
    places = calendar.days_to_month_end(dates).tolist()
    days = [Day(*day) for day in zip(places, opens, closes, strict=True) if day[0] >= 0]
    return days[::-1]


def _instant(calendar: Calendar, position: int) -> datetime:
    return to_datetime(int(calendar.instant([position])[0]))
