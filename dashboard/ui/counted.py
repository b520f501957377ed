"""Which cases a mark of Throughput counts: the same figures by case, narrowed to the mark."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from dashboard import formats, metrics
from dashboard.ui import handle, tables
from dashboard.ui.behind import behind
from dashboard.ui.page import Page
from dashboard.ui.words import marked
from dashboard.workflows import WORKFLOWS

ALL = 2**31 - 1
Row = Mapping[str, Any]
Rows = Sequence[Row]


def span(page: Page, begins: date, kind: str) -> dict[str, date]:
    """The dates [since, until) of a month, week or day, as far as the page's period goes."""
    days = {"month": 31, "week": 7, "day": 1}[kind]
    until = begins + timedelta(days)
    if kind == "month":
        until = until.replace(day=1)
    since, end = page.filters.get("since"), page.filters.get("until")
    return {"since": max(begins, since or begins), "until": min(until, end or until)}


def completed(
    page: Page, title: str, key: str, dates: dict[str, date], state: str | None = None
) -> None:
    """The cases completed in a period, or those of them with that state."""
    asked = {**page.filters, **dates, "most": ALL}
    rows = handle.figure(page.store, page.now, metrics.finished_cases, asked).to_pylist()
    kept = [row for row in rows if state in (None, row["state"])]
    behind(page, title, _table(kept, lambda row: _finished(page, row)), key)


def submitted(page: Page, title: str, key: str, dates: dict[str, date]) -> None:
    """The cases opened in a period, whatever became of them."""
    asked = {**page.filters, **dates}
    rows = handle.figure(page.store, page.now, metrics.case_list, asked).to_pylist()
    behind(page, title, _table(rows, lambda row: tables.list_row(page, dict(row))), key)


def under_way(
    page: Page, title: str, key: str, at_end_of: date, is_counted: Callable[[Row], bool]
) -> None:
    """The cases under way at the end of a day that the mark counts, the oldest first."""
    asked = {
        name: page.filters.get(name) for name in ("workflow", "team_leader")
    } | {"at_end_of": at_end_of}  # fmt: skip
    rows = handle.figure(page.store, page.now, metrics.cases_at, asked).to_pylist()
    kept = [row for row in rows if is_counted(row)]
    behind(page, title, _table(kept, lambda row: _standing(page, row)), key)


def aged(page: Page, title: str, key: str, rows: Rows) -> None:
    """Open cases of `ageing`."""
    behind(page, title, _table(rows, lambda row: _older(page, row)), key)


def _table(rows: Rows, show: Callable[[Row], dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"case_id": row["case_id"], "firm": row["firm"], **show(row)} for row in rows]
    )


def _finished(page: Page, row: Row) -> dict[str, Any]:
    return {
        "state": [marked(row["state"])],
        "Took": formats.duration(row["business_us"], row["day_us"]),
        "Completed": formats.moment(row["closed_at"], page.zone),
        "path": WORKFLOWS[row["workflow"]].short,
        "case": row["case_id"],
    }


def _standing(page: Page, row: Row) -> dict[str, Any]:
    return {
        "state": [marked(row["timing"])],
        "Age then": formats.duration(row["business_us"], row["day_us"]),
        "Stood in": f"{row['step']} {row['label']}",
        "submitted": formats.moment(row["opened_at"], page.zone),
        "path": WORKFLOWS[row["workflow"]].short,
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }


def _older(page: Page, row: Row) -> dict[str, Any]:
    return {
        "state": [marked(row["state"])],
        "Age": formats.duration(row["age_us"], row["day_us"]),
        "85 of 100 within": formats.duration(row["p85_days"] * row["day_us"], row["day_us"]),
        "step": f"{row['step']} {row['label']}",
        "submitted": formats.moment(row["opened_at"], page.zone),
        "path": WORKFLOWS[row["workflow"]].short,
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }
