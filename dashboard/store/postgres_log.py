"""The log in a PostgreSQL database, which several processes write and read at once.

Whoever appends locks the one row of `head` first, so that positions are taken, and appear, in
order. Nothing is used that other engines with PostgreSQL's manners lack.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple, TypeVar

import psycopg
import pyarrow as pa
from psycopg import IsolationLevel

from dashboard.addresses import Database
from dashboard.cases import Draft, Event
from dashboard.errors import LogRefused
from dashboard.store import postgres_tables as tables
from dashboard.store.copies import personal_table
from dashboard.store.duckdb_chain import Told
from dashboard.store.log import Head, Log, Tip, check_text
from dashboard.store.postgres_appending import OF_COMMANDS, OF_STREAM, Ticket, append_each
from dashboard.store.postgres_connections import (
    PAUSE_SECONDS,
    TRIES,
    Connections,
    is_cut,
    reason,
    refusal,
)
from dashboard.store.postgres_drafts import PostgresDrafts
from dashboard.store.postgres_reading import Reader

Answer = TypeVar("Answer")

LAST = "SELECT position, hash, recorded_us FROM events ORDER BY position DESC LIMIT 1"
HASHES = "SELECT position, hash FROM events WHERE position = ANY(%s)"
PERSONAL = "SELECT ref, value FROM personal WHERE ref = ANY(%s)"
MOST_AT_ONCE = 100  # appends in one transaction


class Hold(NamedTuple):
    """A connection that has locked the head, which stands at `tip`, and for which thread."""

    connection: psycopg.Connection
    tip: Tip
    thread: int


class PostgresLog(Log):
    """A log in a database. `open` finds one, or makes it."""

    def __init__(self, connections: Connections, known_kinds: frozenset[str]) -> None:
        self._connections = connections
        self._database = connections.database
        self._known_kinds = known_kinds
        self._reader = Reader(connections, known_kinds)
        self._appending = threading.RLock()
        self._hold: Hold | None = None
        self._queueing = threading.Lock()
        self._waiting: list[Ticket] = []
        self._seeing = threading.Lock()
        self._tip = Tip(Head.empty(), 0)  # as far as this process has heard

    @classmethod
    def open(
        cls, database: Database, known_kinds: frozenset[str], *, create: bool = True
    ) -> "PostgresLog":
        """The log in that database; made if there is none and `create`.

        Its head is checked, and that its kinds are known; each event is checked when it is read.
        Raises LogRefused if it cannot be reached, trusted or made.
        """
        log = cls(Connections(database), known_kinds)
        try:
            tables.prepare(log._connections, create=create)
            log._see(log._reader.check_head())
        except LogRefused:
            log.close()
            raise
        return log

    @classmethod
    def accept(cls, database: Database, known_kinds: frozenset[str]) -> Head:
        """Trust a log as it is, if its chain is whole: note its head anew."""
        log = cls(Connections(database), known_kinds)

        def work(held: psycopg.Connection, tip: Tip) -> tuple[Tip, Head]:
            rows = held.execute(LAST).fetchall()
            found = tables.tip_of(rows) if rows else Tip(Head.empty(), 0)
            log._reader.check_chain(found.head)
            return found, found.head

        try:
            tables.prepare(log._connections, create=False)
            return log._written(work)
        finally:
            log.close()

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        if unknown := {draft.kind for draft in drafts} - self._known_kinds:
            raise ValueError(f"With the kinds {unknown} the log would not open again.")
        for draft in drafts:
            check_text(draft.stream)
            check_text(draft.command_id)
        ticket = Ticket(drafts)
        with self._queueing:
            self._waiting.append(ticket)
        with self._appending:
            while not ticket.is_done:
                self._append_with(ticket)
        if ticket.events is None:
            raise ticket.error or AssertionError("a ticket comes to something")
        return ticket.events

    def head(self) -> Head:
        hold = self._hold
        if hold and hold.thread == threading.get_ident():
            return hold.tip.head
        tip = self._connections.ask(tables.end_of)
        self._see(tip)
        return tip.head

    def last_recorded_us(self) -> int:
        """As far as this process has heard: without asking, so that no page has to wait for it."""
        return self._tip.recorded_us

    def read(self, after: int = 0, known_at_us: int | None = None) -> Iterator[pa.Table]:
        last = self.head().position
        if known_at_us is not None:
            last = self._reader.last_known(last, known_at_us)
        if after < last:
            start = Head(after, self.hashes([after])[after]) if after else Head.empty()
            yield from self._reader.batches(start, last)

    def stored(self, *command_ids: str) -> list[Event]:
        return [Event(*row) for row in self._reader.rows(OF_COMMANDS, [list(command_ids)])]

    def events_of(self, stream: str) -> list[Event]:
        return [Event(*row) for row in self._reader.rows(OF_STREAM, [stream])]

    def personal(self, refs: Sequence[str]) -> dict[str, str]:
        return dict(self._reader.rows(PERSONAL, [list(refs)]))

    def erase(self, refs: Sequence[str]) -> int:
        def work(held: psycopg.Connection, tip: Tip) -> tuple[Tip, int]:
            return tip, held.execute(
                "WITH gone AS (DELETE FROM personal WHERE ref = ANY(%s) RETURNING ref) "
                "SELECT count(*) FROM gone", [list(refs)],
            ).fetchall()[0][0]  # fmt: skip

        return self._written(work)

    def hashes(self, positions: Sequence[int]) -> dict[int, str]:
        return dict(self._reader.rows(HASHES, [list(positions)]))

    def kept(self) -> tuple[Head, pa.Table]:
        def work(connection: psycopg.Connection) -> tuple[Head, pa.Table]:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ  # both as of one moment
            with connection.transaction():
                tip = tables.end_of(connection)
                values = connection.execute("SELECT ref, value FROM personal").fetchall()
            connection.isolation_level = None
            return tip.head, personal_table(sorted(values))

        return self._connections.ask(work)

    def restore(self, batches: Iterable[pa.Table], personal: pa.Table, head: Head) -> None:
        def work(held: psycopg.Connection, tip: Tip) -> tuple[Tip, None]:
            if tip.head.position:
                raise LogRefused(
                    f"The log {self._database} already has {tip.head.position} events, and a "
                    "backup can only be restored into an empty log. Nothing was changed. Restore "
                    "it into another database with --db."
                )
            recorded_us = 0
            for batch in batches:
                tables.insert_events(held, batch)
                recorded_us = batch["recorded_us"][-1].as_py()
            tables.insert_personal(held, personal)
            return Tip(head, recorded_us), None

        self._written(work, tries=1)

    def verify(self, told: Told | None = None) -> Head:
        tip = self._reader.check_head()
        self._reader.check_chain(tip.head, told)
        return tip.head

    def drafts(self) -> PostgresDrafts:
        """The drafts that stand beside the log."""
        return PostgresDrafts(self._connections)

    def close(self) -> None:
        with self._appending:
            self._connections.close()

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else appends, in any process, until the block has appended or ends."""
        with self._appending:
            if self._hold:
                yield
                return
            self._take_hold()
            try:
                yield
            finally:
                self._let_go()

    def _append_with(self, own: Ticket) -> None:
        """Append what is asked for, and what other threads wait to append, unless it is alone."""
        with self._queueing:
            tickets = [own] if self._hold else self._waiting[:MOST_AT_ONCE]
            self._waiting = [ticket for ticket in self._waiting if ticket not in tickets]
        try:
            self._written(lambda held, tip: append_each(held, tip, tickets))
        except BaseException as error:
            for ticket in tickets:
                ticket.events, ticket.error = None, _again(error)
            raise

    def _written(
        self,
        work: Callable[[psycopg.Connection, Tip], tuple[Tip, Answer]],
        tries: int = TRIES,
    ) -> Answer:
        """What `work` gives, who is alone meanwhile; what it wrote, and its tip, is stored.

        It is done again if the connection is cut, even in the commit: what was stored already is
        found by its command id. Not if somebody relies on having been alone since before.
        """
        cut: psycopg.Error | None = None
        with self._appending:
            for number in range(1, 1 + (1 if self._hold else tries)):
                try:
                    with self.alone():
                        return self._committed(work)
                except psycopg.Error as error:
                    cut = error
                    time.sleep(PAUSE_SECONDS * number)
                except LogRefused:
                    if not cut:
                        raise
                    break
        raise LogRefused(
            f"The connection to the log {self._database} was lost ({reason(cut)}). The last entry "
            "may not have been stored: enter it again. Nothing is stored twice."
        ) from cut

    def _committed(self, work: Callable[[psycopg.Connection, Tip], tuple[Tip, Answer]]) -> Answer:
        if not self._hold:
            raise AssertionError("only who holds the head may write")
        held, before, _ = self._hold
        try:
            with held.pipeline():  # few ways there and back while others wait
                tip, answer = work(held, before)
                if tip != before:
                    held.execute(tables.MOVE_HEAD, [*tip.head, tip.recorded_us])
                held.execute("COMMIT")
        except psycopg.Error as error:
            self._hold = None
            held.close()
            if is_cut(error):
                raise
            raise refusal(self._database, error) from error
        self._hold = None
        self._connections.give_back(held)
        self._see(tip)
        return answer

    def _take_hold(self) -> None:
        def work(connection: psycopg.Connection) -> Tip:
            with connection.pipeline():
                connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
                return tables.end_of(connection, alone=True)

        connection, tip = self._connections.begin(work)
        self._hold = Hold(connection, tip, threading.get_ident())
        self._see(tip)

    def _let_go(self) -> None:
        hold, self._hold = self._hold, None
        if hold:
            with suppress(psycopg.Error):
                hold.connection.execute("ROLLBACK")
                self._connections.give_back(hold.connection)

    def _see(self, tip: Tip) -> None:
        with self._seeing:
            if tip.head.position >= self._tip.head.position:
                self._tip = tip


def _again(error: BaseException) -> BaseException:
    """The same for another thread."""
    return LogRefused(str(error)) if isinstance(error, LogRefused) else error
