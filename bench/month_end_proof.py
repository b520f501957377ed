"""Month end's statistics on simulated departments whose truth is known.

Days have luck of their own (log-normal, 0.8 of it kept from a day to the next), step by step.
Counts in how many logs the page names a step although nothing was slowed, in how many it names
the order step that was, and in how many the 95 % interval of the estimate at mid-month pace holds
that log's own counterfactual. Ends with 1 if a rate misses its aim. The number of seeds is the
first argument, 200 are what the aims are meant for; a second names one part: headlines, days or
intervals.
"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from dashboard.figures.pace import estimated
from dashboard.store.model import Model
from tests.builders import SETTINGS
from tests.simulated import NOW, ORDER_STEP, Simulated, held, named

SEEDS = 20
FALSE, POWER, HELD = 0.10, 0.85, 0.92  # at most, at least, at least


class Kind(NamedTuple):
    """Logs of a kind."""

    months: int
    cases: int
    shock: float
    slow: float = 1.0

    def __str__(self) -> str:
        slowed = f"order step ×{self.slow:g}" if self.slow > 1 else "nothing slowed"
        return f"{self.months} months, {self.cases:,} cases, luck {self.shock:g}, {slowed}"


UNSLOWED = [Kind(18, cases, shock) for cases in (1500, 6000) for shock in (0.0, 0.4, 0.5, 0.7)]
SLOWED = [Kind(12, 1500, shock, 2.5) for shock in (0.0, 0.4, 0.5, 0.7)]


def main(seeds: int, part: str | None = None) -> int:
    """Print the rates beside their aims, of one part or of all; returns 1 if one is missed."""
    model, begun = Model(SETTINGS), time.perf_counter()
    missed = [PARTS[name](seeds, model) for name in PARTS if part in (None, name)]
    print(f"{seeds} seeds each, {time.perf_counter() - begun:.0f} s")
    return int(sum(missed) > 0)


def headlines(seeds: int, model: Model) -> int:
    """How many rates of steps named miss their aim."""
    missed = 0
    for kind in UNSLOWED:
        rate = np.mean([len(found(kind, seed, model)) > 0 for seed in range(seeds)])
        missed += told(f"{kind}: false headlines", rate, FALSE, is_most=True)
    for kind in SLOWED:
        order = {*ORDER_STEP.items()}
        rate = np.mean([bool(found(kind, seed, model) & order) for seed in range(seeds)])
        missed += told(f"{kind}: order step named", rate, POWER if kind.shock <= 0.5 else 0.0)
    return missed


def days(seeds: int, model: Model) -> int:
    """How many rates of days of submission named do."""
    missed = 0
    for kind in UNSLOWED:
        rate = np.mean([worse_days(kind, seed, model) for seed in range(seeds)])
        missed += told(f"{kind}: a day of submission named", rate, FALSE, is_most=True)
    for kind in SLOWED:
        rate = np.mean([worse_days(kind, seed, model) for seed in range(seeds)])
        missed += told(f"{kind}: a day of submission named", rate, 0.0)
    return missed


def intervals(seeds: int, model: Model) -> int:
    """How many intervals at mid-month pace hold the truth too seldom."""
    missed = 0
    for kind in (*UNSLOWED[:4], *SLOWED):
        of = list(counterfactuals(kind, seeds, model))
        for measure in sorted(of[0][1]):
            rate = np.mean([measure in names for names, _ in of])
            width = np.mean([widths[measure] for _, widths in of])
            what = f"{kind}: interval of {measure}, {width:.2f} wide, holds"
            missed += told(what, rate, HELD)
    return missed


PARTS: dict[str, Callable[[int, Model], int]] = {
    "headlines": headlines,
    "days": days,
    "intervals": intervals,
}


def found(kind: Kind, seed: int, model: Model) -> set[tuple[str, int]]:
    """The steps that the page names."""
    view = simulated(kind, seed).into(model)
    return named(view.run("month_end_steps", now=NOW))


def worse_days(kind: Kind, seed: int, model: Model) -> bool:
    """Whether any day of submission is said to be worse."""
    table = simulated(kind, seed).into(model).run("opening_days", now=NOW)
    return any(table["told_from_chance"].to_pylist())


def counterfactuals(
    kind: Kind, seeds: int, model: Model
) -> Iterator[tuple[list[str], dict[str, float]]]:
    """Of each log which measures' intervals hold the truth, and how wide they are."""
    for seed in range(seeds):
        log = simulated(kind, seed)
        table = estimated(log.into(model).run("order_times", now=NOW))
        widths = {row["measure"]: row["high"] - row["low"] for row in table.to_pylist()}
        yield held(table, log.truth()), widths


def simulated(kind: Kind, seed: int) -> Simulated:
    """A log of that kind."""
    return Simulated(seed, kind.cases, months=kind.months, shock=kind.shock, slow=kind.slow)


def told(what: str, rate: float | np.floating[Any], aim: float, *, is_most: bool = False) -> bool:
    """Print a rate beside its aim; returns whether it is missed."""
    print(f"{what:<86} {rate:6.1%}, aim {'at most' if is_most else 'at least'} {aim:.0%}")
    return bool(rate > aim if is_most else rate < aim)


if __name__ == "__main__":
    seeds, part = [*sys.argv[1:], None, None][:2]
    sys.exit(main(int(seeds or SEEDS), part))
