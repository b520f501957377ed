"""Charts as ready Vega-Lite specifications: built once, coloured by the theme, bound to a table."""

from dashboard.charts.look import PARTIES, STATES, TOKENS, Spec, bind
from dashboard.charts.month_end import COMPARE, FEWEST_IN_CELL, heat, opening_days
from dashboard.charts.throughput import ARRIVALS, ATTAINMENT, OPEN_CASES, SCATTER, TREND

__all__ = [
    "ARRIVALS", "ATTAINMENT", "COMPARE", "FEWEST_IN_CELL", "OPEN_CASES", "PARTIES", "SCATTER",
    "STATES", "TOKENS", "TREND", "Spec", "bind", "heat", "opening_days",
]  # fmt: skip
