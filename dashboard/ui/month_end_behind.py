"""The cases behind the marks of Month end: a click lists exactly those that the mark counts.

A mark's key names what it counts; a selection outlives its data, so a key that no row has any
more is let go.
"""

from typing import Any

import pyarrow as pa

from dashboard import findings, formats, metrics
from dashboard.ui import filtered
from dashboard.ui.behind import behind, clicked
from dashboard.ui.page import Page
from dashboard.workflows import WORKFLOWS

FLOW_TITLES = {"opened": "Opened", "completed": "Completed"}


def picked(event: Any, rows: pa.Table) -> list[str] | None:
    """The words of the key that was clicked; None without a click on a mark that is still there."""
    key = clicked(event, "key")
    known = rows["key"].to_pylist() if rows.num_rows else []
    return key.split() if key in known else None


def opening(page: Page, event: Any, rows: pa.Table) -> None:
    """The cases of an opening day."""
    if key := picked(event, rows):
        place = int(key[0])
        table = filtered.figure(page, metrics.opening_cases, place=place)
        shown = [
            {
                **_case(row),
                "took": formats.duration(row["business_us"], row["day_us"]),
                "Kept the limit": "yes" if row["kept"] else "no",
                "submitted": formats.moment(row["opened_at"], page.zone),
                "Completed": formats.moment(row["closed_at"], page.zone) or "still open",
                **_which(row),
            }
            for row in table.to_pylist()
        ]
        behind(page, f"Opened {findings.place(place)}", _table(shown), "opened-then")


def steps(page: Page, event: Any, rows: pa.Table, key: str) -> None:
    """The cases of a cell of the heat map, or of one side of a step's comparison."""
    if words := picked(event, rows):
        workflow, step, which = words
        is_side = which in ("window", "rest")
        asked: dict[str, Any] = {"workflow": workflow, "step": int(step)}
        asked |= {"in_window": which == "window"} if is_side else {"place": int(which)}
        table = filtered.figure(
            page, metrics.month_end_cases, window=page.store.settings.window, **asked
        )
        shown = [
            {
                **_case(row),
                "In the step": formats.duration(row["business_us"], row["day_us"]),
                "Step current": formats.moment(row["current_at"], page.zone),
                "Step completed": formats.moment(row["completed_at"], page.zone),
                **_which(row),
            }
            for row in table.to_pylist()
        ]
        when = {"window": "in the window", "rest": "in the rest of the month"}
        begun = when[which] if is_side else findings.place(int(which))
        label = WORKFLOWS[workflow].step(int(step)).label
        title = f"Step {step} ({label}) of the {findings.path(workflow)} path, current {begun}"
        behind(page, title, _table(shown), key)


def flow(page: Page, event: Any, rows: pa.Table, key: str) -> None:
    """The cases opened, completed, or in the order step as such a day ended."""
    if words := picked(event, rows):
        kind, place = words[0], int(words[1])
        table = filtered.figure(page, metrics.month_flow_cases, kind=kind, place=place)
        shown = [
            {
                **_case(row),
                **({"Days": str(row["days"])} if kind == "in_step" else {}),
                "submitted": formats.moment(row["opened_at"], page.zone),
                "Completed": formats.moment(row["closed_at"], page.zone) or "still open",
                **_which(row),
            }
            for row in table.to_pylist()
        ]
        title = f"{FLOW_TITLES.get(kind)} {findings.place(place)}"
        if kind == "in_step":
            times = findings.count(sum(table["days"].to_pylist()), "time")
            title = f"In the order step as a day ended {findings.place(place)}, {times} in all"
        behind(page, title, _table(shown), key)


def _case(row: dict[str, Any]) -> dict[str, Any]:
    return {"case_id": row["case_id"], "firm": row["firm"]}


def _which(row: dict[str, Any]) -> dict[str, Any]:
    """Path and number, last: on a telephone what was counted comes first."""
    return {"path": WORKFLOWS[row["workflow"]].short, "case": row["case_id"]}


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows)
