"""Made-up departments in which team leaders do one case after the other, and their changed twins.

The twin has the same chance in it: the same cases with the same work. Only the change differs, so
that the difference between the two is the true effect.
"""

import heapq
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dashboard.instants import to_us
from dashboard.planning import Change
from dashboard.settings import BUSINESS_DAY_US
from dashboard.store import View
from dashboard.store.database import fill
from dashboard.store.log import Head
from dashboard.store.model import Model
from dashboard.workflows import WORKFLOWS, Party
from tests.builders import SETTINGS
from tests.simulated import (
    LAST_THREE,
    LIMIT_US,
    ORDER_STEP,
    Integers,
    Path,
    case_rows,
    step_rows,
    turn_rows,
)

SINCE = datetime(2026, 1, 5, 14, 0, tzinfo=UTC)
UNTIL = datetime(2026, 9, 30, 14, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
LEADERS = ("A. Ames", "B. Bell", "C. Cole", "D. Dunn")  # the last one comes to help
OTHERS = {"CS representative": 6, "CitrixPortalTech": 3}
MINUTE = 60_000_000
LEADER_WORK, OTHER_WORK, ORDER_WORK = (50.0, 0.5), (90.0, 0.7), (240.0, 0.9)
SLOW, BUSY = 2.5, 1.6  # the order step in the last three days; arrivals in the last four
LOCAL = 0.6


class Made:
    """A department's log, by default one in which nothing is changed.

    `alone` says whether a team leader does one case after the other; otherwise all at once.
    """

    def __init__(
        self, seed: int, cases: int = 1200, change: Change | None = None, *, alone: bool = True
    ) -> None:
        self.change = change or Change()
        self._alone = alone
        self._rng = np.random.default_rng([seed, 1])
        opened, is_local = _arrivals(seed, cases, self.change.more_cases)
        self._opened, self._is_local = opened, is_local
        self._noise = _noise(seed, cases, len(opened) - cases)
        self._current = np.zeros((len(opened), 12), dtype=np.int64)
        self._done = np.zeros((len(opened), 12), dtype=np.int64)
        self._leader = np.zeros((len(opened), 12), dtype=np.int64)
        self._live()

    def _live(self) -> None:
        """All steps of all cases, in the order in which they come up."""
        order = count()
        queue = [(int(at), next(order), case, 2) for case, at in enumerate(self._opened)]
        heapq.heapify(queue)
        free = [0] * len(LEADERS)
        while queue:
            at, _, case, step = heapq.heappop(queue)
            workflow = self._workflow(case)
            party = WORKFLOWS[workflow].step(step).party
            took, starts = self._took(case, step, party), at
            if party is Party.TL and self._alone:
                leader, starts = self._served(free, at)
                free[leader] = starts + took
                self._leader[case, step] = leader
            if step == ORDER_STEP[workflow] and self._is_slow(at):
                took = int(took * SLOW)
            self._current[case, step], self._done[case, step] = at, starts + took
            if step < WORKFLOWS[workflow].last:
                heapq.heappush(queue, (starts + took, next(order), case, step + 1))

    def _took(self, case: int, step: int, party: Party) -> int:
        is_order = step == ORDER_STEP[self._workflow(case)]
        usual, spread = ORDER_WORK if is_order else OTHER_WORK
        if party is Party.TL:
            usual, spread = LEADER_WORK
        return int(usual * np.exp(spread * self._noise[case, step]) * MINUTE)

    def _served(self, free: list[int], at: int) -> tuple[int, int]:
        """Which team leader takes the case first, and when; the helper only on her days."""
        usual = len(LEADERS) - 1
        leader = min(range(usual), key=lambda number: (max(free[number], at), number))
        starts = max(free[leader], at)
        if self.change.people:
            helped = self._next_helped(max(free[usual], at))
            if helped < starts:
                return usual, helped
        return leader, starts

    def _next_helped(self, at: int) -> int:
        row = int(np.searchsorted(_DAYS, at, side="right")) - 1
        if _PLACES[row] in self.change.places:
            return at
        later = np.flatnonzero(np.isin(_PLACES[row:], self.change.places))
        return int(_DAYS[row + later[0]])

    def _is_slow(self, at: int) -> bool:
        row = int(np.searchsorted(_DAYS, at, side="right")) - 1
        return bool(_PLACES[row] in LAST_THREE) and not self.change.order_at_rest

    def _workflow(self, case: int) -> str:
        return "local" if self._is_local[case] else "virtual_office"

    def paths(self) -> Iterator[Path]:
        """As tests.simulated has them."""
        for workflow, own in (("local", self._is_local), ("virtual_office", ~self._is_local)):
            steps = range(2, WORKFLOWS[workflow].last + 1)
            none = np.zeros(int(own.sum()), dtype=np.int64)
            current, done = ([times[own, step] for step in steps]
                             for times in (self._current, self._done))  # fmt: skip
            yield Path(workflow, current, done, none, none.astype(bool))

    def into(self, model: Model) -> View:
        """A view of the model that holds these cases and no others."""
        parts: dict[str, list[pa.Table]] = {"cases": [], "steps": [], "turns": []}
        number = 1
        for path, own in zip(self.paths(), (self._is_local, ~self._is_local), strict=True):
            numbers = np.arange(number, number + len(path.opened), dtype=np.int64)
            number += len(numbers)
            parts["cases"].append(pa.table(case_rows(path, numbers)))
            for step, (current, done) in enumerate(zip(path.current, path.done, strict=True), 2):
                rows = step_rows(path, step, numbers, current, done)
                parts["turns"].append(pa.table(turn_rows(rows)))
                who = self._who(path.workflow, step, self._leader[own, step])
                parts["steps"].append(pa.table(rows | {"done_by": who}))
        for name, tables in parts.items():
            fill(model._writer, name, pa.concat_tables(tables))
        model.position += 1  # tables that the model kept are of another log
        return View(model, Head.empty())

    def _who(self, workflow: str, step: int, leaders: Integers) -> list[str]:
        party = str(WORKFLOWS[workflow].step(step).party)
        if party != Party.TL:
            numbers = self._rng.integers(0, OTHERS.get(party, 1), len(leaders))
            return [f"{party} {number}" for number in numbers]
        if self._alone:
            return [LEADERS[number] for number in leaders]
        return [LEADERS[number] for number in self._rng.integers(0, 3, len(leaders))]

    def measures(self) -> dict[tuple[str, str], float]:
        """What answers speak of, by path and measure."""
        found = {}
        for path in self.paths():
            us = path.closed - path.opened
            p50, p85 = np.quantile(us / MINUTE, [0.5, 0.85])
            values: dict[str, Any] = {
                "within_limit": np.mean(us <= LIMIT_US), "mean_minutes": np.mean(us) / MINUTE,
                "p50_minutes": p50, "p85_minutes": p85,
            }  # fmt: skip
            found |= {(path.workflow, name): float(value) for name, value in values.items()}
        return found


def truth(
    seed: int, change: Change, cases: int = 1200, **how: bool
) -> dict[tuple[str, str], float]:
    """What the change really did to these cases."""
    before, after = (Made(seed, cases, one, **how).measures() for one in (None, change))
    return {key: after[key] - before[key] for key in before}


def held(table: pa.Table, really: dict[tuple[str, str], float]) -> dict[tuple[str, str], bool]:
    """Of each path and measure that was answered, whether the interval holds the true effect."""
    return {
        (row["workflow"], row["measure"]): row["low"] <= really[name] <= row["high"]
        for row in table.to_pylist()
        for name in [(row["workflow"], row["measure"])]
    }


def _arrivals(seed: int, cases: int, more: float) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Positions of opening and whether each is local; what comes on top comes last."""
    first, last = (int(SETTINGS.calendar.position([to_us(at)])[0]) for at in (SINCE, UNTIL))
    days = np.flatnonzero((first <= _DAYS) & (last > _DAYS))
    weights = np.where(np.isin(_PLACES[days], (0, 1, 2, 3)), BUSY, 1.0)
    opened, local = [], []
    for stream, n in ((2, cases), (3, round(cases * more))):
        rng = np.random.default_rng([seed, stream])
        chosen = rng.choice(days, n, p=weights / weights.sum())
        offset = rng.integers(0, BUSINESS_DAY_US, n)
        opened.append(_DAYS[chosen] + offset)
        local.append(rng.random(n) < LOCAL)
    return np.concatenate(opened), np.concatenate(local)


def _noise(seed: int, *parts: int) -> npt.NDArray[np.float64]:
    """How long each step of each case takes, as noise; a case has the same whoever else comes."""
    streams = [np.random.default_rng([seed, 4, number]) for number in range(len(parts))]
    return np.concatenate([
        rng.standard_normal((n, 12)) for rng, n in zip(streams, parts, strict=True)
    ])  # fmt: skip


def _calendar() -> tuple[Integers, Integers]:
    """Where each business day begins, and its place in the month."""
    calendar = SETTINGS.calendar
    dates = np.arange("2025-12-01", "2027-06-30", dtype="datetime64[D]")
    dates = dates[calendar.is_business_day(dates)]
    begins = calendar.position(calendar.first_instant(dates))
    return begins, calendar.days_to_month_end(dates)


_DAYS, _PLACES = _calendar()
