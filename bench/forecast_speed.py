"""Learning a forecast from many completed cases, and asking it about the open ones.

Aims: 1,000 open cases in under a second; fitting the chosen model on 100,000 completed cases in
under a minute (`bench/forecast_speed.py 67`). Trying the models on past months comes on top of
that; it is done as seldom as a model is chosen, and never while somebody waits for a page.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from dashboard.forecast import forecast_open, learn
from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store, View
from dashboard.store.view import build

CASES = 1500  # of the sample, which is then copied
T = TypeVar("T")
UNTIL = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)


def main(copies: int) -> None:
    """Make a log of so many copies of the sample; fit with and without the trial, and ask."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        write_sample(store, seed=1, cases=CASES, until=UNTIL, by=Person("bench", Role.ADMIN))
        events = pa.concat_tables(list(store.log.read()))
        store.close()
    view = View(*build([_copied(events, number) for number in range(copies)]))
    fit_s, _ = _timed(lambda: learn(view, UNTIL, model="boosted"))
    learn_s, forecaster = _timed(lambda: learn(view, UNTIL))
    ask_s, table = _timed(lambda: forecast_open(view, UNTIL, forecaster))
    print(f"{sum(forecaster.finished.values())} completed cases, {table.num_rows} open ones")
    print(f"fitting one model             {fit_s[0]:7.2f} s, of the processor {fit_s[1]:.2f} s")
    print(f"trying all on six months too  {learn_s[0]:7.2f} s, of the processor {learn_s[1]:.2f} s")
    print(f"forecasting the open cases    {ask_s[0]:7.2f} s, of the processor {ask_s[1]:.2f} s")


def _timed(work: Callable[[], T]) -> tuple[tuple[float, float], T]:
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return (time.perf_counter() - wall, time.process_time() - processor), found


def _copied(events: pa.Table, number: int) -> pa.Table:
    """The events once more, of other cases, after those before them."""
    streams = events["stream"].to_pylist()
    of_cases = pa.array([stream.startswith("C-") for stream in streams])
    renamed = [f"{s}-{number:03}" if s.startswith("C-") else s for s in streams]
    place = events.column_names.index("stream")
    events = events.set_column(place, "stream", pa.array(renamed))
    if number:  # the settings are made once
        events = events.filter(of_cases)
    first = number * 1_000_000
    position = pa.array(range(first + 1, first + 1 + len(events)), pa.int64())
    return events.set_column(events.column_names.index("position"), "position", position)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
