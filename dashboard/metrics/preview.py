"""What other settings would do, before anybody saves them. Nothing here is written anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from dashboard.instants import to_datetime, to_us
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.workflows import WORKFLOWS, FieldKind

INSTANT = pa.timestamp("us", "UTC")
MOVED = pa.schema(
    {
        "case_id": pa.string(),
        "firm": pa.string(),
        "workflow": pa.string(),
        "opened_at": INSTANT,
        "limit_before": INSTANT,
        "limit_after": INSTANT,
    }
)
AHEAD = pa.schema(
    {
        "workflow": pa.string(),
        "opened_at": INSTANT,
        "limit_before": INSTANT,
        "limit_after": INSTANT,
        "limit_us": pa.int64(),
        "day_us": pa.int64(),
    }
)
OUTSIDE = pa.schema({"case_id": pa.string(), "appointment_at": INSTANT})


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of `n` completed cases kept target and limit, exactly."""

    n: int
    within_target: int
    within_limit: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of the settings would do.

    `moved`: one row per open case whose limit moves: case_id, firm, workflow, opened_at,
    limit_before, limit_after; the least new limit first. `outside`: appointments of open cases, not
    begun, that no longer lie within business hours. `since` (included) and `until` (excluded)
    bound the last whole quarter; its completed cases stand in `before` and `after`. `ahead`: one
    row per path of a case opened when the department first opens after the change: workflow,
    opened_at, limit_before, limit_after, limit_us in business time, day_us of a business day.
    """

    moved: pa.Table
    outside: pa.Table
    since: date
    until: date
    before: Kept
    after: Kept
    ahead: pa.Table


def settings_preview(
    view: View, changed: Settings, *, now: datetime, since: date | None = None
) -> Preview:
    """What would be if the settings were `changed` from a date on (None: for all time).

    Open cases only for limits, withdrawn ones not; the quarter's cases are those completed in it
    by the dates as they stand now, so that both figures are of the same cases.
    """
    today = view.settings.calendar.local_date([to_us(now)])[0].astype(object)
    since, until = last_quarter(today)
    done = view.run("cycle_times", now=now, since=since, until=until).to_pylist()
    return Preview(
        _moved(view, changed, now),
        _outside(view, changed, now),
        since,
        until,
        _kept(done, view.settings),
        _kept(done, changed),
        _ahead(view.settings, changed, max(to_us(now), changed.begins_us(since))),
    )


def last_quarter(today: date) -> tuple[date, date]:
    """The last whole quarter of a year before `today`: [since, until)."""
    until = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    before = until - timedelta(days=1)
    return date(before.year, before.month - 2, 1), until


def _moved(view: View, changed: Settings, now: datetime) -> pa.Table:
    rows = view.run("case_list", now=now, state="open").to_pylist()
    both = zip(rows, _limits(rows, view.settings), _limits(rows, changed), strict=True)
    moved = [
        {**{name: row.get(name) for name in MOVED.names}, "limit_before": held, "limit_after": new}
        for row, held, new in both
        if held != new
    ]
    moved.sort(key=lambda row: (row["limit_after"], row["case_id"]))
    return pa.Table.from_pylist(moved, schema=MOVED)


def _ahead(held: Settings, changed: Settings, from_us: int) -> pa.Table:
    """A case of each path, opened at the first open instant from then on."""
    calendar = changed.calendar
    opened_us = int(calendar.instant(calendar.position([from_us]) + 1)[0]) - 1
    opened_at = to_datetime(opened_us)
    rows = [{"workflow": workflow, "opened_at": opened_at} for workflow in WORKFLOWS]
    told = []
    for row, before, after in zip(rows, _limits(rows, held), _limits(rows, changed), strict=True):
        targets = changed.targets_at(row["workflow"], opened_us)
        limits = {"limit_before": before, "limit_after": after}
        told.append({**row, **limits, "limit_us": targets.limit_us, "day_us": targets.day_us})
    return pa.Table.from_pylist(told, schema=AHEAD)


def _limits(rows: Sequence[dict[str, Any]], settings: Settings) -> list[int]:
    """The instants of the cases' limits, in microseconds."""
    opened = [to_us(row["opened_at"]) for row in rows]
    allowed = [
        settings.targets_at(row["workflow"], us).limit_us
        for row, us in zip(rows, opened, strict=True)
    ]
    positions = settings.calendar.position(np.array(opened, dtype=np.int64))
    return settings.calendar.instant(positions + np.array(allowed, dtype=np.int64)).tolist()


def _outside(view: View, changed: Settings, now: datetime) -> pa.Table:
    hours = {
        key: item.hours
        for key, path in WORKFLOWS.items()
        for step in path.steps
        for item in step.fields
        if item.kind is FieldKind.WINDOW
    }
    rows = view.run("appointments", now=now, since=now).to_pylist()
    outside = [
        {"case_id": row["case_id"], "appointment_at": row["appointment_at"]}
        for row in rows
        if not changed.calendar.is_open(
            row["appointment_at"], row["appointment_at"] + timedelta(hours=hours[row["workflow"]])
        )
    ]
    return pa.Table.from_pylist(outside, schema=OUTSIDE)


def _kept(rows: Sequence[dict[str, Any]], settings: Settings) -> Kept:
    opened = [to_us(row["opened_at"]) for row in rows]
    closed = np.array([to_us(row["closed_at"]) for row in rows], dtype=np.int64)
    used = settings.calendar.position(closed) - settings.calendar.position(
        np.array(opened, dtype=np.int64)
    )
    targets = [
        settings.targets_at(row["workflow"], us) for row, us in zip(rows, opened, strict=True)
    ]
    return Kept(
        len(rows),
        sum(int(us) <= item.target_us for us, item in zip(used, targets, strict=True)),
        sum(int(us) <= item.limit_us for us, item in zip(used, targets, strict=True)),
    )
