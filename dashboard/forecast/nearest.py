"""Nearest past cases: "like these 40 cases", which anybody can look up.

A case is compared with past cases in the same step of the same path that came into it under like
circumstances, and of those only with the ones that waited there at least as long as it has.
Those that have not finished count as far as they were watched (Kaplan and Meier).
"""

from dataclasses import dataclass

import numpy as np

from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import Flags, Floats, Integers, Snapshots

AT_ONCE = 256  # rows compared in one go: a table of so many times a step's past


@dataclass(frozen=True, slots=True)
class Nearest:
    """`count` past cases each, out of the newest `most` of each step."""

    count: int = 40
    most: int = 4000
    name: str = "nearest"

    def fit(self, past: Snapshots) -> "FittedNearest":
        """Keep each past stay in a step, by step."""
        states = past.take(past.at == past.began)
        states = states.take(np.argsort(states.at, kind="stable"))
        by_group = {
            int(group): _Stays.of(states.take(np.flatnonzero(states.group == group)[-self.most :]))
            for group in np.unique(states.group)
        }
        everything = _Stays.of(states.take(np.arange(len(states))[-self.most :]))
        return FittedNearest(by_group, everything, self.count)


@dataclass(frozen=True, slots=True, eq=False)
class _Stays:
    """Past stays in one step: how long each lasted, and the whole time to the finish.

    Both count from when the case could go on.
    """

    case: Integers
    like: Floats
    lasted: Floats
    minutes: Floats
    is_finished: Flags

    @classmethod
    def of(cls, rows: Snapshots) -> "_Stays":
        return cls(rows.case, rows.like, rows.lasted, rows.after, rows.is_finished)


@dataclass(frozen=True, slots=True, eq=False)
class FittedNearest:
    """Past stays by step; all of them for a step without a past."""

    by_group: dict[int, _Stays]
    everything: _Stays
    count: int

    def predict(self, rows: Snapshots) -> Floats:
        found = np.empty((len(rows), len(LEVELS)))
        for group in np.unique(rows.group):
            stays = self.by_group.get(int(group), self.everything)
            own = np.flatnonzero(rows.group == group)
            for some in np.array_split(own, -(-len(own) // AT_ONCE)):
                found[some] = self._quantiles(stays, rows.take(some))
        return found

    def neighbours(self, row: Snapshots) -> Integers:
        """The cases that one row is compared with, the nearest first."""
        stays = self.by_group.get(int(row.group[0]), self.everything)
        near, is_like = self._near(stays, row)
        return stays.case[near[0][is_like[0]]]

    def _quantiles(self, stays: _Stays, rows: Snapshots) -> Floats:
        near, is_like = self._near(stays, rows)
        # where nobody waited as long, whoever is nearest stands in, as if just finishing
        is_like[:, 0] |= ~is_like.any(axis=1)
        left = np.maximum(stays.minutes[near] - rows.waited[:, None], 0)
        left = _survival_quantiles(left, stays.is_finished[near], is_like)
        return rows.ahead[:, None] + left

    def _near(self, stays: _Stays, rows: Snapshots) -> tuple[Integers, Flags]:
        """Places of the nearest stays, nearest first, and whether they lasted as long."""
        count = min(self.count, len(stays.case))
        far = np.abs(rows.like[:, None, :] - stays.like[None]).sum(axis=2)
        far[stays.lasted[None] < rows.waited[:, None]] = np.inf
        some = np.argpartition(far, count - 1, axis=1)[:, :count]
        distance = np.take_along_axis(far, some, axis=1)
        # of equals the later stay first, whatever order the partition left
        order = np.lexsort((-some, distance), axis=1)
        near = np.take_along_axis(some, order, axis=1)
        return near, np.isfinite(np.take_along_axis(distance, order, axis=1))


def _survival_quantiles(left: Floats, is_finished: Flags, is_used: Flags) -> Floats:
    """The quantiles of each row's times, some of which are only known to be at least so long."""
    left = np.where(is_used, left, np.inf)
    order = np.lexsort((~is_finished, left), axis=1)
    left = np.take_along_axis(left, order, axis=1)
    used = np.take_along_axis(is_used, order, axis=1)
    ends = np.take_along_axis(is_finished, order, axis=1) & used
    at_risk = used.sum(axis=1)[:, None] - np.arange(left.shape[1])
    alive = np.cumprod(np.where(ends, 1 - 1 / np.maximum(at_risk, 1), 1.0), axis=1)
    before = np.concatenate([np.ones((len(left), 1)), alive[:, :-1]], axis=1)
    middle = 1 - (before + alive) / 2  # each finish stands in the middle of its share
    found = np.empty((len(left), len(LEVELS)))
    for row, places in enumerate(ends):
        if not places.any():
            found[row] = left[row][used[row]].max()
            continue
        found[row] = np.interp(LEVELS, middle[row][places], left[row][places])
    return found
