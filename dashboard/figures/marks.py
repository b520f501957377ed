"""What charts have in common: where marks and their words stand, and what they are called."""

from collections.abc import Mapping
from datetime import date, datetime
from math import ceil
from typing import Any

from dashboard.findings import Promise
from dashboard.workflows import WORKFLOWS

HOUR = 60  # minutes
MIDNIGHT = datetime.min.time()
LABEL_GAP = 0.065  # of the axis: the height of a word


def midnight(day: date) -> datetime:
    """A date as charts have it."""
    return datetime.combine(day, MIDNIGHT)


def apart(heights: list[float], gap: float) -> list[float]:
    """Rising heights, moved up where a word would stand on the one below."""
    for number in range(1, len(heights)):
        heights[number] = max(heights[number], heights[number - 1] + gap)
    return heights


def scatter_edge(asked: Promise, p95: float) -> float:
    """Where a scatter ends, so that the longest do not flatten the rest."""
    return max(2 * (asked.limit or 0), ceil(1.5 * p95))


def step_name(row: Mapping[str, Any], filters: Mapping[str, Any]) -> str:
    """A step on an axis; its path before it where both are shown."""
    workflow = WORKFLOWS[row["workflow"]]
    name = f"{row['step']} {workflow.step(row['step']).label}"
    if filters.get("workflow"):
        return name
    words = workflow.short.split()
    short = workflow.short if len(words) == 1 else "".join(word[0] for word in words)
    return f"{short} {name}"
