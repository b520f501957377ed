"""Month end's statistics on simulated departments whose truth is known, a hundred seeds each.

Counts in how many of them the page names the slowed step and no other, names none where nothing
was slowed, and in how many the 95 % interval of the estimate at mid-month pace holds the true
effect. Ends with 1 if a count misses its aim. Takes the seeds and the cases of a log as arguments.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator

from dashboard import metrics
from dashboard.figures.pace import SEED, estimated
from dashboard.store.model import Model
from tests.builders import SETTINGS
from tests.simulated import NOW, ORDER_STEP, Simulated, held, named

SEEDS, CASES = 100, 3000
PACES = {"nothing slowed": 1.0, "order step 2.5 times slower": 2.5}
# Of 100 logs: with no effect no step may be named in 95, and intervals have to hold in 90. A log
# with the effect must name the order step; chance names another beside it as often as without.
AIMS = {"right steps named": 0.95, "order step named": 1.0}
AIM_HELD = 0.90


def main(seeds: int, cases: int) -> int:
    """Print the counts beside their aims; returns 1 if one is missed."""
    model, begun, counts = Model(SETTINGS), time.perf_counter(), Counter[tuple[str, str]]()
    for seed in range(seeds):
        for label, slow in PACES.items():
            log = Simulated(seed, cases, slow=slow)
            counts.update((label, what) for what in right(log, model, slow > 1))
    missed = 0
    for label, what in sorted({*counts}):
        count, aim = counts[label, what], AIMS.get(what, AIM_HELD) * seeds
        missed += count < aim
        print(f"{label:<28} {what:<38} {count:4} of {seeds}, aim {aim:.0f}")
    print(f"{cases:,} cases a log, {time.perf_counter() - begun:.0f} s")
    return int(missed > 0)


def right(log: Simulated, model: Model, is_slowed: bool) -> Iterator[str]:
    """What came out as it should for this log."""
    view, wanted = log.into(model), set(ORDER_STEP.items()) if is_slowed else set()
    found = named(metrics.month_end_steps(view, now=NOW))
    if found == wanted:
        yield "right steps named"
    if wanted and found >= wanted:
        yield "order step named"
    for measure in held(estimated(view.run("order_times", now=NOW), seed=SEED), log.truth()):
        yield f"interval holds {measure}"


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [SEEDS, CASES][len(given) :])))
