"""Figures' tables as the charts of Bottlenecks want them. Each is a figure itself, to be cached."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Unpack

import pyarrow as pa

from dashboard import metrics
from dashboard.charts import PART_TONES, PARTIES, PARTS
from dashboard.findings import Promise
from dashboard.findings.bottlenecks import quarter, unrecorded_parties
from dashboard.formats import FEWEST, MINUTE_US, NBSP, percent, signed
from dashboard.metrics import Filters
from dashboard.store import View
from dashboard.ui.insight import HOUR, promise, step_name
from dashboard.workflows import Party

COUNTED = {"waiting": "waiting_us", "in work": "working_us", "not split": "not_split_us"}
# Shown as hours where they are times, as points where they are shares.
MEASURE_KIND = {"p50": "time", "p85": "time", "kept": "kept"}


def step_bars(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.STEP_TIME: a row for each part of a step that has a case."""
    asked, rows = promise(view, now, filters), []
    for row in metrics.step_spread(view, now=now, **filters).to_pylist():
        counts = dict.fromkeys(PARTS[:2], row["n_split"])
        counts["not split"] = row["n"] - row["n_split"]
        counted = [part for part in PARTS if counts[part]]
        # a part without any time makes no bar; a step without any still has its place
        parts = [part for part in counted if row[COUNTED[part]]] or counted[:1]
        rows += [
            {
                "workflow": row["workflow"],
                "step": row["step"],
                "lane": step_name(row, filters),
                "part": part,
                "rank": PARTS.index(part),
                "tone": PART_TONES[part],
                "share": _of(row[COUNTED[part]], row),
                "shown_part": percent(_of(row[COUNTED[part]], row)),
                "whole": row["share"] or 0.0,
                "shown": percent(row["share"] or 0.0),
                "text": asked.minutes(row[COUNTED[part]] / counts[part] / MINUTE_US),
                "n": counts[part],
                "usual": asked.minutes(row["p50_minutes"]),
                "is_last": part == parts[-1],
            }
            for part in parts
        ]
    return pa.Table.from_pylist(rows)


def _of(us: int, row: Mapping[str, Any]) -> float:
    """The part's share of all time, from the step's."""
    return (row["share"] or 0.0) * us / row["business_us"] if row["business_us"] else 0.0


def party_bars(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.PARTY_TIME."""
    asked = promise(view, now, filters)
    steps = metrics.step_spread(view, now=now, **filters).to_pylist()
    unrecorded = unrecorded_parties(steps)
    return pa.Table.from_pylist([
        {
            "party": row["party"],
            "lane": lane(row["party"], unrecorded),
            "tone": row["party"] if row["party"] in PARTIES else "muted",
            "share": row["share"] or 0.0,
            "shown": percent(row["share"] or 0.0),
            "text": asked.minutes(row["business_us"] / row["n"] / MINUTE_US),
            "n": row["n"],
            "usual": asked.minutes(row["p50_minutes"]),
        }
        for row in metrics.party_spread(view, now=now, **filters).to_pylist()
    ])  # fmt: skip


def lane(party: str, unrecorded: Collection[str]) -> str:
    """A party on an axis; only its steps, where a hand-over inside one was not recorded."""
    if party not in unrecorded:
        return party
    return "Order step" if party == Party.ORDERS else f"{party}’s steps"


def spread_bars(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.STEP_SPREAD."""
    asked = promise(view, now, filters)
    return pa.Table.from_pylist([
        {
            "lane": step_name(row, filters),
            **{name: row[f"{name}_minutes"] / HOUR for name in ("p50", "p85", "p95")},
            "budget": row["budget_minutes"] / HOUR,
            "tone": "accent" if row["slack_p85_minutes"] < 0 else "ink",
            "few": row["n"] < FEWEST,
            "half": asked.minutes(row["p50_minutes"]),
            "most": asked.minutes(row["p85_minutes"]),
            "nearly": asked.minutes(row["p95_minutes"]),
            "budget_text": asked.minutes(row["budget_minutes"]),
            "slack": asked.difference(row["slack_p85_minutes"]),
            "n": row["n"],
        }
        for row in metrics.step_slack(view, now=now, **filters).to_pylist()
    ])  # fmt: skip


def best_bars(view: View, *, now: datetime, measure: str, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.BEST_QUARTER for one measure: "p50", "p85" or "kept"."""
    asked = promise(view, now, filters)
    table = metrics.best_quarters(view, now=now, **filters)
    return pa.Table.from_pylist([
        {
            "lane": step_name(row, filters),
            **{name: _measure(row, measure, name) for name in ("change", "low", "high")},
            "shown": change_text(row, measure, "change", asked),
            "interval": f"{change_text(row, measure, 'low', asked)} to "
            f"{change_text(row, measure, 'high', asked)}",
            "tone": "accent" if row["told_from_chance"] else "muted",
            "is_told": row["told_from_chance"],
            "quarter": quarter(row["quarter"]),
            "median": asked.minutes(row["median_minutes"]),
            "best": asked.minutes(row["quarter_median_minutes"]),
            "n": row["n"],
        }
        for row in table.to_pylist()
    ])  # fmt: skip


def _measure(row: Mapping[str, Any], measure: str, name: str) -> float:
    if measure == "kept":
        return row[f"kept_{name}"]
    return row[f"{measure}_{name}_minutes"] / HOUR


def change_text(row: Mapping[str, Any], measure: str, name: str, asked: Promise) -> str:
    """A change as pages say it: business time, or points of a share."""
    if measure == "kept":
        points = round(100 * row[f"kept_{name}"])
        return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}{NBSP}points"
    return signed(row[f"{measure}_{name}_minutes"] * MINUTE_US, asked.day_us)
