"""Which cases a mark counts: the same figures by case, narrowed to the mark."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import formats
from dashboard.figures.figure import Cases, Row, Scope, Words
from dashboard.findings import Promise, count, path
from dashboard.findings.outlook import marked
from dashboard.formats import SHORT
from dashboard.workflows import AGREED_DATE, WORKFLOWS

ALL = 2**31 - 1
IN_BAR = ("in_bar", "whole", "state", "closed", "path", "tl", "case", "reason")
DAYS = {"month": 31, "week": 7, "day": 1}


def behind(title: str, key: str, table: pa.Table, words: Callable[[Row], Words]) -> Cases:
    """The cases that a mark counts under a title, and how many these are."""
    heading = f"**{title}: {count(table.num_rows, 'case')}**"
    return Cases(key, title, table, words, heading=heading)


def span(scope: Scope, begins: date, kind: str) -> dict[str, date]:
    """The dates [since, until) of a month, week or day, as far as the period goes."""
    until = begins + timedelta(DAYS[kind])
    if kind == "month":
        until = until.replace(day=1)
    since, end = scope.filters.get("since"), scope.filters.get("until")
    return {"since": max(begins, since or begins), "until": min(until, end or until)}


def completed(
    scope: Scope, title: str, key: str, dates: dict[str, date], state: str | None = None
) -> Cases:
    """The cases completed in a period, or those of them with that state."""
    table = scope.narrowed(**dates).run("finished_cases", most=ALL)
    if state is not None:
        table = table.filter(pc.field("state") == state)

    def words(row: Row) -> Words:
        return {
            "state": [marked(row["state"])],
            "Took": formats.duration(row["business_us"], row["day_us"]),
            "Completed": formats.moment(row["closed_at"], scope.zone),
            "path": WORKFLOWS[row["workflow"]].short,
            "case": row["case_id"],
        }

    return behind(title, key, table, words)


def submitted(scope: Scope, title: str, key: str, dates: dict[str, date]) -> Cases:
    """The cases opened in a period, whatever became of them."""
    table = scope.narrowed(**dates).run("case_list")
    return behind(title, key, table, lambda row: list_row(row, scope.zone))


def under_way(
    scope: Scope, title: str, key: str, at_end_of: date, is_counted: Callable[[Row], bool]
) -> Cases:
    """The cases under way at the end of a day that the mark counts, the oldest first."""
    table = scope.run("cases_at", at_end_of=at_end_of)
    table = table.filter(pa.array([is_counted(row) for row in table.to_pylist()], pa.bool_()))

    def words(row: Row) -> Words:
        return {
            "state": [marked(row["timing"])],
            "Age then": formats.duration(row["business_us"], row["day_us"]),
            "Step then": step_words({**row, "step_label": row["label"]}),
            "submitted": formats.moment(row["opened_at"], scope.zone),
            **whose(row),
        }

    return behind(title, key, table, words)


def in_bar(scope: Scope, table: pa.Table, name: str, n: int, key: str) -> Cases:
    """The completed cases behind a bar that counts n of them, the longest in it first."""
    shown = "" if table.num_rows == n else f" Showing the longest {table.num_rows:,}."
    heading = f"**{count(n, 'case')}** behind **{name}**, longest first.{shown}"

    def words(row: Row) -> Words:
        asked = Promise(row["day_us"])
        return {
            "in_bar": asked.minutes(row["business_minutes"]),
            "whole": asked.minutes(row["case_minutes"]),
            "closed": formats.moment(row["closed_at"], scope.zone),
            "reason": row["breach_reason"] or "",
            "state": [marked(row["timing"])],
            **whose(row),
        }

    file, kept = key.replace("-", "_"), table.column_names
    return Cases(key, f"Cases behind {name}", table, words, IN_BAR, heading, file, kept)


def in_step(scope: Scope, key: str, workflow: str, step: int, begun: str, **which: Any) -> Cases:
    """The cases whose step became current at some place in the month, or on a side of it."""
    table = scope.narrowed(workflow=workflow).run("month_end_cases", step=step, **which)

    def words(row: Row) -> Words:
        return {
            "In the step": formats.duration(row["business_us"], row["day_us"]),
            "Step started": formats.moment(row["current_at"], scope.zone),
            "Step completed": formats.moment(row["completed_at"], scope.zone),
            **named(row),
        }

    label = WORKFLOWS[workflow].step(step).label
    title = f"Step {step} ({label}) of the {path(workflow)} path, current {begun}"
    return behind(title, key, table, words)


def opened_and_closed(scope: Scope) -> Callable[[Row], Words]:
    """When a case came in and when it was done."""
    return lambda row: {
        "submitted": formats.moment(row["opened_at"], scope.zone),
        "Completed": formats.moment(row["closed_at"], scope.zone) or "still open",
        **named(row),
    }


def named(row: Row) -> Words:
    """Path and number, last: on a telephone what was counted comes first."""
    return {"path": WORKFLOWS[row["workflow"]].short, "case": row["case_id"]}


def whose(row: Row) -> Words:
    """Path, team leader and number, last: on a telephone what was counted comes first."""
    return {
        "path": WORKFLOWS[row["workflow"]].short,
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }


def list_row(row: Row, zone: str) -> dict[str, Any]:
    """A row of the list of all cases in words."""
    is_open = row["state"] == "open"
    return {
        "left": left(row) if is_open else "",
        "state": [marked(row["timing"])] if is_open else [row["state"]],
        "turn": [turn_word(row["party"])] if row["party"] else [],
        "step": step_words(row) if row["step"] else "",
        "done": f"{row['steps_done']} of {row['last_step']}",
        "took": formats.duration(row["business_us"], row["day_us"]),
        "submitted": formats.moment(row["opened_at"], zone),
        "path": row["path"],
        "tl": row["team_leader"] or "",
        "case": row["case_id"],
    }


def step_words(row: Row) -> str:
    """The step that is due, and whether it is done again, on a clock of its own."""
    return f"{row['step']} {row['step_label']}{' (rework)' if row['is_rework'] else ''}"


def left(row: Row) -> str:
    """The time to its limit of an open case; once delivered it has none."""
    is_delivered = row["timing"] == "delivered"
    return "" if is_delivered else formats.left(row["business_us_left"], row["day_us"])


def turn_word(party: str) -> str:
    """Whose turn it is, short."""
    return "agreed date" if party == AGREED_DATE else SHORT.get(party, party)
