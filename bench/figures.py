"""Every figure beside the plain scan of the step table, for 10,000 cases to 1,000,000.

The scan, `sum(completed - current)` over all steps, is the least that a figure on steps can cost;
aim: 3 times that, and 0.2 times for the worklist. First: right after the model was built. Again:
median of later runs, computed each time. A page asks once for each state of the log and each
minute, then the table is kept. Also how fast the model is built (aim: 500,000 events a second) and
how much memory that takes.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable

import pyarrow as pa
from many import SAMPLE, UNTIL, copied, sample_events

from dashboard.store.model import Model
from dashboard.store.queries import names
from dashboard.store.view import build

ROUNDS = 3
SCAN = "SELECT sum(completed_pos - current_pos) AS total FROM steps"
# Asked of one case, or of what somebody types: they do not grow with the log as figures do.
OF_ONE = {"case_ledger", "case_turns", "case_steps", "find_cases"}
# All rows there are, for files and for learning: no page asks for them. Left out of more than MANY.
OF_ALL = {
    "entries_since", "event_log", "forecast_moves", "ledger", "month_end_cases", "planning_turns",
    "step_times",
}  # fmt: skip
MANY = 100_000


def main(sizes: list[int]) -> None:
    """Print a table a size."""
    events = sample_events()
    for cases in sizes:
        batches = list(copied(events, max(1, cases // SAMPLE)))
        begun, before_gb = time.perf_counter(), memory_gb()
        model, _ = build(batches)
        seconds = time.perf_counter() - begun
        n = sum(batch.num_rows for batch in batches)
        del batches
        steps = model.sql("SELECT count(*) AS n FROM steps")["n"][0].as_py()
        print(f"\n{model.count_cases():,} cases, {n:,} events, {steps:,} rows of steps")
        print(f"model built in {seconds:.1f} s, {n / seconds:,.0f} events/s")
        print(f"memory at its highest {memory_gb():.1f} GB, before {before_gb:.1f} GB")
        table(model)
        model.close()


def table(model: Model) -> None:
    """Print a row a figure: rows, first, again, and how many times the plain scan."""
    scan_ms = again(lambda: model.sql(SCAN))
    print(f"{'figure':<22} {'rows':>9} {'first ms':>9} {'again ms':>9} {'times scan':>10}")
    print(f"{'plain scan':<22} {'1':>9} {'':>9} {scan_ms:>9.1f} {1:>10.1f}")
    for name in names():
        if name in OF_ONE or (name in OF_ALL and model.count_cases() > MANY):
            continue
        query, values = model.asked(name, UNTIL, {})

        def ask(text: str = query.text, values: dict[str, object] = values) -> pa.Table:
            return model.sql(text, values)

        begun = time.perf_counter()
        found = ask()
        first_ms = (time.perf_counter() - begun) * 1e3
        again_ms = again(ask)
        print(
            f"{name:<22} {found.num_rows:>9,} {first_ms:>9.1f} {again_ms:>9.1f} "
            f"{again_ms / scan_ms:>10.1f}",
            flush=True,
        )


def again(ask: Callable[[], object]) -> float:
    """Median milliseconds of some more runs."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken)


def memory_gb() -> float:
    """The most that this process has had until now."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
