"""Forecasts that were stored as they were made, judged by what became of their cases since.

Unlike the trial's they have no hindsight at all: what was entered late was not known to them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from dashboard.cases import Draft
from dashboard.forecast.backtest import Issued
from dashboard.forecast.learning import MONTHS, YARDSTICK, Forecaster
from dashboard.forecast.moves import Moves, read_moves
from dashboard.forecast.scores import LEVELS
from dashboard.forecast.snapshots import Flags, Floats, Integers, Snapshots, together
from dashboard.instants import to_us
from dashboard.store import View
from dashboard.workdays import Calendar

STREAM = "forecasts"
DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One row per forecast and case that the log still knows: which move it stood on, and when."""

    us: Integers
    move: Integers
    quantiles: Floats
    plain: Floats


def with_stored(forecaster: Forecaster, view: View, now: datetime) -> Forecaster:
    """The forecaster with what was stored in the last months counted in.

    On a day for which forecasts are stored, they stand in the place of the trial's.
    """
    since = to_us(now) - MONTHS * 31 * DAY_US
    events = [one for one in view.stream(STREAM) if one.data["as_of_us"] >= since]
    if not events:
        return forecaster
    moves, calendar = read_moves(view, now), view.settings.calendar
    stored = _stored(events, moves)
    if not len(stored.us):
        return forecaster
    rows = _rows(stored, moves, calendar, int(calendar.position([to_us(now)])[0]) + 1)
    dates = calendar.local_date(stored.us)
    counted = {forecaster.chosen: stored.quantiles, YARDSTICK.name: stored.plain}
    issued = {
        name: _together(forecaster.issued.get(name), rows, quantiles, dates, calendar)
        for name, quantiles in counted.items()
    }
    return replace(forecaster, issued=forecaster.issued | issued)


def _stored(events: Sequence[Draft], moves: Moves) -> Stored:
    numbers = {case_id: number for number, case_id in moves.case_ids.items()}
    found: list[tuple[int, int, Sequence[int], Sequence[int]]] = []
    for event in events:
        said: Mapping[str, Any] = event.data
        for one in said["cases"]:
            move = _standing(numbers.get(one["case"], 0), said["as_of_us"], moves)
            if move >= 0:
                plain = said["plain"][one["state"]]
                found.append((said["as_of_us"], move, one["minutes"], plain))
    quantiles, plain = (
        np.array([row[place] for row in found], dtype=float).reshape(len(found), len(LEVELS))
        for place in (2, 3)
    )
    us, move = (np.array([row[place] for row in found], dtype=np.int64) for place in (0, 1))
    return Stored(us, move, quantiles, plain)


def _standing(case: int, us: int, moves: Moves) -> int:
    """The move that a case stood on at an instant; -1 if, as is known now, it was not open yet."""
    first, last = np.searchsorted(moves.case, [case, case + 1]).tolist()
    passed = int(np.searchsorted(moves.us[first:last], us, side="right"))
    return first + passed - 1 if passed else -1


def _rows(stored: Stored, moves: Moves, calendar: Calendar, seen: int) -> Snapshots:
    at, move = calendar.position(stored.us), stored.move
    # entered late: it had ended before the forecast was made, which nobody knew
    had_ended = ~moves.is_active[move]
    until = np.where(had_ended, at, np.maximum(moves.until_pos[move], at))
    return Snapshots(
        case=moves.case[move],
        group=moves.group[move],
        at=at,
        since=moves.step_pos[move],
        began=moves.pos[move],
        moved=moves.next_pos[move],
        until=until,
        finishes=np.where(had_ended, moves.is_closed[move], moves.finishes[move]),
        like=np.zeros((len(at), 0)),
        features=np.zeros((len(at), 0)),
        names=(),
        seen=seen,
    )


def _together(
    tried: Issued | None, rows: Snapshots, quantiles: Floats, dates: Any, calendar: Calendar
) -> Issued:
    """The trial's forecasts of other days, and the stored ones."""
    made = np.ones(len(rows), dtype=bool)
    if tried is None:
        return Issued(rows, quantiles, quantiles, made)
    other: Flags = ~np.isin(calendar.local_date(calendar.instant(tried.rows.at)), dates)
    kept = tried.rows.take(other)
    return Issued(
        together([kept.bare(), rows]),
        np.concatenate([tried.own[other], quantiles]),
        np.concatenate([tried.quantiles[other], quantiles]),
        np.concatenate([tried.is_stored[other], made]),
    )
