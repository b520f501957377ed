"""What a chart says now, in a sentence: computed from the figure's table, never typed.

Pure text from tables. A sentence says on how many cases it rests, says so where they are few,
and calls a difference one only where it can be told from chance.
"""

from dashboard.findings.month_end import Headline, headline, heat, opening, told_steps, whole
from dashboard.findings.throughput import keeping_up, kept, missed, open_now, trend
from dashboard.findings.words import Promise, count, count_is, place, promised

__all__ = [
    "Headline", "Promise", "count", "count_is", "headline", "heat", "keeping_up", "kept",
    "missed", "open_now", "opening", "place", "promised", "told_steps", "trend", "whole",
]  # fmt: skip
