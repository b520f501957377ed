"""One seed's draw: a log that might as well have been, and what it leaves open.

Days are drawn with replacement, and so is what the order step took; a desk's reaction is drawn
from what the log does not rule out. So the answers of several seeds differ by as much as the log
leaves them uncertain (the bootstrap: Efron 1979, Ann. Stat. 7(1), 1-26). Everything that a change
does not touch is drawn alike with it and without it.
"""

from collections.abc import Iterator

import numpy as np

from dashboard.planning.department import (
    AS_IT_IS,
    Arrival,
    Change,
    Counter,
    Finished,
    Order,
    Spells,
    live,
)
from dashboard.planning.plan import Floats, Path, Plan

COMING, MORE, SPEED, REACTION = range(4)  # what has chance of its own


def run(plan: Plan, seed: int, change: Change = AS_IT_IS) -> list[Finished]:
    """What becomes of the cases of that seed under a change."""
    speed = np.random.default_rng([seed, SPEED])
    orders = [_orders(path, speed) for path in plan.paths]
    coming = list(_coming(plan, orders, np.random.default_rng([seed, COMING])))
    if change.more_cases:
        more = np.random.default_rng([seed, MORE])
        coming += _coming(plan, orders, more, change.more_cases)
    coming.sort(key=lambda arrival: arrival.at)
    first, last = plan.window
    window = plan.days.spells(range(last, first + 1))
    return live(coming, _counters(plan, seed, change), window, change)


def _counters(plan: Plan, seed: int, change: Change) -> list[Counter]:
    rng = np.random.default_rng([seed, REACTION])
    drawn = [desk.drawn(rng) for desk in plan.desks]
    spells: Spells = plan.days.spells(change.places)
    return [
        Counter(
            desk.people, reaction, change.people if desk.party == change.party else 0,
            spells if desk.party == change.party else None,
        )
        for desk, reaction in zip(plan.desks, drawn, strict=True)
    ]  # fmt: skip


def _orders(path: Path, rng: np.random.Generator) -> list[Order]:
    """What each order step takes at either pace, were the log drawn again."""
    if not path.has_both_paces:
        return [Order(minutes, minutes) for minutes in path.orders.tolist()]
    near, rest = (
        _at_ranks(np.sort(rng.choice(times, len(times))), path.ranks)
        for times in (path.near, path.rest)
    )
    return [Order(*pair) for pair in zip(near.tolist(), rest.tolist(), strict=True)]


def _at_ranks(times: Floats, ranks: Floats) -> Floats:
    return np.interp(ranks, (np.arange(len(times)) + 0.5) / len(times), times)


def _coming(
    plan: Plan, orders: list[list[Order]], rng: np.random.Generator, share: float = 1.0
) -> Iterator[Arrival]:
    """The cases of as many days as there are, each drawn from its like; or a share of them."""
    days = plan.days
    for day, alike in enumerate(days.alike):
        drawn = int(rng.choice(alike))
        begins, length = days.begins[day], days.ends[day] - days.begins[day]
        scale = length / (days.ends[drawn] - days.begins[drawn])
        for offset, number, way in days.cases[drawn]:
            path = plan.paths[number]
            row = int(rng.integers(len(path.ways))) if way < 0 else way
            if share >= 1 or rng.random() < share:
                yield Arrival(
                    float(begins + offset * scale), number, path.ways[row],
                    float(path.limits[row]), orders[number],
                )  # fmt: skip
