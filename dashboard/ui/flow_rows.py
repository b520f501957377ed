"""Figures' tables as the charts want them that follow cases on their way.

Each is a figure itself, so that `handle.figure` keeps it until the log or the minute changes.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Unpack

import pyarrow as pa

from dashboard import metrics
from dashboard.findings import Promise
from dashboard.formats import FEWEST, percent
from dashboard.metrics import Filters
from dashboard.store import View
from dashboard.ui import insight
from dashboard.ui.words import day_text
from dashboard.workflows import WORKFLOWS, Party

CLOCKS = {"": ("ink", "the customer’s"), "ours_": ("accent", "ours")}
CUTS = {"p50": "half", "p85": "85 of 100"}
DONE = "done"
FIRST, SECOND = 1.0, 0.72  # bands of one party one above the other take turns
LANES = (0, 2, -2, 1, -1)  # marks of one step beside one another


def clocks(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.CLOCKS: two percentiles a month on each clock."""
    asked = insight.promise(view, now, filters)
    return pa.Table.from_pylist([
        {
            "key": row["month"].isoformat(),
            "period": datetime.combine(row["month"], insight.MIDNIGHT),
            "clock": clock,
            "tone": tone,
            "part": part,
            "days": row[f"{prefix}{name}_days"],
            "text": asked.days(row[f"{prefix}{name}_days"]),
            "share": percent(row[f"{prefix}within_limit"] / row["n"]),
            "n": row["n"],
            "few": row["n"] < FEWEST,
            "target": asked.target,
            "limit": asked.limit,
        }
        for row in metrics.twin_clocks(view, now=now, **filters).to_pylist()
        for prefix, (tone, clock) in CLOCKS.items()
        for name, part in CUTS.items()
    ])  # fmt: skip


def bands(
    view: View, *, now: datetime, period: str, with_done: bool, **filters: Unpack[Filters]
) -> pa.Table:
    """Rows of charts.stages: by step where one path is asked for, else by whose step it is."""
    rows = metrics.cumulative_flow(view, now=now, period=period, **filters).to_pylist()
    by_step = bool(filters.get("workflow"))
    out: list[dict[str, Any]] = []
    for begins, ends in groupby(rows, key=lambda row: row["period"]):
        own, low = list(ends), 0
        for band, tone, shade, cases in _stack(own, by_step=by_step, with_done=with_done):
            out.append({
                "key": f"{own[0]['last_date'].isoformat()} {band}",
                "begins": datetime.combine(begins, insight.MIDNIGHT),
                "ends": datetime.combine(own[0]["last_date"] + timedelta(1), insight.MIDNIGHT),
                "low": low,
                "high": low + cases,
                "tone": tone,
                "shade": shade,
                "band": band,
                "cases": cases,
                "when": day_text(own[0]["last_date"]),
            })  # fmt: skip
            low += cases
    return pa.Table.from_pylist(out)


def _stack(
    rows: list[dict[str, Any]], *, by_step: bool, with_done: bool
) -> list[tuple[str, str, float, int]]:
    """Band, tone, shade and cases from the bottom up: what is done, then the last step first."""
    stack: list[tuple[str, str, float, int]] = []
    if with_done:
        ends = [row for row in rows if row["step"] == WORKFLOWS[row["workflow"]].last]
        stack.append(("completed", DONE, FIRST, sum(row["completed"] for row in ends)))
    if by_step:
        for row in reversed(rows):
            same = stack and stack[-1][1] == row["party"] and stack[-1][2] == FIRST
            shade = SECOND if same else FIRST
            stack.append((band_name(row), row["party"], shade, row["open"]))
        return stack
    for party in reversed(Party):
        n = sum(row["open"] for row in rows if row["party"] == party)
        stack.append((whose(party), str(party), FIRST, n))
    return stack


def band_name(row: Mapping[str, Any]) -> str:
    """A step's band, where one path is shown."""
    return f"{row['step']} {row['label']}"


def whose(party: str) -> str:
    """The band of all steps of a party, where both paths are shown."""
    return f"steps of {party}"


def in_band(row: Mapping[str, Any], band: str) -> bool:
    """Whether a case of `cases_at` is counted in the band of that name."""
    return row["state"] == "open" and band in (band_name(row), whose(row["party"]))


def ages(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.AGEING, the steps in their order."""
    rows = metrics.ageing(view, now=now, **filters).to_pylist()
    asked = insight.promise(view, now, filters)
    known = [row["p95_days"] for row in rows if row["n"] >= FEWEST]
    edge = insight.scatter_edge(asked, max(known, default=0.0))
    lanes: dict[str, int] = {}
    return pa.Table.from_pylist([
        _aged(row, edge, insight.step_name(row, filters), lanes) for row in rows
    ])  # fmt: skip


def _aged(row: dict[str, Any], edge: float, step: str, lanes: dict[str, int]) -> dict[str, Any]:
    place = lanes[step] = lanes.get(step, -1) + 1
    is_known = row["n"] >= FEWEST
    asked = Promise(row["day_us"])
    return {
        "key": row["case_id"],
        "step": step,
        "days": row["age_days"],
        "drawn": min(row["age_days"], edge),
        "lane": LANES[place % len(LANES)],
        "state": row["state"],
        "firm": row["firm"],
        "case_id": row["case_id"],
        "text": asked.days(row["age_days"]),
        "usual": asked.days(row["p85_days"]) if is_known else "too few finished cases",
        "n": row["n"],
        "p50": min(row["p50_days"], edge) if is_known else None,
        "p85": min(row["p85_days"], edge) if is_known else None,
        "p95": min(row["p95_days"], edge) if is_known else None,
    }


def day_of(key: str) -> tuple[date, str]:
    """What a mark's key names: a date, and what is left of it."""
    day, _, rest = key.partition(" ")
    return date.fromisoformat(day), rest
