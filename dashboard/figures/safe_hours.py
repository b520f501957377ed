"""The last safe hour: until when to submit a case, so that it is done when the month closes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dashboard.figures.figure import Figure, Row, Scope, Tile
from dashboard.findings import Promise, path
from dashboard.formats import FEWEST, MINUTE_US, moment, on_the_wall, percent
from dashboard.formats import day as day_words
from dashboard.instants import to_datetime, to_us
from dashboard.workdays import LAST_DATE, Calendar
from dashboard.workflows import WORKFLOWS

SHARE = 0.85  # of the cases that have to be done by the month’s last close for an hour to be safe
ENDS = 2  # the coming month end, and the one after it
MONTHS_AHEAD = 12  # how far a month end is looked for, where a calendar has long closures
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


def last_hours(
    times: pa.Table, calendar: Calendar, now: datetime, workflow: str | None = None
) -> pa.Table:
    """From `finishing_times`: until when to submit, to be completed by the month's last close.

    For each business day before the month end, the last one first: within `needed_minutes` that
    share of the cases was done that were opened on such a day or one beside it. The last safe hour
    is the latest instant of the first day from which so much business time is left until the
    close. Days with fewer than 20 such cases are passed over.

    One row per path and each of the next two month ends: workflow, closes_at, safe_at (empty if
    no day leaves time enough, or none has enough cases), days_to_month_end (of safe_at), n (the
    cases that it rests on; without safe_at the most that any day has), needed_minutes. Empty if
    the calendar has no business day in the coming year.
    """
    known = {(row["workflow"], row["days_to_month_end"]): row for row in times.to_pylist()}
    paths = [path for path in WORKFLOWS if workflow in (None, path)]
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


def coming(hours: pa.Table, now: datetime) -> list[Row]:
    """From last_safe_hours: of each path the row to show, the first whose hour is not over."""
    found: dict[str, Row] = {}
    for row in hours.to_pylist():
        held = found.get(row["workflow"])
        if held is None or (held["safe_at"] and held["safe_at"] < now):
            found[row["workflow"]] = row
    return list(found.values())


def sentence(hours: pa.Table, now: datetime, zone: str, share: float, promise: Promise) -> str:
    """From last_safe_hours: until when to submit, path by path, and on what that rests."""
    shown = coming(hours, now)
    if not shown:
        return (
            "The calendar has no business days in the coming year, so there is no month end ahead."
        )
    return " ".join(_sentence(row, hours, zone, share, promise) for row in shown)


def _sentence(row: Row, hours: pa.Table, zone: str, share: float, promise: Promise) -> str:
    name = path(row["workflow"])
    closes = moment(row["closes_at"], zone)
    most = percent(share)
    if row["safe_at"] is None:
        if row["n"] < FEWEST:
            return (
                f"Not enough cases on the {name} path: at most {row['n']} were opened around any "
                f"day before month end, and {FEWEST} are needed."
            )
        return (
            f"From no day of the month were {most} of the cases on the {name} path done by month "
            "end."
        )
    over = [
        item
        for item in hours.to_pylist()
        if item["workflow"] == row["workflow"] and item["closes_at"] < row["closes_at"]
    ]
    passed = f" (for {moment(over[0]['closes_at'], zone)}, that time has passed)" if over else ""
    return (
        f"To be done by {closes}, a case on the {name} path should be submitted by "
        f"**{moment(row['safe_at'], zone)}**{passed}. Of the {row['n']:,} cases opened around "
        f"that day, {most} took no longer than {promise.minutes(row['needed_minutes'])}."
    )


def tiles(table: pa.Table, scope: Scope) -> list[Tile]:
    """Each path's hour; paths may be asked about different month ends, so each names its own."""
    shown = [row for row in coming(table, scope.now) if row["safe_at"]]
    return [
        Tile(
            WORKFLOWS[row["workflow"]].short,
            moment(row["safe_at"], scope.zone),
            f"for {day_words(closes)}, n = {row['n']:,}",
        )
        for row in shown
        for closes in [on_the_wall(row["closes_at"], scope.zone)]
    ]


SAFE_HOURS = Figure(
    key="safe",
    question="Submit by when?",
    query="finishing_times",
    params=lambda _: {"share": SHARE},
    compute=lambda times, scope: last_hours(
        times, scope.settings.calendar, scope.now, scope.filters.get("workflow")
    ),
    says=lambda table, scope: sentence(table, scope.now, scope.zone, SHARE, scope.promise),
    tiles=tiles,
    tiles_key="safe-hours",
    note=(
        f"The latest submission time from which {100 * SHARE:.0f}% of cases were done by month "
        "end. Based on cases opened the same number of business days before a month end, give or "
        f"take one. Skips days with fewer than {FEWEST} such cases. Excludes withdrawn cases; "
        "open ones count as not done."
    ),
)
