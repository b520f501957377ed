"""Figures' tables as the charts of Throughput and Month end want them: words, colours, marks.

Each is a figure itself, so that `handle.figure` keeps it until the log or the minute changes.
"""

from datetime import datetime

from dashboard import metrics
from dashboard.figures.rows import rows_of
from dashboard.findings import Promise, promised
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
