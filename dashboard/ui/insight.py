"""Figures' tables as the charts of Throughput and Month end want them: words, colours, marks.

Each is a figure itself, so that `handle.figure` keeps it until the log or the minute changes.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, Unpack

import pyarrow as pa
import pyarrow.compute as pc

from dashboard import formats, metrics
from dashboard.findings import Promise, promised
from dashboard.formats import FEWEST, percent
from dashboard.instants import to_us
from dashboard.metrics import Filters
from dashboard.reports import drawing
from dashboard.reports.drawing import LABEL_GAP, MIDNIGHT, apart
from dashboard.store import View
from dashboard.ui.rows import rows_of
from dashboard.ui.words import on_the_wall
from dashboard.workflows import WORKFLOWS

HOUR = 60  # minutes


def alt(what: str, finding: str) -> str:
    """A chart's text alternative: what it shows, and what that says now."""
    return f"{what}. {finding.replace('**', '')}"


def promise(view: View, now: datetime, filters: Filters) -> Promise:
    """What the cases asked about are measured against."""
    held = metrics.promises(view, now=now, **filters)
    return promised(view.settings, filters.get("workflow"), to_us(now), rows_of(held))


def trend(view: View, *, now: datetime, period: str, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.TREND."""
    table = metrics.cycle_percentiles(view, now=now, period=period, split="none", **filters)
    return drawing.trend(table, promise(view, now, filters))


def finished(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.SCATTER."""
    table = metrics.finished_cases(view, now=now, **filters)
    [whole] = metrics.cycle_percentiles(
        view, now=now, period="all", split="none", **filters
    ).to_pylist()
    edge = scatter_edge(promise(view, now, filters), whole["p95_days"])
    lines: dict[str, float | None] = dict.fromkeys(("p50", "p85", "p85_word"))
    if whole["n"] >= FEWEST:
        _, word = apart([whole["p50_days"], whole["p85_days"]], LABEL_GAP * edge)
        lines = {"p50": whole["p50_days"], "p85": whole["p85_days"], "p85_word": word}
    return pa.Table.from_pylist([
        {
            "closed": on_the_wall(row["closed_at"], view.settings.calendar.zone),
            "days": row["business_days"],
            "drawn": min(row["business_days"], edge),
            "state": row["state"],
            "firm": row["firm"],
            "case_id": row["case_id"],
            "path": WORKFLOWS[row["workflow"]].short,
            "text": formats.duration(row["business_us"], row["day_us"]),
            **lines,
        }
        for row in rows_of(table)
    ])  # fmt: skip


def beyond(marks: pa.Table) -> list[float]:
    """The days of the marks that stand at the edge, as they lie further out."""
    return marks.filter(pc.field("days") > pc.field("drawn"))["days"].to_pylist()


def scatter_edge(asked: Promise, p95: float) -> float:
    """The height at which the scatter ends, so that the longest do not flatten the rest."""
    return max(2 * (asked.limit or 0), ceil(1.5 * p95))


def attained(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.ATTAINMENT: three a month, within the target, the limit, and over it."""
    return drawing.attained(metrics.attainment(view, now=now, **filters))


def weeks(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.OPEN_CASES; a last row draws the last week to its end."""
    rows = [
        {
            "key": row["week"].isoformat(),
            "week": datetime.combine(row["week"], MIDNIGHT),
            "week_end": datetime.combine(row["week"], MIDNIGHT) + timedelta(7),
            "open": row["open_at_end"],
            "late": row["late_at_end"],
            "opened": row["opened"],
            "completed": row["completed"],
        }
        for row in metrics.throughput(view, now=now, **filters).to_pylist()
    ]
    closing = [{**rows[-1], "key": None, "week": rows[-1]["week_end"]}] if rows else []
    return pa.Table.from_pylist([*rows, *closing])


def arrivals(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.ARRIVALS: full weeks only, for the last one would seem to collapse."""
    return pa.Table.from_pylist([
        {
            "key": f"{row['week'].isoformat()} {kind}",
            "week": datetime.combine(row["week"], MIDNIGHT),
            "kind": kind,
            "cases": row[kind],
            "tone": tone,
        }
        for row in full_weeks(metrics.throughput(view, now=now, **filters), filters.get("since"))
        for kind, tone in (("opened", "ink"), ("completed", "muted"))
    ])  # fmt: skip


def full_weeks(table: pa.Table, since: date | None) -> list[dict[str, Any]]:
    """The weeks of which every day is counted: not the last, nor one that a filter cuts."""
    return [row for row in table.to_pylist()[:-1] if since is None or row["week"] >= since]


def places(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.opening_days."""
    first, last = view.settings.window
    rows = metrics.opening_days(view, now=now, **filters).to_pylist()
    n = sum(row["n"] for row in rows)
    return pa.Table.from_pylist([
        {
            "key": str(row["days_to_month_end"]),
            "place": row["days_to_month_end"],
            "share": row["share"],
            "low": row["low"],
            "high": row["high"],
            "n": row["n"],
            "few": row["n"] < FEWEST,
            "tone": "accent" if last <= row["days_to_month_end"] <= first else "ink",
            "shown": percent(row["share"]),
            "interval": f"{percent(row['low'])} to {percent(row['high'])}",
            "is_named": last <= row["days_to_month_end"] <= first,
            "overall": sum(row["on_time"] for row in rows) / n,
        }
        for row in rows
    ])  # fmt: skip


def cells(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.heat."""
    table = metrics.step_days(view, now=now, window=view.settings.window, **filters)
    asked = promise(view, now, filters)
    return pa.Table.from_pylist([
        {
            "key": f"{row['workflow']} {row['step']} {row['days_to_month_end']}",
            "place": row["days_to_month_end"],
            "step": step_name(row, filters),
            "party": row["party"],
            "times": row["times_usual"],
            "hours": row["median_minutes"] / HOUR,
            "times_shown": f"{row['times_usual'] or 0:.1f}×",
            "hours_shown": f"{row['median_minutes'] / HOUR:.1f}",
            "text": asked.minutes(row["median_minutes"]),
            "usual": "" if row["usual_minutes"] is None else asked.minutes(row["usual_minutes"]),
            "n": row["n"],
        }
        for row in rows_of(table)
    ])  # fmt: skip


def compared(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.COMPARE: two a step, the window's with the interval of the difference."""
    table = metrics.month_end_steps(view, now=now, window=view.settings.window, **filters)
    asked, rows = promise(view, now, filters), []
    for row in table.to_pylist():
        if row["step"] > 1:  # the form takes no time
            rows += [
                _compared(row, group, step_name(row, filters), asked)
                for group in ("window", "rest")
                if row[f"n_{group}"]
            ]
    return pa.Table.from_pylist(rows)


def _compared(row: dict[str, Any], group: str, step: str, asked: Promise) -> dict[str, Any]:
    minutes, rest = row[f"median_{group}_minutes"], row["median_rest_minutes"]
    low, high = row["low_minutes"], row["high_minutes"]
    is_known = low is not None
    has_bar = is_known and group == "window"
    return {
        "key": f"{row['workflow']} {row['step']} {group}",
        "step": step,
        "group": group,
        "group_text": "in the window" if group == "window" else "rest of the month",
        "tone": "accent" if group == "window" else "muted",
        "hours": minutes / HOUR,
        "low": max((rest + low) / HOUR, 0.0) if has_bar else None,
        "high": (rest + high) / HOUR if has_bar else None,
        "text": asked.minutes(minutes),
        "interval": f"{asked.difference(low)} to {asked.difference(high)}" if is_known else "–",
        "n": row[f"n_{group}"],
        "few": row[f"n_{group}"] < FEWEST,
        "times": f"{row['median_window_minutes'] / rest:.1f}×" if is_known and rest else "",
        "is_told": row["told_from_chance"],
    }


def step_name(row: dict[str, Any], filters: Mapping[str, Any]) -> str:
    """A step on an axis; its path before it where both are shown."""
    workflow = WORKFLOWS[row["workflow"]]
    name = f"{row['step']} {workflow.step(row['step']).label}"
    if filters.get("workflow"):
        return name
    words = workflow.short.split()
    short = workflow.short if len(words) == 1 else "".join(word[0] for word in words)
    return f"{short} {name}"
