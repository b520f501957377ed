"""The log in one DuckDB file, held by one process.

INSERT only: erasing personal values, which stand beside the log, is the sole DELETE. Every use
takes a cursor of its own and gives it back, because a shared connection fails between threads.
"""

import logging
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard import owned
from dashboard.cases import Draft, Event
from dashboard.errors import CommandRefused, LogRefused, StaleCase
from dashboard.store import duckdb_file
from dashboard.store.copies import fill, personal_table, personal_values
from dashboard.store.duckdb_chain import Told, check_events, compare, reason
from dashboard.store.head_file import HeadFile, read_head
from dashboard.store.log import BATCH, Head, Log, Tip, events_table, place

logger = logging.getLogger(__name__)

# After these DuckDB answers nothing until the database is opened anew.
SPOILT = (duckdb.FatalException, duckdb.InternalException)
MOVE_AT = 16 * 2**20  # bytes in the write-ahead log, as DuckDB itself would have it


class DuckdbLog(Log):
    """A log in a DuckDB file with its head file beside it. `open` makes or opens one."""

    def __init__(
        self, path: Path, known_kinds: frozenset[str], connection: duckdb.DuckDBPyConnection
    ) -> None:
        self._path = path
        self._known_kinds = known_kinds
        self._connection = connection
        self._appending = threading.Lock()
        # Any cursor keeps DuckDB's database alive, so they are counted: only without one can a
        # spoilt database be closed and opened anew.
        self._gate = threading.Condition()
        self._cursors = 0
        self._is_spoilt = False
        self._is_closed = False
        self._head_file = HeadFile(path)
        self._move_at = MOVE_AT
        self._see_the_end(connection)
        self._head_file.note(self._tip.head)

    @classmethod
    def open(cls, path: Path, known_kinds: frozenset[str], *, create: bool = True) -> "DuckdbLog":
        """The log at `path`, checked from its first event to its last.

        Made if there is none and `create`. Raises LogHeld if this or another process holds it,
        LogRefused if it cannot be trusted or written; then no file was touched.
        """
        path = path.resolve()  # its other files stand beside the file, not beside a link to it
        return cls(path, known_kinds, duckdb_file.open_checked(path, known_kinds, create=create))

    @staticmethod
    def accept(path: Path, known_kinds: frozenset[str]) -> Head:
        """Trust a log that nobody holds as it is, if its chain is whole: note its head anew."""
        return duckdb_file.accept_file(path.resolve(), known_kinds)

    def append(self, drafts: Sequence[Draft]) -> list[Event]:
        if unknown := {draft.kind for draft in drafts} - self._known_kinds:
            raise ValueError(f"With the kinds {unknown} the log would not open again.")
        with self._appending:
            try:
                return self._append(drafts, {})
            except (StaleCase, CommandRefused, duckdb.ConstraintException):
                # Perhaps the command was carried out before. To look is a scan of the log, which
                # the usual append is spared.
                stored = self._stored_of(drafts)
            try:
                return self._append(drafts, stored)
            except StaleCase as stale:
                holder = self._actor(stale.case_id, stale.version)
                raise StaleCase(stale.case_id, stale.version, holder) from None

    def head(self) -> Head:
        return self._tip.head

    def last_recorded_us(self) -> int:
        return self._tip.recorded_us

    def read(self, after: int = 0, known_at_us: int | None = None) -> Iterator[pa.Table]:
        last = self._tip.head.position
        if known_at_us is not None:
            with self._reading() as cursor:
                found = cursor.execute(
                    "SELECT max(position) FROM events WHERE recorded_us <= ?", [known_at_us]
                ).fetchall()
            last = found[0][0] or 0
        for start in range(after, last, BATCH):
            with self._reading() as cursor:
                batch = cursor.execute(
                    "SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position",
                    [start, min(start + BATCH, last)],
                ).to_arrow_table()
            yield batch

    def stored(self, *command_ids: str) -> list[Event]:
        return self._events(
            "SELECT * FROM events WHERE command_id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY position",
            [list(command_ids)],
        )

    def events_of(self, stream: str) -> list[Event]:
        return self._events("SELECT * FROM events WHERE stream = ? ORDER BY version", [stream])

    def personal(self, refs: Sequence[str]) -> dict[str, str]:
        with self._reading() as cursor:
            return dict(
                cursor.execute(
                    # concat: the index, which opening the log does not check, is not read
                    "SELECT ref, value FROM personal "
                    "WHERE concat(ref, '') IN (SELECT unnest(?::VARCHAR[]))",
                    [list(refs)],
                ).fetchall()
            )

    def erase(self, refs: Sequence[str]) -> int:
        with self._appending, self._reading() as cursor:
            self._head_file.check_place()
            erased = cursor.execute(
                "DELETE FROM personal WHERE ref IN (SELECT unnest(?::VARCHAR[]))", [list(refs)]
            ).fetchall()
            # Without it, the values would be back if the write-ahead log were cut short.
            self._move(cursor)
            return erased[0][0]

    def hashes(self, positions: Sequence[int]) -> dict[int, str]:
        query = "SELECT position, hash FROM events WHERE position IN (SELECT unnest(?::BIGINT[]))"
        with self._reading() as cursor:
            return dict(cursor.execute(query, [list(positions)]).fetchall())

    def kept(self) -> tuple[Head, pa.Table]:
        with self._appending, self._reading() as cursor:
            values = cursor.execute("SELECT ref, value FROM personal ORDER BY ref")
            return self._tip.head, values.to_arrow_table()

    def restore(self, batches: Iterable[pa.Table], personal: pa.Table, head: Head) -> None:
        with self._appending:
            if held := self._tip.head.position:
                raise duckdb_file.not_empty(self._path, held)
            try:
                self._insert(batches, personal)
                with self._cursor() as cursor:
                    self._see_the_end(cursor)
            except duckdb.Error as error:
                self._settle(head, error)
            self._head_file.note(self._tip.head)

    def verify(self, told: Told | None = None) -> Head:
        # read before the check, so that what is appended meanwhile is not missed
        noted, reached = read_head(self._path), self._tip.head
        with self._reading() as cursor:
            self._head_file.check_place()
            found = check_events(cursor, self._path, self._known_kinds, told)
            compare(cursor, self._path, found, noted)
            compare(cursor, self._path, found, reached)
            return found

    def close(self) -> None:
        with self._appending, self._gate:
            self._gate.wait_for(lambda: not self._cursors)
            if not self._is_closed and duckdb_file.size_of_wal(self._path):
                with suppress(LogRefused, duckdb.Error):  # they move when it is closed again
                    self._move(self._connection)
            self._connection.close()
            self._head_file.close()
            self._is_closed = True

    def _append(
        self, drafts: Sequence[Draft], stored: Mapping[tuple[str, int], Event]
    ) -> list[Event]:
        before = self._tip.head.position
        events = place(drafts, self._tip, self._versions, stored)
        new = {event.position: event for event in events if event.position > before}
        if not new:
            return events
        *_, last = new.values()
        try:
            values = personal_table(personal_values(drafts, stored).items())
            self._insert([events_table(new.values())], values)
        except duckdb.ConstraintException:
            raise
        except duckdb.Error as error:
            self._settle(Head(last.position, last.hash), error)
        self._tip = Tip(Head(last.position, last.hash), last.recorded_us)
        self._versions |= {event.stream: event.version for event in new.values()}
        self._head_file.note(self._tip.head)
        self._move_in_time()
        return events

    def _insert(self, batches: Iterable[pa.Table], personal: pa.Table) -> None:
        with self._cursor() as cursor:
            self._head_file.check_place()
            cursor.execute("BEGIN")
            for batch in batches:
                fill(cursor, "events", batch)
            if personal.num_rows:
                fill(cursor, "personal", personal)
            cursor.execute("COMMIT")
        owned.hand_over(duckdb_file.wal_path(self._path), self._path)

    def _settle(self, last: Head, error: duckdb.Error) -> None:
        """After an append failed: return if it is in the log all the same, else LogRefused.

        DuckDB may fail in the checkpoint that follows a commit, and may then be of no more use
        until it is opened anew.
        """
        try:
            with self._cursor() as cursor:
                self._see_the_end(cursor)
        except (LogRefused, duckdb.Error) as trouble:
            raise duckdb_file.not_known(self._path, error, trouble) from error
        if self._tip.head != last:
            raise duckdb_file.not_stored(self._path, error) from error

    def _see_the_end(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._tip, self._versions = duckdb_file.the_end(connection)

    def _move(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Move what waits in the write-ahead log into the database; LogRefused, duckdb.Error."""
        self._head_file.announce_move(self._tip.head)
        try:
            cursor.execute("CHECKPOINT")
        finally:
            self._head_file.note(self._tip.head)

    def _move_in_time(self) -> None:
        """Move once there is much to move. What was appended is stored even if that fails."""
        if (waiting := duckdb_file.size_of_wal(self._path)) < self._move_at:
            return
        self._move_at = MOVE_AT
        try:
            with self._cursor() as cursor:
                self._move(cursor)
        except (LogRefused, duckdb.Error) as error:
            self._move_at = waiting + MOVE_AT  # not with each append
            logger.warning("The events of %s wait in its .wal file: %s", self._path, error)

    def _stored_of(self, drafts: Sequence[Draft]) -> dict[tuple[str, int], Event]:
        found = self.stored(*{draft.command_id for draft in drafts})
        return {(event.command_id, event.ordinal): event for event in found}

    def _actor(self, stream: str, version: int) -> str | None:
        holders = [event.actor for event in self.events_of(stream) if event.version == version]
        return holders[0] if holders else None

    def _events(self, query: str, given: list[object]) -> list[Event]:
        with self._reading() as cursor:
            return [Event(*row) for row in cursor.execute(query, given).fetchall()]

    @contextmanager
    def _reading(self) -> Generator[duckdb.DuckDBPyConnection]:
        try:
            with self._cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            raise LogRefused(
                f"The log {self._path} could not be read ({reason(error)}). Try again. If that "
                "does not help, stop the application and run `python -m dashboard verify`."
            ) from error

    @contextmanager
    def _cursor(self) -> Generator[duckdb.DuckDBPyConnection]:
        with self._gate:
            self._gate.wait_for(lambda: not (self._is_spoilt and self._cursors))
            if self._is_closed:
                raise LogRefused(f"The log {self._path} is closed. Open it again.")
            if self._is_spoilt:
                self._open_anew()
            cursor = self._connection.cursor()
            self._cursors += 1
        try:
            yield cursor
        except SPOILT:
            self._is_spoilt = True
            raise
        finally:
            cursor.close()
            with self._gate:
                self._cursors -= 1
                self._gate.notify_all()

    def _open_anew(self) -> None:
        self._connection.close()
        self._connection = duckdb_file.open_checked(
            self._path, self._known_kinds, create=False, reached=self._tip.head
        )
        self._is_spoilt = False
        self._see_the_end(self._connection)
