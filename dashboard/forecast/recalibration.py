"""Forecasts put right by how earlier ones turned out, as soon as their cases have finished.

Where did the outcomes fall in the distributions that were forecast? If 80 % ranges held 70 % of
them, a range has to be taken from further out. Cases that are still open say "at least so far";
leaving them out would say that everything goes quickly, since the quick ones are known first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.forecast.scores import LEVELS, MIDDLE, SURE, gain
from dashboard.forecast.snapshots import MINUTE_US, Flags, Floats, Integers, Snapshots

GRID: Floats = np.linspace(0, 1, 201)
JUDGED = 150  # the newest cases that say which memory has served best
USUAL_ROWS = 50  # of a case
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


@dataclass(frozen=True, slots=True)
class Memory:
    """How much is remembered: the newest `cases` cases; `trust` of them weigh as the model does."""

    cases: int
    trust: int


NONE = Memory(0, 0)
LONG = Memory(600, 50)
SHORT = Memory(100, 20)  # forgets a month that was not like the others six times as fast
MEMORIES = (LONG, SHORT, NONE)  # the first is used unless another beats it for sure


def known_at(instant: int, rows: Snapshots, quantiles: Floats, memory: Memory) -> Recalibration:
    """What the forecasts made before `instant` teach then."""
    known, cases = _newest(instant, rows, memory.cases)
    if not cases:
        return Recalibration.none()
    past = rows.take(known).known_before(instant)
    trust = memory.trust * len(known) / cases
    placed = places(past.after, quantiles[known] - past.ahead[:, None])
    return Recalibration.of(placed, past.is_finished, trust)


def online(rows: Snapshots, quantiles: Floats) -> Floats:
    """Each forecast put right by what was known when it was made, and how much of that helped.

    Whether anything is put right, and by a long memory or a short one, is tried like models are:
    the long one is used unless another was better for the newest cases by more than chance.
    """
    rows, batches = rows.bare(), _batches(rows.at)
    tried = [_remembered(rows, quantiles, memory, batches) for memory in MEMORIES]
    found = quantiles.copy()
    for some in batches:
        found[some] = tried[best_at(int(rows.at[some].min()), rows, tried)][some]
    return found


def learnt_at(instant: int, rows: Snapshots, quantiles: Floats) -> Recalibration:
    """What is to be used from `instant` on, after these forecasts of one model."""
    rows, batches = rows.bare(), _batches(rows.at)
    tried = [_remembered(rows, quantiles, memory, batches) for memory in MEMORIES]
    return known_at(instant, rows, quantiles, MEMORIES[best_at(instant, rows, tried)])


def best_at(instant: int, rows: Snapshots, tried: Sequence[Floats]) -> int:
    """The place of what was best for the newest cases; the first, unless another was for sure."""
    known, _ = _newest(instant, rows, JUDGED)
    past = rows.take(known).known_before(instant)
    if not past.is_finished.any():
        return 0
    gains = [gain(past, one[known], tried[0][known]) for one in tried]
    sure = [mean if mean > SURE * error else 0.0 for mean, error in gains]
    return int(np.argmax(sure))


def _remembered(
    rows: Snapshots, quantiles: Floats, memory: Memory, batches: Sequence[Integers]
) -> Floats:
    """Each forecast put right by what was known when it was made and is remembered."""
    found = quantiles.copy()
    for some in batches if memory.cases else ():
        put_right = known_at(int(rows.at[some].min()), rows, quantiles, memory)
        found[some] = put_right.apply(rows.ahead[some], quantiles[some])
    return found


def _newest(instant: int, rows: Snapshots, most: int) -> tuple[Integers, int]:
    """The rows before an instant of the newest cases, by time, and how many these are."""
    order = np.argsort(rows.at, kind="stable")
    known = order[: np.searchsorted(rows.at[order], instant)]
    newest = rows.case[known][::-1]
    first: Integers = np.zeros(0, dtype=np.int64)
    for some in (newest[: USUAL_ROWS * most], newest):  # the first hold them, but for odd logs
        _, first = np.unique(some, return_index=True)
        if len(first) >= most:
            break
    cases = newest[np.sort(first)[:most]]
    return known[np.isin(rows.case[known], cases)], len(cases)


def _batches(at: Integers) -> list[Integers]:
    """Rows close in time together, in order."""
    rows = np.argsort(at, kind="stable")
    turns = np.flatnonzero(np.diff(at[rows] // EVERY_US)) + 1
    return [some for some in np.split(rows, turns) if len(some)]


def _tail(quantiles: Floats) -> Floats:
    """How fast each forecast falls off beyond its last quantile, in minutes."""
    return np.maximum(quantiles[:, -1] - quantiles[:, MIDDLE], 1e-6) / TAIL
