"""What the simulation knows of the department: all of it read from the log, nothing assumed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.planning.department import DELAY, ORDER, Spells, Stage
from dashboard.planning.desks import DESKS, Desk, count_people, reaction, waits
from dashboard.store import View
from dashboard.workflows import WORKFLOWS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]

MINUTE_US = 60_000_000
MOST_CASES = 2000
LEAST_TIME = timedelta(days=183)
FEWEST_ORDERS = 20
ALIKE = 7  # days that can stand for one another: of the same place in the nearest months
MIDDLE = 5  # further than this from month end, before or after, one day is as another


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One path's completed cases: their ways, limits and times, and their order steps."""

    workflow: str
    ways: Sequence[Sequence[Stage]]
    limits: Floats
    minutes: Floats
    near: Floats  # times of the order step begun in the month-end window, rising
    rest: Floats  # the others', rising
    orders: Floats  # each order step's time …
    ranks: Floats  # … and its rank among those of its part of the month, from 0 to 1

    @property
    def has_both_paces(self) -> bool:
        """Whether there are enough order steps in the window and in the rest of the month."""
        return min(len(self.near), len(self.rest)) >= FEWEST_ORDERS


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The log's business days: where each reaches, its place, its cases, and its like."""

    begins: Floats
    ends: Floats
    places: Integers
    cases: Sequence[Sequence[tuple[float, int, int]]]  # offset, path, way; −1: any way
    alike: Sequence[Integers]

    @property
    def month_ends(self) -> int:
        """How many months' last business days are among them."""
        return int((self.places == 0).sum())

    def spells(self, places: Sequence[int]) -> Spells:
        """The days of these places."""
        own = np.isin(self.places, places)
        pairs = zip(self.begins[own].tolist(), self.ends[own].tolist(), strict=True)
        return Spells(pairs)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The department as the log shows it."""

    paths: Sequence[Path]
    desks: Sequence[Desk]
    days: Days
    window: tuple[int, int]
    newest: int = 0  # only so many cases were taken, the newest; 0: all

    def desk(self, party: str) -> Desk:
        """The party's desk."""
        return next(desk for desk in self.desks if desk.party == party)


def fit(
    view: View,
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    most: int = MOST_CASES,
) -> Plan:
    """The department as it was with the cases opened in [since, until), as known at `now`.

    Arrivals are whole days of the log, both paths together, to be drawn by their place in the
    month. A case goes the way of one that was completed, stage by stage: waiting for the firm, for
    EMS or for an agreed date takes what it took; the order step takes what the case of that rank
    took in the same part of the month; turns of CS, the team leaders and CitrixPortalTech take
    their own work, and longer if all of the party's people are busy, as far as the log shows that
    they do one case after the other (see `desks`).

    What it cannot know, and so leaves as it was: how long others' orders keep the Order Team busy,
    what EMS and CitrixPortalTech's calendar would do with more cases, what people do besides.
    Withdrawn cases are left out, and with them some of the work. Of more than `most` cases the
    newest are taken, at least those of half a year, so that an answer stays a matter of seconds.
    """
    cases, newest, since = _cases(view, now, since, until, most)
    asked = {"now": now, "since": since, "until": until}
    turns, days = (
        _columns(view.run(name, **asked)) for name in ("planning_turns", "planning_days")
    )
    desks, waited, is_near = _desks(turns, view.settings.window)
    ways = _ways(turns, waited, is_near)
    keys = [key for key in WORKFLOWS if key in set(cases["workflow"][cases["is_closed"]])]
    paths, rows = [], {}
    for key in keys:
        path, numbers = _path(key, cases, ways)
        rows.update({number: (len(paths), row) for row, number in enumerate(numbers)})
        paths.append(path)
    return Plan(paths, desks, _days(days, cases, keys, rows), view.settings.window, newest)


def _cases(
    view: View, now: datetime, since: date | None, until: date | None, most: int
) -> tuple[Columns, int, date | None]:
    """The cases that are taken; how many newest ones that are, if not all; and since when."""
    table = view.run("planning_cases", now=now, since=since, until=until)
    if table.num_rows > most:
        dates = sorted(table["opened_date"].to_pylist())
        first = min(dates[-most], dates[-1] - LEAST_TIME)
        if first > dates[0]:
            table = view.run("planning_cases", now=now, since=first, until=until)
            return _columns(table), table.num_rows, first
    return _columns(table), 0, since


