"""The simulated department: cases come, wait at desks, and pass on; driven by SimPy.

Time is business time in minutes, so that nights and days off are not there at all.
"""

from bisect import bisect_right, insort
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import simpy

DELAY, ORDER = -1, -2  # kinds of a stage; the others are numbers of desks


class Stage(NamedTuple):
    """One stretch of a case's way: plain time, the order step, or a turn at a desk."""

    kind: int
    minutes: float  # of the order step the number of its times, see `Order`
    waited: float = 0.0  # of it, until somebody was free


class Order(NamedTuple):
    """How long an order step takes: begun in the month-end window, and in the rest of the month."""

    near: float
    rest: float


class Arrival(NamedTuple):
    """A case that comes in, and whose way it goes."""

    at: float
    path: int
    way: Sequence[Stage]
    limit: float
    orders: Sequence[Order]  # of its path


class Finished(NamedTuple):
    """What became of it."""

    path: int
    minutes: float
    limit: float


@dataclass(frozen=True, slots=True)
class Change:
    """What is different: people more at a desk on some days of the month, order step, cases."""

    party: str = ""
    people: int = 0
    places: tuple[int, ...] = ()  # business days to month end on which they are there
    order_at_rest: bool = False  # the order step keeps the pace of the rest of the month
    more_cases: float = 0.0  # as a share


AS_IT_IS = Change()


class Spells:
    """Stretches of business time that neither touch nor overlap, in order."""

    def __init__(self, spells: Iterable[tuple[float, float]]) -> None:
        self._begins: list[float] = []
        self._ends: list[float] = []
        for begins, ends in spells:
            if self._ends and begins <= self._ends[-1]:
                self._ends[-1] = ends
            else:
                self._begins.append(begins)
                self._ends.append(ends)

    def holds(self, at: float) -> bool:
        """Whether that moment lies in one of them."""
        row = bisect_right(self._begins, at) - 1
        return row >= 0 and at < self._ends[row]

    def since(self, at: float) -> float:
        """That moment, or the next that lies in one of them; infinite if there is none."""
        if self.holds(at):
            return at
        row = bisect_right(self._begins, at)
        return self._begins[row] if row < len(self._begins) else float("inf")


class Counter:
    """A desk at work: who comes is served in order, as far as the desk reacts at all."""

    def __init__(
        self, people: int, reaction: float, more: int = 0, spells: Spells | None = None
    ) -> None:
        self._people = people
        self._reaction = reaction
        self._more = more
        self._spells = spells
        self._last: list[float] = []  # when the latest of its cases are done, in order

    def serve(self, now: float, stage: Stage) -> float:
        """How long a turn takes that comes up now: its own work, and the wait before it."""
        work = max(stage.minutes - self._reaction * stage.waited, 0.0)
        if not self._people:
            return work
        took = work + self._reaction * (self._start(now) - now)
        insort(self._last, now + took)
        del self._last[: -self._people - self._more]
        return took

    def _start(self, now: float) -> float:
        start = max(now, self._free(self._people))
        if self._spells and start > now:
            start = min(start, self._spells.since(max(now, self._free(self._people + self._more))))
        return start

    def _free(self, people: int) -> float:
        """From when on fewer than so many of the earlier cases are not done."""
        return self._last[-people] if len(self._last) >= people else 0.0


def live(
    arrivals: Sequence[Arrival], counters: Sequence[Counter], window: Spells, change: Change
) -> list[Finished]:
    """Let all of these cases come, in order of time, and go their way to the end."""
    import simpy

    env, finished = simpy.Environment(), []

    def case(arrival: Arrival) -> Generator["simpy.Event", Any, None]:
        ahead = 0.0
        for stage in arrival.way:
            if stage.kind == DELAY:
                ahead += stage.minutes
            elif stage.kind == ORDER:
                order = arrival.orders[int(stage.minutes)]
                is_near = not change.order_at_rest and window.holds(env.now + ahead)
                ahead += order.near if is_near else order.rest
            else:
                if ahead:
                    yield env.timeout(ahead)
                ahead = counters[stage.kind].serve(env.now, stage)
        took = env.now + ahead - arrival.at
        finished.append(Finished(arrival.path, took, arrival.limit))

    def door() -> Generator["simpy.Event", Any, None]:
        for arrival in arrivals:
            yield env.timeout(max(arrival.at - env.now, 0.0))
            env.process(case(arrival))

    env.process(door())
    env.run()
    return finished
