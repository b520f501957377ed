"""The tables of month_flow as the charts of Month end want them."""

from datetime import datetime
from typing import Any, Unpack

import pyarrow as pa

from dashboard import metrics
from dashboard.findings import FEW_MONTHS
from dashboard.metrics import Filters
from dashboard.store import View

KINDS = {"opened": "ink", "completed": "muted"}


def flow(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.month_flow: two a place."""
    return pa.Table.from_pylist([
        {
            "key": f"{kind} {row['days_to_month_end']}",
            "place": row["days_to_month_end"],
            "kind": kind,
            "tone": tone,
            "mean": row[f"{kind}_mean"],
            "text": f"{row[f'{kind}_mean']:.1f}",
            "total": row[kind],
            "n": row["n_days"],
        }
        for row in metrics.month_flow(view, now=now, **filters).to_pylist()
        for kind, tone in KINDS.items()
    ])  # fmt: skip


def queue(view: View, *, now: datetime, **filters: Unpack[Filters]) -> pa.Table:
    """Rows of charts.queue: one a place."""
    first, last = view.settings.window
    return pa.Table.from_pylist([
        {
            "key": f"in_step {row['days_to_month_end']}",
            "place": row["days_to_month_end"],
            "tone": "accent" if last <= row["days_to_month_end"] <= first else "ahead",
            "mean": row["in_step_mean"],
            "median": row["in_step_median"],
            "text": f"{row['in_step_mean']:.1f} cases",
            "median_text": f"{row['in_step_median']:g} cases",
            "party_text": with_party(row),
            "n": row["n_days"],
            "few": row["n_days"] < FEW_MONTHS,
        }
        for row in metrics.month_flow(view, now=now, **filters).to_pylist()
    ])  # fmt: skip


def with_party(row: dict[str, Any]) -> str:
    """How many were with the Order Team, as far as anybody recorded it."""
    if not row["known"]:
        return "not recorded"
    return f"{row['with_party']:,} of {row['known']:,}, all days together"
