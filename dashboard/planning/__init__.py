"""What if: a simulated department, fitted to the log, lives through a change. Not a forecast.

`fit` reads the log, `check` says whether the simulation reproduces it, `answer` compares the
department as it is with the changed one. A path that is not reproduced gets no answer.
"""

from dashboard.planning.answers import (
    CLOSE_ENOUGH,
    LEAST_FINISHED,
    LEAST_MONTH_ENDS,
    LEVEL,
    MEASURES,
    QUESTIONS,
    Asked,
    Question,
    answer,
    ask,
    check,
)
from dashboard.planning.department import Change
from dashboard.planning.desks import DESKS, FEWEST_TURNS, Desk
from dashboard.planning.plan import Plan, fit

__all__ = [
    "CLOSE_ENOUGH", "DESKS", "FEWEST_TURNS", "LEAST_FINISHED", "LEAST_MONTH_ENDS", "LEVEL",
    "MEASURES", "QUESTIONS", "Asked", "Change", "Desk", "Plan", "Question", "answer", "ask",
    "check", "fit",
]  # fmt: skip
