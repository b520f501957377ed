"""State and risk as one picture: what lists are sorted by and what their marks are coloured by.

Pages, mails and files ask here and nowhere else, so that no case reads as good news in one column
and as bad news in the next.
"""

from typing import NamedTuple

import pyarrow as pa

from dashboard.formats import CALLED, MARKS

LIKELY = 0.5  # a chance from which a miss is more likely than not
AHEAD = 0.999  # what is not late yet comes after all that is, however sure a miss may be
TONES = ("on time", "at risk", "late")
DELIVERED = "delivered"  # all but the customer's own last step is done: nothing of it can be missed
COLUMN = "outlook"


class Outlook(NamedTuple):
    """How bad it looks, from 0 to 1 (late), and its tone: one of TONES, or DELIVERED."""

    value: float
    tone: str


def outlook(timing: str, p_miss_limit: float | None = None) -> Outlook:
    """Of a case in a state with a chance of missing its limit, if that is known.

    Never better than either of the two: over the target is at risk whatever is forecast, and so is
    a case on time that will more likely than not miss its limit.
    """
    if timing == TONES[2]:
        return Outlook(1.0, TONES[2])
    if timing == DELIVERED:
        return Outlook(0.0, DELIVERED)
    least = LIKELY if timing == TONES[1] else 0.0
    value = min(max(p_miss_limit or 0.0, least), AHEAD)
    return Outlook(value, TONES[1] if value >= LIKELY else TONES[0])


def marked(timing: str, p_miss_limit: float | None = None) -> str:
    """A state in a table: its word, and the mark of what it looks like."""
    return f"{MARKS[outlook(timing, p_miss_limit).tone]} {CALLED.get(timing, timing)}"


def with_outlook(cases: pa.Table) -> pa.Table:
    """A table of cases with timing and p_miss_limit, with the value of each as a column."""
    told = zip(cases["timing"].to_pylist(), cases["p_miss_limit"].to_pylist(), strict=True)
    values = [outlook(timing, chance).value for timing, chance in told]
    return cases.append_column(COLUMN, pa.array(values, pa.float64()))
