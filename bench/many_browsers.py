"""Fifty browsers at once on 10,000 cases: how long one waits for a rerun; aim: p95 under 100 ms.

Each acts every 8 seconds on average, on a page drawn by chance, over the websocket that a browser
uses. Beside it, in the same run and just as many at once: a bare Streamlit page, and the same cases
on a page as it is usually written, both as Streamlit comes.
"""

import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
from page_rerun import BARE, PAGES

from dashboard import clock
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from tests.live import ROOT, live_app
from tests.wire import Visitor

BROWSERS = 50
PAUSE_SECONDS = 8
LEARNING_SECONDS = 60  # that a server which has just begun learns for, beside answering
CASES = 10_000
PEER = Path(__file__).with_name("idiomatic_page.py")
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
            if now + pause < self._until:  # not all fifty at once when the time is up
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
    """Print a row for our pages, one for the bare one and one for the usual way."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        log, bare_page, cases = (folder / name for name in ("log.duckdb", "bare.py", "cases"))
        bare_page.write_text(BARE, encoding="utf-8")
        store = Store.open(log)
        until = clock.now()
        write_sample(store, seed=1, cases=CASES, until=until, by=Person("bench", Role.ADMIN))
        pq.write_table(store.run("finished_cases", now=until, most=CASES), cases)
        store.close()
        print(f"{BROWSERS} browsers, one act in {PAUSE_SECONDS} s each, {seconds:.0f} s")
        print(f"{'':<9} {'reruns':>7} {'p50 ms':>8} {'p95 ms':>8} {'worst ms':>9}")
        for name, entry, pages, own in (
            ("ours", ROOT / "streamlit_app.py", READING, "false"),
            ("bare", bare_page, ("",), "true"),
            ("idiomatic", PEER, ("",), "true"),
        ):
            with live_app(
                log, entry, STREAMLIT_RUNNER_POST_SCRIPT_GC=own, PEER_CASES=str(cases)
            ) as at:
                waited = crowd(at, pages, seconds)
            parts = statistics.quantiles(waited, n=20)
            print(
                f"{name:<9} {len(waited):>7} {parts[9]:>8.1f} {parts[18]:>8.1f} "
                f"{max(waited):>9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 120)
