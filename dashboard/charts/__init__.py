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

COMING_DAYS = spec("forecast.coming_days")
RECORD = spec("forecast.record")
EFFECTS = spec("what_if.effects")
TURNS = spec("case.turns")

__all__ = [ "COMING_DAYS",
    "EFFECTS", "FEWEST_IN_CELL", "PARTIES", "PARTS", "PART_TONES",
    "RECORD", "STATES", "TOKENS", "TURNS", "Spec",
    "bind", "room", "spec",
]  # fmt: skip
