"""A store over a log that other processes write too: a thread brings in what they wrote.

While the database is away, what was read stays readable and nothing is stored.
"""

import logging
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext

import psycopg
from cachetools import LRUCache

from dashboard.addresses import Database
from dashboard.cases import KINDS, Draft, Event
from dashboard.errors import DashboardError, LogRefused
from dashboard.store import OWN_SECONDS, Store
from dashboard.store.log import Head
from dashboard.store.postgres_log import PostgresLog
from dashboard.store.room import AGAIN
from dashboard.worker import Worker

logger = logging.getLogger(__name__)

NAME = "tail"
POLL_SECONDS = 0.25  # between two looks at the log …
RARELY_SECONDS = 5.0  # … and at most, while it cannot be had
LEAST_SECONDS = 0.02  # for others, however long the last look took
BEHIND_SECONDS = 2.0  # of which nothing is said
KEPT = 10_000  # personal values: what a page has shown, it shows again
ERASURES = "erasures"


class Replica(Store):
    """The store of one of several processes. `follow` is what its thread does.

    It ends when the store is closed, or with the process.
    """

    log: PostgresLog

    def __init__(self, log: PostgresLog) -> None:
        self._shown: LRUCache[str, str | None] = LRUCache(KEPT)
        self._erasures = 0  # as many were known when these were read
        self._trouble = ""
        self._strayed = ""  # why this server can have nothing more to do with the log
        super().__init__(log, drafts=log.drafts())
        # The log itself sees to the order, and has threads that append at one moment commit as one.
        self._writing = nullcontext()
        self._level_at = time.monotonic()
        self._pause = POLL_SECONDS
        self._worker = Worker(NAME, self._work)
        self._worker.start()

    @classmethod
    def over(cls, database: Database, *, create: bool = True) -> "Replica":
        """The store over the log in that database; LogRefused."""
        log = PostgresLog.open(database, KINDS, create=create)
        try:
            return cls(log)
        except LogRefused:
            log.close()
            raise

    def follow(self) -> None:
        """Take into account what others wrote; LogRefused if that cannot be found out."""
        with self._catching_up:
            began = time.monotonic()
            head = self.log.head()
            self._check_past(head)
            self._fold(head.position)
        self._level_at = began

    def trouble(self) -> str:
        return self._trouble

    def behind(self) -> str:
        seconds = time.monotonic() - self._level_at
        if seconds < BEHIND_SECONDS:
            return ""
        age = f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"
        return f"This page is {age} behind the log."

    def personal(self, refs: Sequence[str]) -> dict[str, str]:
        """As in `Store`; while the database is away, what was read before, if all of it was."""
        try:
            found = super().personal(refs)
        except LogRefused:
            if self.version(ERASURES) != self._erasures or not self._shown.keys() >= set(refs):
                raise
            return {ref: value for ref in refs if (value := self._shown[ref]) is not None}
        if (erasures := self.version(ERASURES)) != self._erasures:
            self._shown.clear()
            self._erasures = erasures
        self._shown.update({ref: found.get(ref) for ref in refs})
        return found

    @contextmanager
    def alone(self) -> Generator[None]:
        """As in `Store`, whichever process the others are in; until the block has appended."""
        with self._catching_up:  # before: others need not wait for what is much
            self._fold(self.log.head().position)
        with self._writing, self.log.alone():
            with self._catching_up:
                self._fold(self.log.head().position)
            yield

    def close(self) -> None:
        self._worker.stop()
        super().close()

    def _store(self, drafts: Sequence[Draft]) -> list[Event]:
        if self._strayed:
            raise LogRefused(self._strayed)
        return super()._store(drafts)

    def _reach(self, end: int, events: Sequence[Event] = (), seconds: float = -1) -> None:
        """As in `Store`, but not at any price: the thread will see to it.

        What was stored is stored, though the model may not say so for a moment.
        """
        seconds = OWN_SECONDS if seconds < 0 else seconds
        if end <= self.position or not self._catching_up.acquire(timeout=seconds):
            return
        try:
            self._fold(end, events)
        except LogRefused as refused:
            self._note(refused)
        finally:
            self._catching_up.release()

    def _check_past(self, head: Head) -> None:
        """LogRefused if the log is another one than that which the model was built from."""
        held = self.head()
        known = {head.position: head.hash}
        if head.position > held.position > 0:
            known = self.log.hashes([held.position])
        if known.get(held.position, held.hash if not held.position else "") != held.hash:
            self._strayed = (
                "The log was replaced or rolled back to an older state: its event "
                f"{held.position} is not the one this server has shown. Restart this server to "
                "show what the log contains now."
            )
            raise LogRefused(self._strayed)

    def _work(self) -> float:
        began = time.monotonic()
        try:
            self.follow()
            self._trouble, self._pause = "", POLL_SECONDS
        except DashboardError as refused:
            self._note(refused)
            self._pause = min(2 * self._pause, RARELY_SECONDS)
        return max(self._pause - (time.monotonic() - began), LEAST_SECONDS)

    def _note(self, refused: DashboardError) -> None:
        """Have the pages say so; whoever runs the server is told more, once."""
        why = str(refused)
        if isinstance(refused.__cause__, psycopg.Error):
            why = "The log’s database is not responding. Ask its administrator to check it."
        if not self._trouble:
            logger.warning("%s", refused)
        self._trouble = f"{why} {AGAIN}"
