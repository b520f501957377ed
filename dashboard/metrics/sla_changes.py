"""What later entries changed in a report: two states of knowledge compared, case by case."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Unpack

import pyarrow as pa

from dashboard.metrics.sla import Asked, sla_cases
from dashboard.store import View

# What is compared. Times of an open case grow by themselves, so of those the state alone tells.
COMPARED = (
    "state", "firm", "workflow", "team_leader", "opened_at", "closed_at", "business_us", "our_us",
    "within_target", "within_limit", "within_limit_by_date", "within_target_ours",
    "within_limit_ours", "within_limit_by_date_ours", "limit_minutes", "breach_reason",
    "breach_comment", "is_reopened", "is_on_dates", "is_undecided",
)  # fmt: skip
GROWS = frozenset({"business_us", "our_us"})
Row = Mapping[str, Any]

CHANGES = pa.schema(
    {
        "case_id": pa.string(),
        "firm": pa.string(),
        "what": pa.string(),
        "column": pa.string(),
        "old": pa.string(),
        "new": pa.string(),
        "entries": pa.string(),
        "recorded_at": pa.timestamp("us", "UTC"),
        "recorded_by": pa.string(),
        "day_us": pa.int64(),
    }
)


class Known(NamedTuple):
    """A state of knowledge, and the instant to which open cases are measured in it."""

    view: View
    at: datetime


def corrections_since(before: Known, after: Known, **asked: Unpack[Asked]) -> pa.Table:
    """What entries between two states of knowledge changed in the report, by case.

    One row a case and column: case_id, firm, what ("added" to the report, "removed" from it,
    "changed"), column of `sla_cases`, old, new (as text, empty where there is none), entries
    (their kinds; "settings" where the calendar or the targets changed), recorded_at, recorded_by
    (of the last), day_us (of a business day of the case; empty if its length changed). Cases that
    only grew older are left out: nobody entered anything of them.
    """
    old, new = (
        {row["case_id"]: row for row in sla_cases(view, now=at, **asked).to_pylist()}
        for view, at in (before, after)
    )
    entered = after.view.run("entries_since", now=after.at, position=before.view.position)
    touched = {row["case_id"]: row for row in entered.to_pylist()}
    settings = None
    if _measures(before.view) != _measures(after.view):
        settings = {"kinds": "settings", "recorded_at": None, "recorded_by": None}
    rows = [
        {**change, "entries": entry["kinds"], "recorded_at": entry["recorded_at"],
         "recorded_by": entry["recorded_by"]}
        for case_id in sorted(old.keys() | new.keys())
        if (entry := touched.get(case_id) or settings)
        for change in _changes(old.get(case_id), new.get(case_id))
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=CHANGES)


def _measures(view: View) -> tuple[Any, ...]:
    return view.settings.calendar, view.settings.targets


def _changes(old: Row | None, new: Row | None) -> Iterator[dict[str, Any]]:
    told = new or old or {}
    days = {row["day_us"] for row in (old, new) if row}
    about = {
        "case_id": told["case_id"], "firm": told["firm"],
        "day_us": days.pop() if len(days) == 1 else None,
    }  # fmt: skip
    if old is None or new is None:
        what = "added" if old is None else "removed"
        state = {"old": _text(old and old["state"]), "new": _text(new and new["state"])}
        yield {**about, "what": what, "column": "state", **state}
        return
    is_open = old["state"] == new["state"] == "open"
    for name in COMPARED:
        if old[name] != new[name] and not (is_open and name in GROWS):
            values = {"old": _text(old[name]), "new": _text(new[name])}
            yield {**about, "what": "changed", "column": name, **values}


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"
        case _:
            return str(value)
