"""What figures say in sentences has words in common: see `words`. The forecast's stand here yet."""

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
    split,
)

__all__ = [
    "Promise",
    "agreed",
    "count",
    "count_is",
    "odd_days",
    "path",
    "period",
    "place",
    "promised",
    "split",
]
