"""Charts as Vega-Lite specifications, coloured by the theme, bound to a table when they are drawn.

Only the modules that build them know the library for it, and no page needs those: see `ready`.
"""

from functools import cache

from dashboard.charts.ready import Spec, bind, room, spec
from dashboard.charts.tokens import (
    FEWEST_IN_CELL,
    PART_TONES,
    PARTIES,
    PARTS,
    STATES,
    TOKENS,
)

TREND = spec("throughput.cycle_trend")
SCATTER = spec("throughput.cycle_scatter")
ATTAINMENT = spec("throughput.attainment")
OPEN_CASES = spec("throughput.open_cases")
ARRIVALS = spec("throughput.arrivals")
CLOCKS = spec("flow.clocks")
AGEING = spec("flow.ageing")
STEP_TIME = spec("bottlenecks.step_time")
PARTY_TIME = spec("bottlenecks.party_time")
STEP_SPREAD = spec("bottlenecks.step_spread")
BEST_QUARTER = {kind: spec("bottlenecks.best_quarter", kind) for kind in ("kept", "time")}
COMPARE = spec("month_end.compare")
COMING_DAYS = spec("forecast.coming_days")
RECORD = spec("forecast.record")
EFFECTS = spec("what_if.effects")
TURNS = spec("case.turns")

Window = tuple[int, int]  # business days to month end, the first and the last of it


@cache
def stages(bands: tuple[str, ...]) -> Spec:
    """Cases by where they stood, stacked; `bands` are the tones that the legend names."""
    unnamed = spec("flow.flow")
    color = unnamed["encoding"]["color"]
    named = {**color, "legend": {**color["legend"], "values": list(bands)}}
    return {**unnamed, "encoding": {**unnamed["encoding"], "color": named}}


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


__all__ = [
    "AGEING", "ARRIVALS", "ATTAINMENT", "BEST_QUARTER", "CLOCKS", "COMING_DAYS", "COMPARE",
    "EFFECTS", "FEWEST_IN_CELL", "OPEN_CASES", "PARTIES", "PARTS", "PARTY_TIME", "PART_TONES",
    "RECORD", "SCATTER", "STATES", "STEP_SPREAD", "STEP_TIME", "TOKENS", "TREND", "TURNS", "Spec",
    "bind", "heat", "month_flow", "opening_days", "order_queue", "room", "stages",
]  # fmt: skip