def _columns(table: pa.Table) -> Columns:
    """Numpy columns; instants stay integers, an empty place is far from month end."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_integer(column.type):
            column = column.fill_null(MIDDLE + 1)
        columns[name] = column.combine_chunks().to_numpy(zero_copy_only=False)
    return columns


def _desks(
    turns: Columns, window: tuple[int, int]
) -> tuple[list[Desk], Floats, npt.NDArray[np.bool_]]:
    """Each desk as its turns show it; how long each turn waited; which began in the window."""
    first, last = window
    is_near = (turns["place"] >= last) & (turns["place"] <= first)
    waited = np.zeros(len(turns["party"]))
    took = (turns["ended_pos"] - turns["began_pos"]) / MINUTE_US
    _, path = np.unique(turns["workflow"], return_inverse=True)
    like = (path * 100 + turns["step"]) * 2 + is_near
    desks = []
    for party in DESKS:
        own = (turns["party"] == party) & ~turns["is_withdrawn"] & (took > 0)
        own &= ~turns["is_order_step"]
        people = count_people(turns["person"][own], turns["month"][own])
        began, ended = (turns[name][own] / MINUTE_US for name in ("began_pos", "ended_pos"))
        waited[own] = waits(began, ended, people)
        slope, error = reaction(took[own], waited[own], like[own])
        busy = float(np.mean(waited[own] > 0)) if own.any() else 0.0
        desks.append(Desk(party, people, slope, error, int(own.sum()), busy))
    return desks, waited, is_near


def _ways(
    turns: Columns, waited: Floats, is_near: npt.NDArray[np.bool_]
) -> dict[int, list[tuple[Stage, bool]]]:
    """Each completed case's stages in order, and whether it came up in the month-end window."""
    done = np.flatnonzero(turns["is_closed"])
    by_case = done[
        np.lexsort((turns["began_pos"][done], turns["version"][done], turns["case_no"][done]))
    ]
    minutes = (turns["ended_pos"] - turns["began_pos"]) / MINUTE_US
    kinds = np.full(len(minutes), DELAY)
    for number, party in enumerate(DESKS):
        kinds[turns["party"] == party] = number
    kinds[turns["is_order_step"]] = ORDER
    kinds[turns["is_withdrawn"] | (minutes <= 0)] = DELAY
    columns = [turns["case_no"], kinds, minutes, waited, is_near]
    rows = zip(*(column[by_case].tolist() for column in columns), strict=True)
    return {
        number: list(_merged([row[1:] for row in own]))
        for number, own in groupby(rows, key=lambda row: row[0])
    }


def _merged(
    rows: Sequence[tuple[int, float, float, bool]],
) -> Iterator[tuple[Stage, bool]]:
    """Plain time in one piece, the order step too; turns at desks one by one."""
    for (kind, _), own in groupby(enumerate(rows), key=lambda row: _piece(*row)):
        piece = [row for _, row in own]
        minutes = sum(minutes for _, minutes, _, _ in piece)
        yield Stage(kind, minutes, piece[0][2]), piece[0][3]


def _piece(number: int, row: tuple[int, float, float, bool]) -> tuple[int, int]:
    return row[0], number if row[0] >= 0 else -1


def _path(
    key: str, cases: Columns, ways: dict[int, list[tuple[Stage, bool]]]
) -> tuple[Path, list[int]]:
    """The path's completed cases, and their numbers."""
    own = cases["is_closed"] & (cases["workflow"] == key)
    numbers = cases["case_no"][own].tolist()
    listed = [ways.get(number, []) for number in numbers]
    found = [(stage.minutes, near) for way in listed for stage, near in way if stage.kind == ORDER]
    orders = np.array([minutes for minutes, _ in found])
    is_near = np.array([near for _, near in found], dtype=bool)
    ranks = np.zeros(len(orders))
    for part in (is_near, ~is_near):
        ranks[part] = (np.argsort(np.argsort(orders[part], kind="stable")) + 0.5) / part.sum()
    path = Path(
        key, list(_numbered(listed)), cases["limit_us"][own] / MINUTE_US,
        cases["business_us"][own] / MINUTE_US, np.sort(orders[is_near]), np.sort(orders[~is_near]),
        orders, ranks,
    )  # fmt: skip
    return path, numbers


def _numbered(ways: Sequence[Sequence[tuple[Stage, bool]]]) -> Iterator[list[Stage]]:
    """The ways, in which an order step's time has become its number among all of them."""
    number = 0
    for way in ways:
        stages = []
        for stage, _ in way:
            if stage.kind == ORDER:
                stage, number = Stage(ORDER, number), number + 1
            stages.append(stage)
        yield stages


def _days(
    days: Columns, cases: Columns, keys: Sequence[str], rows: dict[int, tuple[int, int]]
) -> Days:
    """The days, with the cases that came in on each."""
    first_pos, until_pos = days["first_pos"], days["until_pos"]
    zero = first_pos[0] if len(first_pos) else 0
    held: list[list[tuple[float, int, int]]] = [[] for _ in first_pos]
    at = np.searchsorted(first_pos, cases["opened_pos"], side="right") - 1
    for number, key, day, pos in zip(
        cases["case_no"].tolist(), cases["workflow"], at.tolist(), cases["opened_pos"].tolist(),
        strict=True,
    ):  # fmt: skip
        if key in keys and day >= 0 and pos < until_pos[day]:
            path, way = rows.get(number, (keys.index(key), -1))
            held[day].append(((pos - first_pos[day]) / MINUTE_US, path, way))
    places = days["place"].astype(np.int64)
    return Days(
        (first_pos - zero) / MINUTE_US, (until_pos - zero) / MINUTE_US, places, held,
        _alike(places),
    )  # fmt: skip


def _alike(places: Integers) -> list[Integers]:
    """Of each day those that could have come in its stead: the same part of the month, near by."""
    parts = np.where(np.abs(places) <= MIDDLE, places, MIDDLE + 1)
    alike = []
    for number, part in enumerate(parts.tolist()):
        same = np.flatnonzero(parts == part)
        nearest = np.argsort(np.abs(same - number), kind="stable")[:ALIKE]
        alike.append(same[nearest])
    return alike
