"""The product's log as snapshots: what was known of each case as it went, and what came of it.

A case is looked at whenever it moves and every three business hours between, since forecasts are
made at any time. Every column is known at the instant of its row. Two limits, on purpose: what
was entered late counts from when it happened, since imported cases were all entered late; and
times put right later count as put right. Forecasts stored as they are made have neither.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dashboard.forecast.beyond import Seen
from dashboard.forecast.moves import NONE, PATHS, Moves, read_moves
from dashboard.forecast.snapshots import MINUTE_US, PATH, Flags, Floats, Integers, Snapshots
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store import View
from dashboard.workflows import WORKFLOWS, Field

EVERY_US = 180 * MINUTE_US  # of business time, between two looks at a case that does not move
MOST_LOOKS = 40  # at one state: a case that lies for months is not worth more
# Cases that are learnt from; of more, every second, third … is taken. They cover all seasons.
MOST_CASES = 6000
HOUR_US = 60 * MINUTE_US
NAMES = (
    "group", "step", "elapsed", "in_state", "since_handed", "is_handed", "to_window_end",
    "to_requested", "weekday", "open_minutes_today", "days_to_month_end", "in_progress", "queue",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The states looked at (rows of the moves), and when."""

    row: Integers
    us: Integers
    pos: Integers


def history(view: View, now: datetime) -> tuple[Moves, Snapshots]:
    """All that can be learnt from at `now`."""
    moves = read_moves(view, now)
    return moves, looked_at(moves, view.settings, now)


