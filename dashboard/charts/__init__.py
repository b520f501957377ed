"""Charts as Vega-Lite specifications, coloured by the theme, bound to a table when they are drawn.

Only the modules that build them know the library for it, and no page needs those: see `ready`.
"""

from dashboard.charts.ready import Spec, bind, room, spec
from dashboard.charts.tokens import (
    FEWEST_IN_CELL,
    PART_TONES,
    PARTIES,
    PARTS,
    STATES,
    TOKENS,
)

COMPARE = spec("month_end.compare")
COMING_DAYS = spec("forecast.coming_days")
RECORD = spec("forecast.record")
EFFECTS = spec("what_if.effects")
TURNS = spec("case.turns")

Window = tuple[int, int]  # business days to month end, the first and the last of it


def opening_days(window: Window) -> Spec:
    """The share that kept the limit by opening day."""
    return spec("month_end.opening_days", window)


def heat(kind: str, window: Window) -> Spec:
    """Each step's time by place in the month, as "times" of the rest's or in "hours"."""
    return spec("month_end.heat", kind, window)


def month_flow(window: Window) -> Spec:
    """Cases opened and completed on an average business day of each place."""
    return spec("month_end_flow.month_flow", window)


def order_queue(window: Window) -> Spec:
    """How many cases stand in the order step as an average business day of each place ends."""
    return spec("month_end_flow.order_queue", window)


__all__ = [ "COMING_DAYS", "COMPARE",
    "EFFECTS", "FEWEST_IN_CELL", "PARTIES", "PARTS", "PART_TONES",
    "RECORD", "STATES", "TOKENS", "TURNS", "Spec",
    "bind", "heat", "month_flow", "opening_days", "order_queue", "room", "spec",
]  # fmt: skip
