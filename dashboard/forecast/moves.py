"""The ways of all cases, as columns: which state each was in, from when until when.

Everything is derived from rows that stood in the log by then; nothing looks ahead.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from dashboard.forecast.snapshots import NEVER, PATH, Flags, Floats, Integers
from dashboard.store import View
from dashboard.workflows import WORKFLOWS

PATHS = {key: number for number, key in enumerate(WORKFLOWS)}
NONE = -1  # where the log says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """One row per state that a case was in, in order; instants also as positions (`…_pos`)."""

    case_ids: dict[int, str]  # by number
    case: Integers
    group: Integers  # path and due step, see `snapshots.PATH`
    party: Integers
    is_active: Flags  # neither withdrawn nor closed
    is_closed: Flags
    us: Integers
    pos: Integers
    next_us: Integers
    next_pos: Integers
    until_pos: Integers  # when it was closed or withdrawn after that
    finishes: Flags
    opened_pos: Integers
    handed_pos: Integers
    appointment_us: Integers
    requested_pos: Integers

    def __len__(self) -> int:
        return len(self.case)

    @property
    def step(self) -> Integers:
        """The step that was due."""
        return self.group % PATH

    @property
    def step_pos(self) -> Integers:
        """When the step that was due became so."""
        if not len(self):
            return self.pos
        is_same = (self.case[1:] == self.case[:-1]) & (self.group[1:] == self.group[:-1])
        begins = np.where(np.append(False, is_same), 0, np.arange(len(self)))
        return self.pos[np.maximum.accumulate(begins)]

    @property
    def is_open(self) -> Flags:
        """Whether the state is one that an open case is in now."""
        return self.is_active & (self.next_us == NEVER)

    def finished_cases(self) -> dict[str, int]:
        """How many cases of each path are completed, as they stand now."""
        paths = self.group[self.is_closed & (self.next_us == NEVER)] // PATH
        return {key: int((paths == number).sum()) for key, number in PATHS.items()}

    def queues(self, party: Integers, us: Integers) -> Floats:
        """How many cases were with each party at each instant."""
        found = np.zeros(len(us))
        for one in np.unique(party):
            own = self.is_active & (self.party == one)
            rows = party == one
            began, ended = np.sort(self.us[own]), np.sort(self.next_us[own])
            found[rows] = _passed(began, us[rows]) - _passed(ended, us[rows])
        return found

    def in_progress(self, us: Integers) -> Floats:
        """How many cases were open at each instant."""
        began, ended = self.us[self.is_active], self.next_us[self.is_active]
        return (_passed(np.sort(began), us) - _passed(np.sort(ended), us)).astype(float)


def read_moves(view: View, now: datetime, *, only_open: bool = False) -> Moves:
    """What `view` knows of all cases until `now`; or of those open now, which is much less."""
    return moves_of(view.run("forecast_moves", now=now, only_open=only_open))


def moves_of(table: pa.Table) -> Moves:
    """The ways that the rows of `forecast_moves` tell of."""
    case = _integers(table, "case_no")
    is_last = np.append(case[1:] != case[:-1], True) if len(case) else np.zeros(0, dtype=bool)
    due, last = _integers(table, "due"), _integers(table, "last_step")
    is_closed = due > last
    withdrawn = table["is_withdrawn"].to_numpy().astype(bool)
    us, pos = _integers(table, "us"), _integers(table, "pos")
    ends = _next_end(case, is_closed | withdrawn)
    has_end = ends < len(case)
    at_end = np.where(has_end, ends, 0)
    return Moves(
        case_ids=_case_ids(table, case, is_last),
        case=case,
        group=_paths(table) * PATH + due,
        party=_parties(table),
        is_active=~is_closed & ~withdrawn,
        is_closed=is_closed,
        us=us,
        pos=pos,
        next_us=np.where(is_last, NEVER, np.roll(us, -1)),
        next_pos=np.where(is_last, NEVER, np.roll(pos, -1)),
        until_pos=np.where(has_end, pos[at_end], NEVER) if len(case) else pos,
        finishes=has_end & is_closed[at_end] if len(case) else is_closed,
        opened_pos=_integers(table, "opened_pos"),
        handed_pos=_integers(table, "handed_pos"),
        appointment_us=_integers(table, "appointment_us"),
        requested_pos=_integers(table, "requested_pos"),
    )


def _next_end(case: Integers, is_end: Flags) -> Integers:
    """The row of the same case, later than each row, in which it ends; else the number of rows."""
    rows = len(case)
    ends = np.append(np.flatnonzero(is_end), rows)
    found = ends[np.searchsorted(ends, np.arange(rows), side="right").clip(max=len(ends) - 1)]
    same = found < rows
    same[same] = case[found[same]] == case[same]
    return np.where(same, found, rows)


def _integers(table: pa.Table, name: str) -> Integers:
    return table[name].cast(pa.int64()).fill_null(NONE).to_numpy().astype(np.int64)


def _paths(table: pa.Table) -> Integers:
    encoded = table["workflow"].combine_chunks().dictionary_encode()
    numbers = np.array([PATHS[key] for key in encoded.dictionary.to_pylist()], dtype=np.int64)
    return numbers[encoded.indices.to_numpy()] if len(table) else np.zeros(0, dtype=np.int64)


def _parties(table: pa.Table) -> Integers:
    """A number for each party, the same in every log; -1 for a case that waits for none."""
    known = sorted({step.party for workflow in WORKFLOWS.values() for step in workflow.steps})
    encoded = table["party"].combine_chunks().dictionary_encode()
    numbers = [known.index(party) for party in encoded.dictionary.to_pylist()]
    places = encoded.indices.fill_null(len(numbers)).to_numpy()
    return np.array([*numbers, NONE], dtype=np.int64)[places]


def _case_ids(table: pa.Table, case: Integers, is_last: Flags) -> dict[int, str]:
    ids = table["case_id"].take(pa.array(np.flatnonzero(is_last))).to_pylist()
    return dict(zip(case[is_last].tolist(), ids, strict=True))


def _passed(instants: Integers, us: Integers) -> Integers:
    return np.searchsorted(instants, us, side="right")
