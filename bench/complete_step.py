"""Completing a step, log and read model included: 16 people who each act once a second.

Beside it, in the same run, the limit that nothing here can beat: DuckDB inserting one row in a
transaction of its own into a table of the same keys, by as many threads at the same pace.
"""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb

from dashboard import clock, commands
from dashboard.people import Person, Role
from dashboard.store import Store

PEOPLE = 16
SECONDS = 20
CASES = 1_500
LEAD = Person("T. Vance", Role.LEAD)
FORM = {"firm_name": "Juniper Advisors", "data_backed_up": True, "products": ["UltraTax CS"]}


def at_their_pace(act: Callable[[int], None]) -> list[float]:
    """Milliseconds of each act: every thread acts once a second on average."""
    taken: list[float] = []

    def work(number: int) -> None:
        pace, until = random.Random(number), time.perf_counter() + SECONDS
        while time.perf_counter() < until:
            time.sleep(pace.expovariate(1))
            begun = time.perf_counter()
            act(number)
            taken.append((time.perf_counter() - begun) * 1e3)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def row(name: str, taken: list[float]) -> str:
    """Median, p95 and worst of one way."""
    twenty = statistics.quantiles(taken, n=20)
    return f"{name:<42} {len(taken):>6} {twenty[9]:>9.1f} {twenty[18]:>9.1f} {max(taken):>9.1f}"


def main() -> None:
    """Measure both and print them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        begun = clock.now() - timedelta(days=400)
        with store.bulk() as desk:
            for number in range(CASES):
                now = begun + timedelta(hours=6 * number)
                commands.open_case(desk, "local", FORM, by=LEAD, now=now)
        turns = [iter(range(number + 1, CASES, PEOPLE)) for number in range(PEOPLE)]

        def complete(number: int) -> None:
            now = clock.now()
            commands.complete_step(
                store,
                f"C-{next(turns[number]):04d}",
                2,
                {"team_leader": "H. Abebe"},
                by=LEAD,
                now=now,
            )

        plain = duckdb.connect(str(Path(folder) / "plain.duckdb"))
        plain.execute("CREATE TABLE events (position BIGINT PRIMARY KEY, data VARCHAR)")
        lock, positions = threading.Lock(), iter(range(10**9))

        def insert(_number: int) -> None:
            with lock:
                plain.cursor().execute(
                    "INSERT INTO events VALUES (?, ?)", [next(positions), "x" * 200]
                )

        ours, bare = at_their_pace(complete), at_their_pace(insert)
        store.close()
    print(f"{PEOPLE} threads, one act a second each, {SECONDS} s; {CASES} cases. Milliseconds.")
    print(f"{'':<42} {'acts':>6} {'median':>9} {'p95':>9} {'worst':>9}")
    print(row("complete_step (log, chain, head, model)", ours))
    print(row("one bare DuckDB insert and commit", bare))
    ratio = statistics.quantiles(ours, n=20)[18] / statistics.quantiles(bare, n=20)[18]
    print(f"p95 ratio {ratio:.1f}; aim: p95 under 50 ms")


if __name__ == "__main__":
    main()
