"""What an SLA report says of its cases: one table of them, counted by path and by team leader.

Screen and file count the same table, so they cannot differ. A period is a month, or so many
`months` from it on.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

import numpy as np
import pyarrow as pa

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.store import View
from dashboard.store.log import Head

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
PARTS = ("all", "workflow", "team_leader")
SLA = "sla"  # target and limit in days, where several were in force
KEPT = (
    "within_target", "within_limit", "within_limit_by_date",
    "within_target_ours", "within_limit_ours", "within_limit_by_date_ours",
)  # fmt: skip
MARKS = ("is_reopened", "is_imported", "is_on_dates", "is_undecided")
Row = Mapping[str, Any]

SUMMARY = pa.schema(
    {
        "part": pa.string(),
        "name": pa.string(),
        "n": pa.int64(),
        **dict.fromkeys(KEPT, pa.int64()),
        "p50_minutes": pa.float64(),
        "p85_minutes": pa.float64(),
        "p95_minutes": pa.float64(),
        "open_late": pa.int64(),
        "delivered": pa.int64(),
        **dict.fromkeys(MARKS, pa.int64()),
        "surely_within_limit": pa.int64(),
    }
)


class Asked(TypedDict, total=False):
    """What a report is of; left out or None means all."""

    month: str | None
    months: int
    workflow: str | None
    team_leader: str | None


def sla_cases(view: View, *, now: datetime, **asked: Unpack[Asked]) -> pa.Table:
    """The cases of a period's SLA report: completed in it, or open and late at its end.

    One row a case: the columns of `cycle_times`, then state, team_leader, within_target,
    within_limit, within_limit_by_date (empty while undecided), the same on our clock (our_us,
    our_minutes, …_ours: the customer's turns left out), limit_minutes, slowest_step, its
    label and minutes, slowest_party (who had most of that step), its minutes, breach_reason,
    breach_comment, is_reopened, is_imported, waits_for_customer (open, and all but the customer's
    last step is done), day_us (how long a business day of the case is), target_minutes,
    is_on_dates (a step of it is known by its date alone), is_undecided (so that its hours decide
    whether it kept the limit). An open case has no closed_at and is measured to the period's end,
    or to `now` if that is earlier.
    Without `month`: all, measured to `now`.

    Raises InputRefused for a month that is none, or that has not begun.
    """
    if (month := asked.get("month")) is not None:
        _check_month(view, month, now)
    return view.run("sla_cases", now=now, **asked)


def sla_summary(cases: pa.Table) -> pa.Table:
    """The table of `sla_cases` counted: all cases, by path, by team leader, by SLA if several.

    One row a part and name: n completed cases, of them within_target, within_limit (both exact)
    and within_limit_by_date, and the same three on our clock; p50_, p85_, p95_minutes of the
    completed ones (linear interpolation, empty without any); open_late, and delivered (waiting
    for download over the limit), which are not part of n;
    is_reopened, is_imported, is_on_dates and is_undecided, of n; surely_within_limit: of
    within_limit without those undecided. A case without a team leader counts under the empty name.
    """
    rows = [row | {SLA: _sla(row)} for row in cases.to_pylist()]
    parts = (*PARTS, SLA) if len({row[SLA] for row in rows}) > 1 else PARTS
    groups: dict[tuple[str, str], list[Row]] = {("all", ""): []}
    for part in parts:
        for row in sorted(rows, key=lambda row: str(row.get(part) or "")):
            groups.setdefault((part, str(row.get(part) or "")), []).append(row)
    counted = [
        {"part": part, "name": name, **_counted(members)}
        for (part, name), members in groups.items()
    ]
    return pa.Table.from_pylist(counted, schema=SUMMARY)


def is_late(row: Row) -> bool:
    """Whether a case of a report broke its limit; delivered, waiting for download, it did not."""
    return not row["within_limit"] and not row["waits_for_customer"]


def _sla(row: Row) -> str:
    day = row["day_us"] / 60_000_000
    return f"{row['target_minutes'] / day:g} {row['limit_minutes'] / day:g}"


def _counted(rows: Iterable[Row]) -> dict[str, Any]:
    done = [row for row in rows if row["state"] == "closed"]
    minutes = [row["business_minutes"] for row in done]
    p50, p85, p95 = np.quantile(minutes, [0.5, 0.85, 0.95]) if minutes else (None, None, None)
    return {
        "n": len(done),
        **{name: sum(bool(row[name]) for row in done) for name in (*KEPT, *MARKS)},
        "p50_minutes": p50,
        "p85_minutes": p85,
        "p95_minutes": p95,
        "surely_within_limit": sum(row["within_limit"] and not row["is_undecided"] for row in done),
        "open_late": sum(is_late(row) for row in rows if row["state"] == "open"),
        "delivered": sum(not is_late(row) for row in rows if row["state"] == "open"),
    }


def stamped(table: pa.Table, head: Head, now: datetime) -> pa.Table:
    """The table with what a report ends each row with: as_of, log_position, log_hash.

    With them the same report can be made again, and it shows from which log it came.
    """
    n = table.num_rows
    stamps = {
        "as_of": pa.array([now] * n, pa.timestamp("us", "UTC")),
        "log_position": pa.array([head.position] * n, pa.int64()),
        "log_hash": pa.array([head.hash] * n, pa.string()),
    }
    for name, column in stamps.items():
        table = table.append_column(name, column)
    return table


def _check_month(view: View, month: str, now: datetime) -> None:
    if not MONTH.fullmatch(month):
        raise InputRefused(f"{month!r} is not a month. Enter it as 2026-10.")
    [today] = view.settings.calendar.local_date([to_us(now)])
    if month > str(today)[:7]:
        raise InputRefused(f"{month} has not begun. Choose {str(today)[:7]} or an earlier month.")
