"""The forecasts' tables as the charts and tables of Forecast want them: words, colours, marks."""

from typing import Any

import pyarrow as pa

from dashboard.findings import Promise
from dashboard.findings.forecast import PLAIN
from dashboard.formats import percent, short_month_year
from dashboard.ui.words import day_text

HOUR = 60  # minutes
SURE = 1.96  # standard deviations on each side of what is expected
TONES = {True: "muted", False: "accent"}  # whether it is the plain median


def day_rows(days: pa.Table) -> pa.Table:
    """Rows of charts.COMING_DAYS: the expectation of each day, then what is due on it."""
    found: list[dict[str, Any]] = []
    for row in days.to_pylist():
        low = max(row["expected"] - SURE * row["spread"], 0.0)
        high = row["expected"] + SURE * row["spread"]
        shared = {
            "day": day_text(row["day"]),
            "text": f"{row['expected']:.1f}",
            "interval": f"{low:.0f} to {high:.0f}",
            "due_limit": row["due_limit"],
            "due_target": row["due_target"],
        }
        bar = {"expected": row["expected"], "low": low, "high": high, "due": None, "tone": ""}
        none = dict.fromkeys(("expected", "low", "high"))
        found.append(shared | bar)
        found += [
            shared | none | {"due": float(row[f"due_{kind}"]), "tone": tone}
            for kind, tone in (("target", "at risk"), ("limit", "late"))
            if row[f"due_{kind}"]  # a mark at nought says nothing
        ]
    return pa.Table.from_pylist(found)


def month_rows(record: pa.Table, promise: Promise) -> pa.Table:
    """Rows of charts.RECORD: a month and a model each; what is over all is left out."""
    return pa.Table.from_pylist([
        {
            "month": short_month_year(row["month"]),
            "tone": TONES[row["model"] == PLAIN],
            "kind": "plain median" if row["model"] == PLAIN else "forecast",
            **{
                name: row[column] / HOUR
                for name, column in (("hours", "mae"), ("low", "mae_low"), ("high", "mae_high"))
            },
            "text": promise.minutes(row["mae"]),
            "interval": _between(row, "mae", promise.minutes),
            "cases": row["cases"],
        }
        for row in sorted(_months(record), key=lambda row: row["month"])
    ])  # fmt: skip


def record_lines(record: pa.Table, promise: Promise) -> list[dict[str, str]]:
    """The record in words, a line for each month and model, and for all months at the end."""
    rows = sorted(_months(record), key=lambda row: (row["month"], row["model"] == PLAIN))
    whole = [row for row in record.to_pylist() if row["month"] is None and row["forecasts"]]
    whole.sort(key=lambda row: row["model"] == PLAIN)
    return [_line(row, promise) for row in [*rows, *whole]]


def _line(row: dict[str, Any], promise: Promise) -> dict[str, str]:
    held = _between(row, "coverage80", percent)
    return {
        "Made in": short_month_year(row["month"]) if row["month"] else "**all months**",
        "By": "plain median" if row["model"] == PLAIN else row["model"],
        "Cases": f"{row['cases']:,}",
        "Stored": f"{row['stored']:,} of {row['forecasts']:,}",
        "Mean error": f"{promise.minutes(row['mae'])} ({_between(row, 'mae', promise.minutes)})",
        "80% ranges held": f"{percent(row['coverage80'])} ({held})",
        "their width": promise.minutes(row["width80"]),
        "90% ranges held": percent(row["coverage90"]),
        "and their width": promise.minutes(row["width90"]),
    }


def _months(record: pa.Table) -> list[dict[str, Any]]:
    """The rows of months of which enough is known to say anything."""
    return [row for row in record.to_pylist() if row["month"] and row["forecasts"]]


def _between(row: dict[str, Any], name: str, told: Any) -> str:
    return f"{told(row[f'{name}_low'])} to {told(row[f'{name}_high'])}"
