"""Beyond everything seen: a case older in its step than any that was completed after all.

No model can tell of it by cases like it, since there is none. What is said of it instead is an
extrapolation, and is called so: what has lasted long lasts as long again in half of all cases.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import MINUTE_US, Flags, Floats, Integers, Snapshots

NAME = "extrapolated"  # where other forecasts name their model
AGES: Floats = 1 / (1 - LEVELS) - 1  # at each level, how many times its age a case goes on


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
    """Of completed cases: their longest stay in each step, and what they needed after it."""

    longest: dict[int, float]
    rest: dict[int, Floats]

    @classmethod
    def of(cls, group: Integers, lasted: Floats, rest: Floats) -> "Seen":
        """From stays of cases that were completed afterwards."""
        needed = {int(one): np.quantile(rest[group == one], LEVELS) for one in np.unique(group)}
        return cls(longest(group, lasted), needed)

    def is_beyond(self, rows: Snapshots) -> Flags:
        """Whether each row is older in its step than all completed cases were."""
        return is_beyond(rows, self.longest)

    def minutes(self, rows: Snapshots) -> Floats:
        """The longest stay in each row's step; endless where no completed case was in it."""
        return _of(rows, self.longest)

    def extrapolated(self, rows: Snapshots) -> Floats:
        """What is left of rows that are beyond: of the step by its age, then what others needed."""
        needed = [self.rest[group] for group in rows.group.tolist()]
        return rows.age[:, None] * AGES + np.array(needed).reshape(len(rows), len(LEVELS))


def _of(rows: Snapshots, longest: dict[int, float]) -> Floats:
    return np.array([longest.get(one, np.inf) for one in rows.group.tolist()])
