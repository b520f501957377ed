"""What-if answers on simulated departments whose true effects are known, a hundred seeds each.

Counts, by question, path and measure, in how many logs the 90 % interval of the answer holds what
the change would really have done to these very cases. In one kind of department team leaders do
one case after the other, in the other kind all at once, so that one more changes nothing. Ends
with 1 if a count misses 80 in 100. Takes the logs, the cases of a log and the seeds of an answer.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from dashboard import planning
from dashboard.store.model import Model
from tests.builders import SETTINGS
from tests.planning_department import NOW, Made, held, truth

LOGS, CASES, SEEDS = 100, 900, 12
AIM = 0.80
ASKED = (
    ("one after the other", True, planning.QUESTIONS),
    ("all at once", False, ("one_more_tl",)),
)


def main(logs: int, cases: int, seeds: int) -> int:
    """Print the counts beside their aim; returns 1 if one is missed."""
    begun, counts = time.perf_counter(), Counter[tuple[str, bool]]()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        work = pool.map(partial(of_log, cases=cases, seeds=seeds), range(logs))
        for done, found in enumerate(work, start=1):
            counts.update(found)
            print(f"{done} of {logs} logs", end="\r", file=sys.stderr, flush=True)
    missed = 0
    for name in sorted({name for name, _ in counts}):
        right, wrong = counts[name, True], counts[name, False]
        missed += right < AIM * (right + wrong)
        print(f"{name:<66} {right:4} of {right + wrong}, aim {AIM:.0%}")
    print(f"{logs} logs of {cases:,} cases, {seeds} pairs, {time.perf_counter() - begun:.0f} s")
    return int(missed > 0 or not counts)


def of_log(log: int, cases: int, seeds: int) -> list[tuple[str, bool]]:
    """Each answer of the two departments of that number, and whether it holds the truth."""
    return list(_answers(log, cases, seeds))


def _answers(log: int, cases: int, seeds: int) -> Iterator[tuple[str, bool]]:
    model = Model(SETTINGS)
    for kind, alone, keys in ASKED:
        plan = planning.fit(Made(log, cases, alone=alone).into(model), now=NOW)
        for key in keys:
            question = planning.QUESTIONS[key]
            table = planning.answer(plan, question, range(seeds))
            really = truth(log, question.change, cases, alone=alone)
            for name, is_held in held(table, really).items():
                yield ", ".join((kind, key, *name)), is_held
    model.close()


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [LOGS, CASES, SEEDS][len(given) :])))
