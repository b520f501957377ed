"""What a chart says now, in a sentence: computed from the figure's table, never typed.

Pure text from tables. A sentence says on how many cases it rests, says so where they are few,
and calls a difference one only where it can be told from chance.
"""

from dashboard.findings.month_end import Headline, headline, heat, opening, told_steps, whole
from dashboard.findings.month_end_flow import (
    FEW_MONTHS,
    coming,
    mid_month_pace,
    month_flow,
    order_queue,
    safe_hours,
)
from dashboard.findings.words import (
    Promise,
    agreed,
    count,
    count_is,
    odd_days,
    path,
    period,
    place,
    promised,
)

__all__ = [
    "FEW_MONTHS", "Headline", "Promise", "agreed", "coming", "count",
    "count_is", "headline", "heat", "mid_month_pace", "month_flow",
    "odd_days", "opening", "order_queue", "path", "period", "place",
    "promised", "safe_hours", "told_steps", "whole",
]  # fmt: skip
