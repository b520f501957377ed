"""A rerun of each page beside a bare Streamlit page, over the same websocket a browser uses.

The servers run at once and are asked in turns. The time is from the request to the message that
the script has finished, with caches warm: what someone waits for after a click. First: the first
time that the page is asked for, when its figures are computed.

Bare is a page of one line as Streamlit comes: a full collection after each run, and connections
that wait for acknowledgements. Lean is the same page without both, as Changeover runs.
"""

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from many import SAMPLE, ManyCases, sample_events

from dashboard import clock
from dashboard.cases import KINDS
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.store.duckdb_log import DuckdbLog
from tests.live import ROOT, live_app
from tests.wire import Visitor

BARE = 'import streamlit as st\n\nst.title("Bare")\nst.write("One line of text.")\n'
LEAN = f"from dashboard.ui.serving import settle\n\nsettle()\n{BARE}"
PAGES = (
    "", "cases", "case", "new_case", "throughput", "bottlenecks", "month_end", "forecast",
    "sla_report", "log", "guide",
)  # fmt: skip
CASES = 1_500
ROUNDS = 15
WARM = 3


def write_log(log: Path, cases: int) -> str:
    """Write a log of so many cases, up to now or as copies; returns the id of one of them."""
    if cases > SAMPLE:
        copies, whole = ManyCases(sample_events(), cases // SAMPLE), DuckdbLog.open(log, KINDS)
        whole.restore(copies.batches(), copies.personal(), copies.head)
        whole.close()
        return f"C-{SAMPLE - 10}-0"
    store, until = Store.open(log), clock.now()
    write_sample(store, seed=1, cases=cases, until=until, by=Person("bench", Role.ADMIN))
    store.close()
    return f"C-{cases - 10:04d}"


def main(cases: int) -> None:
    """Print a row a page: first, ours warm, the bare ones', the ratio of the medians to bare."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        log, bare_page, lean_page = (folder / name for name in ("log.duckdb", "bare.py", "lean.py"))
        bare_page.write_text(BARE, encoding="utf-8")
        lean_page.write_text(LEAN, encoding="utf-8")
        case_id = write_log(log, cases)
        ours = Visitor(stack.enter_context(live_app(log)))
        ours.rerun_ms("guide")  # opens the log: the others' connections would not wait for that
        bare = Visitor(
            stack.enter_context(live_app(log, bare_page, STREAMLIT_RUNNER_POST_SCRIPT_GC="true"))
        )
        lean = Visitor(stack.enter_context(live_app(log, lean_page, PYTHONPATH=str(ROOT))))
        print(f"{cases:,} cases; median of {ROUNDS} warm reruns, milliseconds")
        print(f"{'page':<12} {'first':>8} {'ours':>8} {'bare':>8} {'lean':>8} {'ratio':>7}")
        for page in PAGES:
            query = f"id={case_id}" if page == "case" else ""
            first_ms, *_ = [ours.rerun_ms(page, query) for _ in range(WARM)]
            rounds = [
                (ours.rerun_ms(page, query), bare.rerun_ms(""), lean.rerun_ms(""))
                for _ in range(ROUNDS)
            ]
            mine, theirs, least = map(statistics.median, zip(*rounds, strict=True))
            print(
                f"{page or 'today':<12} {first_ms:>8.1f} {mine:>8.1f} {theirs:>8.1f} "
                f"{least:>8.1f} {mine / theirs:>7.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
