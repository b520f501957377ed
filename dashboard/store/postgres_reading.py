"""Reading a log on PostgreSQL: every event is checked against the one before while it is read."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import pyarrow as pa

from dashboard.errors import LogRefused
from dashboard.store.chain import checked
from dashboard.store.duckdb_chain import BrokenChain, Told, UnknownKinds
from dashboard.store.log import BATCH, Head, Tip
from dashboard.store.postgres_connections import Connections
from dashboard.store.postgres_tables import batch_between, newer, tip_of

# In one statement, and so as of one moment.
WHOLE = """
SELECT
    head.position,
    head.hash,
    head.recorded_us,
    (SELECT count(*) FROM events),
    (SELECT coalesce(max(position), 0) FROM events),
    (SELECT hash FROM events WHERE position = head.position)
FROM head
"""
KINDS = "SELECT DISTINCT kind FROM events"
RECORDED = "SELECT recorded_us FROM events WHERE position = %s"


class Reader:
    """What can be asked of the events. Everything raises LogRefused."""

    def __init__(self, connections: Connections, known_kinds: frozenset[str]) -> None:
        self._connections = connections
        self._known_kinds = known_kinds

    def rows(self, query: str, given: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a statement of our own answers."""
        return self._connections.ask(lambda one: one.execute(query.encode(), given).fetchall())

    def batches(self, start: Head, last: int) -> Iterator[pa.Table]:
        """The events after `start` up to the position `last`, each checked."""
        try:
            yield from checked(self._between(start.position, last), start, self._known_kinds)
        except BrokenChain as broken:
            raise self._damaged(str(broken)) from broken
        except UnknownKinds as unknown:
            raise self._unknown(str(unknown)) from unknown

    def last_known(self, last: int, at_us: int) -> int:
        """The last position, up to `last`, that was recorded until then: instants never go back."""
        first = 0
        while first < last:
            middle = (first + last + 1) // 2
            [(recorded_us,)] = self.rows(RECORDED, [middle])
            if recorded_us <= at_us:
                first = middle
            else:
                last = middle - 1
        return first

    def check_head(self) -> Tip:
        """Where the log ends; refused unless its events are those up to there, of known kinds."""
        found = self.rows(WHOLE)
        tip = tip_of([row[:3] for row in found])
        count, last, last_hash = found[0][3:]
        if not count == last == tip.head.position:
            raise self._damaged(
                f"its head points to event {tip.head.position}, but it has {count} events, the "
                f"last of which is number {last}"
            )
        if count and last_hash != tip.head.hash:
            raise self._damaged(f"event {last} does not match its head")
        if unknown := {kind for (kind,) in self.rows(KINDS)} - self._known_kinds:
            raise self._unknown(", ".join(sorted(unknown)))
        return tip

    def check_chain(self, head: Head, told: Told | None = None) -> None:
        """Check every event up to `head`, which must be where they lead."""
        reached = Head.empty()
        for batch in self.batches(reached, head.position):
            reached = Head(batch["position"][-1].as_py(), batch["hash"][-1].as_py())
            if told:
                told(reached.position, head.position)
        if reached != head:
            raise self._damaged(f"event {head.position} does not match its head")

    def _between(self, after: int, last: int) -> Iterator[pa.Table]:
        """The events of these positions; the next batch is fetched while one is looked at."""
        starts = iter(range(after, last, BATCH))
        with ThreadPoolExecutor(1) as ahead:

            def more(count: int) -> list[Future[pa.Table]]:
                return [ahead.submit(self._fetched, start, min(start + BATCH, last))
                        for start in islice(starts, count)]  # fmt: skip

            fetching = more(2)
            while fetching:
                batch = fetching.pop(0).result()
                fetching += more(1)
                yield batch

    def _fetched(self, after: int, upto: int) -> pa.Table:
        batch = self._connections.ask(lambda one: batch_between(one, after, upto))
        if batch.num_rows != upto - after:
            raise self._damaged(f"some of the events {after + 1} to {upto} are missing")
        return batch

    def _damaged(self, why: str) -> LogRefused:
        return LogRefused(
            f"The log {self._connections.database} is damaged: {why}. Nothing was changed"
            ". Restore it into an empty database from a backup."
        )

    def _unknown(self, kinds: str) -> LogRefused:
        return newer(self._connections.database, f"it contains unknown kinds of events: {kinds}")
