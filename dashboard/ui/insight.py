"""Figures' tables as the charts of Throughput and Month end want them: words, colours, marks.

Each is a figure itself, so that `handle.figure` keeps it until the log or the minute changes.
"""

from datetime import datetime
from typing import Any, Unpack

import pyarrow as pa

from dashboard import metrics
from dashboard.figures.marks import HOUR, step_name
from dashboard.figures.rows import rows_of
from dashboard.findings import Promise, promised
from dashboard.formats import FEWEST, percent
from dashboard.instants import to_us
from dashboard.metrics import Filters
from dashboard.store import View


def alt(what: str, finding: str) -> str:
    """A chart's text alternative: what it shows, and what that says now."""
    return f"{what}. {finding.replace('**', '')}"


def promise(view: View, now: datetime, filters: Filters) -> Promise:
    """What the cases asked about are measured against."""
    held = metrics.promises(view, now=now, **filters)
    return promised(view.settings, filters.get("workflow"), to_us(now), rows_of(held))


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
