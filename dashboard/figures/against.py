"""The newest month against the one before: what the paths' mix leaves, against what is usual.

Shares and times of unlike paths move with how many cases each has, and cases of one day share its
luck. So each month is one number, its paths weighed as in the last twelve months, and a change is
told only if it stands out among the department's own changes from month to month.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dashboard.figures.figure import Scope
from dashboard.figures.students import t_975
from dashboard.formats import short_month
from dashboard.workflows import WORKFLOWS

FEWEST_EARLIER = 8  # months before the newest, below which there is no verdict
MIX_MONTHS = 12

Months = Mapping[str, Mapping[date, tuple[int, float]]]  # by path and month: cases, and a measure


class Change(NamedTuple):
    """How the newest month differs from the one before, for one mix of paths."""

    by: float
    earlier: int  # months that it is judged by, before the newest
    is_told: bool
    left_out: tuple[str, ...]  # paths without a case in one of both months


def change(paths: Months, months: Sequence[date]) -> Change | None:
    """The last of these months against the one before; None without a path that both have."""
    known = [month for month in months if any(month in of for of in paths.values())]
    if len(months) < 2 or list(months[-2:]) != known[-2:]:
        return None
    mix = {
        path: sum(n for month, (n, _) in of.items() if month in months[-MIX_MONTHS:])
        for path, of in paths.items()
    }
    moves = [_moved(paths, mix, *pair) for pair in pairwise(known)]
    if moves[-1] is None:
        return None
    usual, last = [move for move in moves[:-1] if move is not None], moves[-1]
    left_out = tuple(
        path for path in paths if mix[path] and not all(m in paths[path] for m in months[-2:])
    )
    earlier = len(known) - 1
    is_told = earlier >= FEWEST_EARLIER and _stands_out(last, usual)
    return Change(last.by, earlier, is_told, left_out)


class _Move(NamedTuple):
    by: float
    scarce: float  # the fewer cases in the two months, the more: what chance grows with


def _moved(paths: Months, mix: Mapping[str, int], before: date, after: date) -> _Move | None:
    """From one month to another, the paths weighed as in the mix; those that lack one left out."""
    both = [path for path, of in paths.items() if before in of and after in of and mix[path]]
    weight = sum(mix[path] for path in both)
    if not weight:
        return None
    by = sum(mix[p] * (paths[p][after][1] - paths[p][before][1]) for p in both) / weight
    scarce = sum(
        (mix[p] / weight) ** 2 * (1 / paths[p][before][0] + 1 / paths[p][after][0]) for p in both
    )
    return _Move(by, scarce)


def _stands_out(last: _Move, usual: Sequence[_Move]) -> bool:
    """Whether a change is larger than chance makes of changes as large as the earlier ones.

    Of fewer cases than these it has to be larger by as much as chance is; of more, no smaller.
    """
    if len(usual) < FEWEST_EARLIER - 1:
        return False
    spread = float(np.sqrt(np.mean([move.by**2 for move in usual])))
    scarce = max(1.0, last.scarce / float(np.mean([move.scarce for move in usual]))) ** 0.5
    return bool(abs(last.by) > t_975(len(usual)) * spread * scarce + 1e-12)


def shares(scope: Scope, name: str) -> Months:
    """A count of `attainment` as a share, by path and month, up to the end of the period."""
    return {
        path: {
            row["month"]: (row["n"], row[name] / row["n"])
            for row in scope.narrowed(workflow=path, since=None).run("attainment").to_pylist()
            if row["n"]
        }
        for path in _paths(scope)
    }


def times(scope: Scope, name: str) -> Months:
    """A percentile of `cycle_percentiles`, likewise."""
    rows = scope.narrowed(since=None).run("cycle_percentiles", split="path").to_pylist()
    return {
        path: {row["period"]: (row["n"], row[name]) for row in rows if row["workflow"] == path}
        for path in _paths(scope)
    }


def _paths(scope: Scope) -> list[str]:
    chosen = scope.filters.get("workflow")
    return [path for path in WORKFLOWS if chosen in (None, path)]


def months(paths: Months, last: date) -> list[date]:
    """The calendar months from the first that is known up to that one."""
    found = [min((month for of in paths.values() for month in of), default=last)]
    while found[-1] < last:
        found.append((found[-1] + timedelta(32)).replace(day=1))
    return found


def beside(paths: Months, last: date, told: Callable[[float], str]) -> str:
    """The newest month and the one before, path by path, and how they are compared."""
    before = (last - timedelta(1)).replace(day=1)
    earlier = short_month(before)
    parts = [
        f"{WORKFLOWS[path].short} {_side(of, last, told)} ({earlier}: {_side(of, before, told)})"
        for path, of in paths.items()
        if last in of or before in of
    ]
    text = f"By path: {'; '.join(parts)}."
    if left_out := [path for path, of in paths.items() if (last in of) != (before in of)]:
        text += f" Not compared, as one month has no case: {names(left_out)}."
    return (
        f"{text} An arrow is drawn if the change, with the paths mixed as in the last {MIX_MONTHS} "
        f"months, stands out among those of at least {FEWEST_EARLIER} months before."
    )


def _side(of: Mapping[date, tuple[int, float]], month: date, told: Callable[[float], str]) -> str:
    return f"{told(of[month][1])} of {of[month][0]:,}" if month in of else "no case"


def names(paths: Sequence[str]) -> str:
    """Paths in a sentence."""
    return " and ".join(WORKFLOWS[path].short for path in paths)
