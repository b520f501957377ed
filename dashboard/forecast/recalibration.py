"""Forecasts put right by how earlier ones turned out, as soon as their cases have finished.

Where did the outcomes fall in the distributions that were forecast? If 80 % ranges held 70 % of
them, a range has to be taken from further out. Cases that are still open say "at least so far";
leaving them out would say that everything goes quickly, since the quick ones are known first.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.forecast.scores import LEVELS, MIDDLE
from dashboard.forecast.snapshots import MINUTE_US, NEVER, Flags, Floats, Integers, Snapshots

WINDOW = 600  # the newest cases whose forecasts are looked at
TRUST = 100  # cases: so many weigh as much as the model's own word
GRID: Floats = np.linspace(0, 1, 201)
EVERY_US = 720 * MINUTE_US  # how often what has become known is taken in
LAST = 0.995  # no quantile is taken from further out
TAIL = np.log((1 - LEVELS[MIDDLE]) / (1 - LEVELS[-1]))


def places(minutes: Floats, quantiles: Floats) -> Floats:
    """Where each time falls in its forecast, from 0 to 1."""
    edges = np.column_stack([np.zeros(len(minutes)), quantiles])
    levels = np.append(0.0, LEVELS)
    above = (minutes[:, None] > edges).sum(axis=1)
    low = np.clip(above - 1, 0, len(LEVELS) - 1)[:, None]
    left = np.take_along_axis(edges, low, axis=1)[:, 0]
    right = np.take_along_axis(edges, low + 1, axis=1)[:, 0]
    share = np.divide(minutes - left, right - left, where=right > left, out=np.zeros(len(left)))
    within = levels[low[:, 0]] + np.clip(share, 0, 1) * (levels[1] - levels[0])
    further = np.maximum(minutes - quantiles[:, -1], 0) / _tail(quantiles)
    beyond = 1 - (1 - LEVELS[-1]) * np.exp(-further)
    return np.where(minutes > quantiles[:, -1], beyond, within)


def at_levels(levels: Floats, quantiles: Floats) -> Floats:
    """The forecasts' quantiles at other levels: linear between, exponential beyond the last."""
    levels = np.clip(levels, 0, LAST)
    edges = np.column_stack([np.zeros(len(quantiles)), quantiles])
    grid = np.append(0.0, LEVELS)
    low = np.clip(np.searchsorted(grid, levels, side="right") - 1, 0, len(LEVELS) - 1)
    share = np.clip((levels - grid[low]) / (grid[low + 1] - grid[low]), 0, 1)
    within = edges[:, low] * (1 - share) + edges[:, low + 1] * share
    further = np.log((1 - LEVELS[-1]) / (1 - np.maximum(levels, LEVELS[-1])))
    return within + _tail(quantiles)[:, None] * further


@dataclass(frozen=True, slots=True, eq=False)
class Recalibration:
    """From which level of the model's own forecast each level is to be taken."""

    levels: Floats

    @classmethod
    def none(cls) -> "Recalibration":
        """What leaves forecasts as they are."""
        return cls(LEVELS)

    @classmethod
    def of(cls, placed: Floats, is_finished: Flags, trust: float) -> "Recalibration":
        """By where earlier outcomes fell; those not finished will fall there or beyond.

        For where beyond, the model's own word is taken: evenly. `trust` is the number of
        outcomes that its word weighs as much as for the rest.
        """
        open_at = placed[~is_finished & (placed < 1)][:, None]
        fell = np.searchsorted(np.sort(placed[is_finished]), GRID, side="right").astype(float)
        fell += np.maximum((GRID - open_at) / (1 - open_at), 0).sum(axis=0)
        fell += (~is_finished & (placed >= 1)).sum() * (GRID >= 1)
        shares = (fell + trust * GRID) / (len(placed) + trust)
        return cls(np.interp(LEVELS, shares, GRID))

    def apply(self, ahead: Floats, quantiles: Floats) -> Floats:
        """The forecasts, put right: what is left once the case can go on, in `ahead` minutes."""
        if self.levels is LEVELS:
            return quantiles
        ahead = ahead[:, None]
        return ahead + at_levels(self.levels, quantiles - ahead)


def known_at(instant: int, rows: Snapshots, quantiles: Floats) -> Recalibration:
    """What the forecasts made before `instant` teach then."""
    known = np.flatnonzero(rows.at < instant)
    known = known[np.argsort(rows.at[known], kind="stable")]
    newest = rows.case[known][::-1]
    _, first = np.unique(newest, return_index=True)
    if not len(first):
        return Recalibration.none()
    cases = newest[np.sort(first)[:WINDOW]]
    known = known[np.isin(rows.case[known], cases)]
    past = rows.take(known).known_before(instant)
    trust = TRUST * len(known) / len(cases)
    placed = places(past.after, quantiles[known] - past.ahead[:, None])
    return Recalibration.of(placed, past.is_finished, trust)


def online(rows: Snapshots, quantiles: Floats, since: int = -NEVER) -> Floats:
    """Each forecast made from `since` on, put right by what was known when it was made."""
    found = quantiles.copy()
    later = np.flatnonzero(rows.at >= since)
    for some in _batches(rows.at, later):
        instant = int(rows.at[some].min())
        ahead = rows.ahead[some]
        found[some] = known_at(instant, rows, quantiles).apply(ahead, quantiles[some])
    return found


def _batches(at: Integers, rows: Integers) -> list[Integers]:
    """Rows close in time together, in order."""
    rows = rows[np.argsort(at[rows], kind="stable")]
    turns = np.flatnonzero(np.diff(at[rows] // EVERY_US)) + 1
    return [some for some in np.split(rows, turns) if len(some)]


def _tail(quantiles: Floats) -> Floats:
    """How fast each forecast falls off beyond its last quantile, in minutes."""
    return np.maximum(quantiles[:, -1] - quantiles[:, MIDDLE], 1e-6) / TAIL
