"""How long a page takes while the server learns to forecast, beside the same page afterwards.

One visitor asks for Today and Throughput in turns, from the start of the server until 45 seconds
after it has learnt. A bare page cannot be the peer here, since nothing learns there.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from dashboard import clock
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import live_app
from tests.wire import Visitor

CASES = 1_500
PAUSE_SECONDS = 0.3
AFTER_SECONDS = 45
PATIENCE_SECONDS = 600
LEARNING = "being learned"


def told(name: str, waited_ms: list[float]) -> str:
    """A row of the table."""
    cuts = statistics.quantiles(waited_ms, n=20)
    return f"{name:<16} {len(waited_ms):>6} {cuts[9]:>8.0f} {cuts[18]:>8.0f} {max(waited_ms):>8.0f}"


def main(cases: int) -> None:
    """Print a row for the time of learning and one for the time after."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.duckdb"
        store = Store.open(log)
        until = clock.now()
        write_sample(store, seed=1, cases=cases, until=until, by=Person("bench", Role.ADMIN))
        store.close()
        with live_app(log) as address:
            visitor = Visitor(address)
            for page in ("", "throughput"):
                visitor.draw(page)
            begun = time.monotonic()
            learnt_after = 0.0
            waited: dict[bool, list[float]] = {True: [], False: []}
            while time.monotonic() - begun < PATIENCE_SECONDS:
                drawn = visitor.draw("")
                is_learning = any(LEARNING in text for text in drawn.says)
                waited[is_learning] += [drawn.ms, visitor.draw("throughput").ms]
                if not is_learning:
                    learnt_after = learnt_after or time.monotonic() - begun
                    if time.monotonic() - begun > learnt_after + AFTER_SECONDS:
                        break
                time.sleep(PAUSE_SECONDS)
    print(f"{cases:,} cases; learned {learnt_after:.0f} s after the first page; milliseconds")
    print(f"{'':<16} {'pages':>6} {'p50':>8} {'p95':>8} {'worst':>8}")
    print(told("while it learns", waited[True]))
    print(told("afterwards", waited[False]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
