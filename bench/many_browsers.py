"""Fifty browsers at once on 10,000 cases: how long one waits for a rerun; aim: p95 under 100 ms.

Each acts every 8 seconds on average, on a page drawn by chance, over the websocket that a browser
uses. Beside it, in the same run and just as many at once: a bare Streamlit page.
"""

import random
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from page_rerun import BARE, PAGES

from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import live_app
from tests.wire import Visitor

BROWSERS = 50
PAUSE_SECONDS = 8
LEARNING_SECONDS = 60  # that a server which has just begun learns for, beside answering
CASES = 10_000
READING = tuple(page for page in PAGES if page not in ("case", "new_case"))


class Browser(threading.Thread):
    """Somebody who looks at one page after another until the time is up."""

    def __init__(self, address: str, pages: tuple[str, ...], seed: int, until: float) -> None:
        super().__init__()
        self._visitor = Visitor(address)
        self._visitor.rerun_ms("")
        self._pages, self._until = pages, until
        self._chance = random.Random(seed)
        self.waited_ms: list[float] = []

    def run(self) -> None:
        """Wait, act, note how long it took."""
        while (now := time.monotonic()) < self._until:
            pause = self._chance.expovariate(1 / PAUSE_SECONDS)
            self._visitor.rest(min(pause, self._until - now))
            self.waited_ms.append(self._visitor.rerun_ms(self._chance.choice(self._pages)))


def crowd(address: str, pages: tuple[str, ...], seconds: float) -> list[float]:
    """What each of many browsers at once had to wait, in milliseconds."""
    warm = Visitor(address)
    for page in pages:
        warm.rerun_ms(page)
    time.sleep(LEARNING_SECONDS)
    until = time.monotonic() + seconds + BROWSERS / 10
    browsers = [Browser(address, pages, seed, until) for seed in range(BROWSERS)]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    return [waited for browser in browsers for waited in browser.waited_ms]


def main(seconds: float) -> None:
    """Print a row for our pages and one for the bare one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        log, bare_page = folder / "log.duckdb", folder / "bare.py"
        bare_page.write_text(BARE, encoding="utf-8")
        store = Store.open(log)
        until = datetime.now(UTC)
        write_sample(store, seed=1, cases=CASES, until=until, by=Person("bench", Role.ADMIN))
        store.close()
        print(f"{BROWSERS} browsers, one act in {PAUSE_SECONDS} s each, {seconds:.0f} s")
        print(f"{'':<6} {'reruns':>7} {'p50 ms':>8} {'p95 ms':>8} {'worst ms':>9}")
        for name, entry, pages in (
            ("ours", stack.enter_context(live_app(log)), READING),
            ("bare", stack.enter_context(live_app(log, bare_page)), ("",)),
        ):
            waited = crowd(entry, pages, seconds)
            parts = statistics.quantiles(waited, n=20)
            print(
                f"{name:<6} {len(waited):>7} {parts[9]:>8.1f} {parts[18]:>8.1f} {max(waited):>9.1f}"
            )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120)
