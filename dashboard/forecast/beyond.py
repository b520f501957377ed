"""Beyond everything seen: a case older in its step than any that was completed after all.

No model can tell of it by cases like it, since there is none. What is said of it instead is an
extrapolation, and is called so: the longest stays of its step tail off at some rate, and it goes on
as if they went on so beyond the longest.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import MINUTE_US, Flags, Floats, Integers, Snapshots

NAME = "extrapolated"  # where other forecasts name their model
FEWEST = 5  # long stays, from which a rate is read
FLATTEST, STEEPEST = 1.0, 5.0  # exponents; with few, what lasts is as likely as not to last twice


def longest(group: Integers, lasted: Floats) -> dict[int, float]:
    """The longest of some stays in each step."""
    order = np.lexsort((lasted, group))
    return dict(zip(group[order].tolist(), lasted[order].tolist(), strict=True))


def is_beyond(rows: Snapshots, longest: dict[int, float]) -> Flags:
    """Whether each row is older in its step than the longest of all stays in it."""
    return rows.age > _of(rows, longest)


def is_beyond_past(rows: Snapshots, past: Snapshots) -> Flags:
    """The same, by what is known of a past."""
    stays = past.take(past.is_finished)
    return is_beyond(rows, longest(stays.group, (stays.moved - stays.since) / MINUTE_US))


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Of completed cases: their longest stay in each step, how the long ones tail off, the rest."""

    longest: dict[int, float]
    tail: dict[int, float]
    rest: dict[int, Floats]

    @classmethod
    def of(cls, group: Integers, lasted: Floats, rest: Floats) -> "Seen":
        """From stays of cases that were completed afterwards."""
        groups = [int(one) for one in np.unique(group)]
        tail = {one: _exponent(lasted[group == one]) for one in groups}
        needed = {one: np.quantile(rest[group == one], LEVELS) for one in groups}
        return cls(longest(group, lasted), tail, needed)

    def is_beyond(self, rows: Snapshots) -> Flags:
        """Whether each row is older in its step than all completed cases were."""
        return is_beyond(rows, self.longest)

    def minutes(self, rows: Snapshots) -> Floats:
        """The longest stay in each row's step; endless where no completed case was in it."""
        return _of(rows, self.longest)

    def extrapolated(self, rows: Snapshots) -> Floats:
        """What is left of rows that are beyond: of the step by its age, then what others needed."""
        groups = rows.group.tolist()
        needed = np.array([self.rest[group] for group in groups]).reshape(len(rows), len(LEVELS))
        exponents = np.array([self.tail[group] for group in groups])[:, None]
        return rows.age[:, None] * ((1 - LEVELS) ** (-1 / exponents) - 1) + needed


def _exponent(lasted: Floats) -> float:
    """The exponent of the Pareto distribution that the longest fifth follows (Hill's estimate)."""
    falling = np.sort(lasted)[::-1]
    count = len(falling) // 5
    if count < FEWEST or falling[count] <= 0:
        return FLATTEST
    mean = float(np.log(falling[:count] / falling[count]).mean())
    return float(np.clip(1 / max(mean, 1e-9), FLATTEST, STEEPEST))


def _of(rows: Snapshots, longest: dict[int, float]) -> Floats:
    return np.array([longest.get(one, np.inf) for one in rows.group.tolist()])
