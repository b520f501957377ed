"""Building the read model from a log of 10,000 cases; aim: under 2 s.

Beside it, in the same run, the least that a build must do: reading the same log out of its file.
"""

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.store.view import build

ROUNDS = 5
UNTIL = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)


def main(cases: int) -> None:
    """Make the log, then read it and build from it in turns."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        write_sample(store, seed=1, cases=cases, until=UNTIL, by=Person("bench", Role.ADMIN))
        reading, building = [], []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            batches = list(store.log.read())
            reading.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            model, _ = build(batches)
            building.append(time.perf_counter() - begun)
            model.close()
        events = store.head().position
        store.close()
    read_s, build_s = statistics.median(reading), statistics.median(building)
    print(f"{cases} cases, {events} events, median of {ROUNDS} rounds")
    pace = f"{events / build_s:,.0f} events/s"
    print(f"reading the log out of its file   {read_s:7.2f} s")
    print(f"building the model from it        {build_s:7.2f} s   {pace}")
    print(f"ratio {build_s / read_s:.1f}; aim: 10,000 cases under 2 s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
