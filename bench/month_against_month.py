"""How often a month is said to differ from the one before, though nothing changed.

Logs of 18 months without any effect, cases independent or days with luck of their own. Counts in
how many an arrow is drawn at the share within the SLA, the median and the 85th percentile of the
last month. The number of seeds is the argument. Ends with 1 if a rate misses its aim.
"""

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from dashboard.figures import against
from tests.simulated import LIMIT_US, Simulated, days

SEEDS = 50
FALSE = 0.10  # at most
LAST = date(2026, 6, 1)  # the last of 18 months
MEASURES: dict[str, Callable[[Any], Any]] = {
    "share within SLA": lambda us: np.mean(us <= LIMIT_US),
    "median": np.median,
    "85th percentile": lambda us: np.quantile(us, 0.85),
}


def main(seeds: int) -> int:
    """Print the rates beside their aims; returns 1 if one is missed."""
    missed = 0
    for cases in (1500, 6000):
        for shock in (0.0, 0.4, 0.5, 0.7):
            logs = [Simulated(seed, cases, months=18, shock=shock) for seed in range(seeds)]
            for name, measure in MEASURES.items():
                rate = np.mean([is_told(log, measure) for log in logs])
                missed += rate > FALSE
                what = f"{cases:,} cases, luck {shock:g}: {name} said to differ"
                print(f"{what:<56} {rate:6.1%}, aim at most {FALSE:.0%}", flush=True)
    print(f"{seeds} seeds each")
    return int(missed > 0)


def is_told(log: Simulated, measure: Callable[[Any], Any]) -> bool:
    """Whether the last month is said to differ from the one before."""
    paths = {path.workflow: months(path, measure) for path in log.paths}
    found = against.change(paths, against.months(paths, LAST))
    return found is not None and found.is_told


def months(path: Any, measure: Callable[[Any], Any]) -> dict[date, tuple[int, float]]:
    """Of a path's cases completed in each month: how many, and the measure."""
    closed = days(path.closed).astype("datetime64[M]")
    us = path.closed - path.opened
    return {
        month.astype(date): (int(own.sum()), float(measure(us[own])))
        for month in np.unique(closed)
        for own in (closed == month,)
    }


if __name__ == "__main__":
    sys.exit(main(*[int(text) for text in sys.argv[1:]] or [SEEDS]))