def looked_at(moves: Moves, settings: Settings, now: datetime) -> Snapshots:
    """Where cases stood whenever somebody could have asked, and what came of it by `now`."""
    every = -(-len(moves.case_ids) // MOST_CASES) or 1
    now_pos = int(settings.calendar.position([to_us(now)])[0])
    asked = _looks(moves, moves.is_active & (moves.case % every == 0), now_pos, settings)
    return _snapshots(moves, asked, settings, now_pos + 1)


def open_now(moves: Moves, settings: Settings, now: datetime) -> Snapshots:
    """Where each open case stands at `now`, in order of case."""
    row = np.flatnonzero(moves.is_open)
    us = np.full(len(row), to_us(now))
    pos = settings.calendar.position(us)
    # a clock that shows a little less than the last entry does not make time run backwards
    asked = Asked(row, us, np.maximum(pos, moves.pos[row]))
    return _snapshots(moves, asked, settings, int(asked.pos.max(initial=0)) + 1)


def window_ends(moves: Moves, row: Integers, settings: Settings) -> tuple[Integers, Integers]:
    """When the window ends that the case still has to wait for, as instant and position.

    -1: there is none, or it is not agreed on yet.
    """
    ends = np.full(len(row), NONE)
    for key, number in PATHS.items():
        for awaiting, window in awaited(key):
            own = moves.group[row] == number * PATH + awaiting
            own &= moves.appointment_us[row] >= 0
            ends[own] = moves.appointment_us[row][own] + window.hours * HOUR_US
    known = ends >= 0
    positions = np.full(len(row), NONE)
    positions[known] = settings.calendar.position(ends[known])
    return ends, positions


def can_go_on(moves: Moves, row: Integers, settings: Settings) -> Integers:
    """From when the case could go on in its step, see `Snapshots.since`."""
    return np.maximum(moves.step_pos[row], window_ends(moves, row, settings)[1])


def seen(moves: Moves, settings: Settings) -> Seen:
    """How long completed cases stood in each step, and what they needed after it."""
    row = np.flatnonzero(moves.is_active & moves.finishes)
    row = row[moves.group[row] != moves.group[row + 1]]  # where a step ends; all of these have one
    lasted = moves.next_pos[row] - can_go_on(moves, row, settings)
    rest = moves.until_pos[row] - moves.next_pos[row]
    return Seen.of(moves.group[row], lasted / MINUTE_US, rest / MINUTE_US)


def awaited(workflow: str) -> list[tuple[int, Field]]:
    """The steps of a path that wait for a window, and the field that agrees on it."""
    steps = WORKFLOWS[workflow].steps
    fields = {step.window.key: step.window for step in steps if step.window}
    return [(step.number, fields[step.not_before]) for step in steps if step.not_before]


def _looks(moves: Moves, wanted: Flags, now_pos: int, settings: Settings) -> Asked:
    """Each wanted state as it begins, and regularly until it ends."""
    row = np.flatnonzero(wanted)
    first = moves.pos[row] // EVERY_US + 1
    last = np.minimum(moves.next_pos[row], now_pos) // EVERY_US
    counts = np.clip(last - first + 1, 0, MOST_LOOKS)
    again = np.repeat(row, counts)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    pos = (np.repeat(first, counts) + nth) * EVERY_US
    us = settings.calendar.instant(pos)
    # many instants have the position at which a day closes: what came later that night is later
    is_there = us < moves.next_us[again]
    every_row = np.concatenate([row, again[is_there]])
    every_us = np.concatenate([moves.us[row], us[is_there]])
    every_pos = np.concatenate([moves.pos[row], pos[is_there]])
    order = np.lexsort((every_pos, every_row))
    return Asked(every_row[order], every_us[order], every_pos[order])


def _snapshots(moves: Moves, asked: Asked, settings: Settings, seen: int) -> Snapshots:
    row = asked.row
    return Snapshots(
        case=moves.case[row],
        group=moves.group[row],
        at=asked.pos,
        since=can_go_on(moves, row, settings),
        began=moves.pos[row],
        moved=moves.next_pos[row],
        until=moves.until_pos[row],
        finishes=moves.finishes[row],
        like=_like(moves, row, settings),
        features=_features(moves, asked, settings),
        names=NAMES,
        seen=seen,
    )


def _features(moves: Moves, asked: Asked, settings: Settings) -> Floats:
    row, us, pos = asked.row, asked.us, asked.pos
    calendar = settings.calendar
    dates = calendar.local_date(us)
    today = calendar.position(np.maximum(calendar.first_instant(dates), 0))
    _, window = window_ends(moves, row, settings)
    handed = moves.handed_pos[row]
    columns = (
        moves.group[row],
        moves.step[row],
        _minutes(pos - moves.opened_pos[row]),
        _minutes(pos - moves.pos[row]),
        np.where(handed >= 0, _minutes(pos - handed), 0),
        handed >= 0,
        np.where(window >= 0, np.maximum(_minutes(window - pos), 0), np.nan),
        np.maximum(_minutes(moves.requested_pos[row] - pos), 0),
        (dates.astype(np.int64) + 3) % 7,  # 1970-01-01 was a Thursday
        _minutes(pos - today),
        calendar.days_to_month_end(dates),
        moves.in_progress(us),
        moves.queues(moves.party[row], us),
    )
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def _like(moves: Moves, row: Integers, settings: Settings) -> Floats:
    """In which respects states are near: one hour to three is as far as three to seven.

    Month-end days are compared with month-end days, a case that was handed over with such cases.
    """
    _, window = window_ends(moves, row, settings)
    pos = moves.pos[row]
    days = settings.calendar.days_to_month_end(settings.calendar.local_date(moves.us[row]))
    first, last = settings.window
    columns = (
        np.log1p(_minutes(pos - moves.opened_pos[row]) / 60),
        2.0 * ((last <= days) & (days <= first)),
        4.0 * (moves.handed_pos[row] >= 0),
        2 * np.log1p(np.maximum(_minutes(window - pos), 0) / 60),
        np.log1p(np.maximum(_minutes(moves.requested_pos[row] - pos), 0) / 60),
    )
    return np.column_stack(columns).astype(np.float64)


def _minutes(us: Integers) -> Floats:
    return us / MINUTE_US
