"""Charts as ready Vega-Lite specifications: built once, coloured by the theme, bound to a table."""

from dashboard.charts.flow import AGEING, CLOCKS, flow
from dashboard.charts.look import PARTIES, STATES, TOKENS, Spec, bind
from dashboard.charts.month_end import COMPARE, FEWEST_IN_CELL, heat, opening_days
from dashboard.charts.month_end_flow import month_flow, order_queue
from dashboard.charts.throughput import ARRIVALS, ATTAINMENT, OPEN_CASES, SCATTER, TREND

__all__ = [
    "AGEING", "ARRIVALS", "ATTAINMENT", "CLOCKS", "COMPARE", "FEWEST_IN_CELL", "OPEN_CASES",
    "PARTIES", "SCATTER", "STATES", "TOKENS", "TREND", "Spec", "bind", "flow", "heat", "month_flow",
    "opening_days", "order_queue",
]  # fmt: skip
