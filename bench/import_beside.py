"""A note saved five times a second while 100,000 rows are looked at, and while they are imported.

`PYTHONPATH=. .venv/bin/python bench/import_beside.py [ROWS]`. Beside it, the same notes when nobody
imports anything.
"""

import csv
import io
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from dashboard import clock, commands, worker
from dashboard.intake import import_tracker
from dashboard.people import Person, Role
from dashboard.sheets.columns import COLUMNS, STEPS
from dashboard.store import Store

LEAD = Person("T. Vance", Role.LEAD)
FORM = {"firm_name": "Juniper Advisors", "data_backed_up": True, "products": ["UltraTax CS"]}
GRACE = timedelta(minutes=5)


def sheet(rows: int) -> bytes:
    """A tracker of so many rows, with one to seven steps each."""
    lots, text = random.Random(1), io.StringIO()
    out = csv.DictWriter(text, COLUMNS)
    out.writeheader()
    for number in range(rows):
        at = datetime(2025, 1, 6, 9) + timedelta(minutes=lots.randrange(200_000))  # noqa: DTZ001
        row = {"Firm ID": f"F{number}", "Move to": "VO", "Products": "UltraTax CS"}
        for step in STEPS[: lots.randint(1, 7)]:
            row[step] = at.isoformat(" ", "minutes")
            at += timedelta(minutes=lots.randrange(3_000))
        out.writerow(row)
    return text.getvalue().encode()


def beside(store: Store, work: Callable[[], object]) -> tuple[float, list[float]]:
    """Seconds that the work took, and seconds that each note took meanwhile."""
    waits: list[float] = []
    is_over = threading.Event()

    def write() -> None:
        while not is_over.wait(0.2):
            begun = time.perf_counter()
            commands.add_note(store, "C-0001", "Called.", by=LEAD, now=clock.now())
            waits.append(time.perf_counter() - begun)

    other = threading.Thread(target=write)
    other.start()
    begun = time.perf_counter()
    work()
    took = time.perf_counter() - begun
    is_over.set()
    other.join()
    return took, waits


def main() -> None:
    """Measure and print."""
    worker.take_short_turns()  # as a server does
    content = sheet(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        commands.open_case(store, "local", FORM, by=LEAD, now=clock.now())

        def bring_in(dry_run: bool) -> None:
            import_tracker(
                store, content, "sheet.csv", by=LEAD, now=clock.now(), dry_run=dry_run, grace=GRACE
            )

        works: dict[str, Callable[[], object]] = {
            "nothing": lambda: time.sleep(10),
            "a look": lambda: bring_in(True),
            "the import": lambda: bring_in(False),
        }
        for name, work in works.items():
            took, waits = beside(store, work)
            p95 = statistics.quantiles(waits, n=20)[18]
            print(
                f"{name:<12} {took:>7.1f} s, {len(waits):>5} notes: median "
                f"{statistics.median(waits):.3f} s, p95 {p95:.3f} s, worst {max(waits):.1f} s",
                flush=True,
            )
        store.close()


if __name__ == "__main__":
    main()
