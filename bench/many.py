"""A log of as many cases as you like: the events of a sample log, over and over.

Every copy has cases, streams and command ids of its own and happens at the same times, as in a
department that many times as busy. The chain is whole, so that it opens as any other log does.
"""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from dashboard.people import Person, Role
from dashboard.sample import write_sample
from dashboard.store import Store
from dashboard.store.log import SCHEMA, ZERO, Head, link

UNTIL = datetime(2026, 10, 30, 19, 30, tzinfo=UTC)
SAMPLE = 10_000  # cases, of which the others are copies
AT_ONCE = 200_000  # events in a batch
CHAINED = [name for name in SCHEMA.names if name != "hash"]


def sample_events(cases: int = SAMPLE) -> pa.Table:
    """The events of a sample log of so many cases."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "log.duckdb")
        write_sample(store, seed=1, cases=cases, until=UNTIL, by=Person("bench", Role.ADMIN))
        events = pa.concat_tables(store.log.read()).combine_chunks()
        store.close()
    return events


def copied(events: pa.Table, times: int) -> Iterator[pa.Table]:
    """Batches of these events, those of cases that many times; their hashes are still the old."""
    is_case = np.array([stream.startswith("C-") for stream in events["stream"].to_pylist()])
    repeats = np.where(is_case, times, 1)
    rows = np.repeat(np.arange(events.num_rows), repeats)
    copy = np.arange(len(rows)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    for start in range(0, len(rows), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        batch = events.take(rows[part])
        copies = zip(is_case[rows[part]], copy[part], strict=True)
        endings = [f"-{number}" if is_own else "" for is_own, number in copies]
        for name in ("stream", "command_id"):
            named = [text + end for text, end in zip(batch[name].to_pylist(), endings, strict=True)]
            batch = batch.set_column(batch.schema.get_field_index(name), name, pa.array(named))
        numbers = pa.array(np.arange(start + 1, start + 1 + batch.num_rows))
        yield batch.set_column(0, "position", numbers).cast(SCHEMA)


class ManyCases:
    """A copy of a log that was never written: what the `restore` of a log takes."""

    def __init__(self, events: pa.Table, times: int) -> None:
        self._batches = list(_chained(copied(events, times)))
        last = self._batches[-1]
        self.head = Head(last["position"][-1].as_py(), last["hash"][-1].as_py())

    def batches(self) -> Iterator[pa.Table]:
        """The events, as `Log.read` gives them."""
        return iter(self._batches)

    def personal(self) -> pa.Table:
        """Nobody's details."""
        return pa.table({"ref": pa.array([], pa.string()), "value": pa.array([], pa.string())})


def _chained(batches: Iterator[pa.Table]) -> Iterator[pa.Table]:
    last = ZERO
    for batch in batches:
        hashes: list[str] = []
        for row in zip(*(batch[name].to_pylist() for name in CHAINED), strict=True):
            last = link(last, row)
            hashes.append(last)
        at = batch.schema.get_field_index("hash")
        yield batch.set_column(at, "hash", pa.array(hashes))
