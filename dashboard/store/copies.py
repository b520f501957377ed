"""A log in one file that is no log: written beside a log in use, checked before it is trusted.

It is a DuckDB file of its own, so that whatever happens to it, a full disk for one, happens in
another database than the log's. Its tables bear no keys, which makes it small and quick to write,
and `backup` stands where a log has `format`: nobody takes it for a log by mistake.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.cases import Draft, Event
from dashboard.errors import InputRefused, LogRefused
from dashboard.store.duckdb_chain import (
    SETTINGS,
    WITHOUT_BITPACKING,
    BrokenChain,
    Told,
    UnknownKinds,
    check_chain,
    reason,
)  # fmt: skip
from dashboard.store.log import BATCH, SCHEMA, Head, Log, check_text

FORMAT = 1  # a later format has a higher number, and only later versions read it
TABLES = """
CREATE TABLE backup (format INTEGER NOT NULL, position BIGINT NOT NULL, hash VARCHAR NOT NULL);
CREATE TABLE events (
    position BIGINT NOT NULL,
    stream VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    occurred_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    actor VARCHAR NOT NULL,
    data VARCHAR NOT NULL,
    command_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    hash VARCHAR NOT NULL
);
CREATE TABLE personal (ref VARCHAR NOT NULL, value VARCHAR NOT NULL);
"""
# Whoever works on meanwhile needs the memory more.
MODEST = {**SETTINGS, "memory_limit": "300MB", "threads": 1}
SIGN = b"DUCK"  # in every DuckDB file, after a checksum of eight bytes


class Copy:
    """A copy that was checked from its first event to its last, open for reading."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, head: Head) -> None:
        self._connection = connection
        self.head = head

    def batches(self) -> Iterator[pa.Table]:
        """The events, as `Log.read` gives them."""
        for start in range(0, self.head.position, BATCH):
            yield self._connection.execute(
                "SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position",
                [start, start + BATCH],
            ).to_arrow_table()

    def personal(self) -> pa.Table:
        """The personal values, as `Log.kept` gives them."""
        found = self._connection.execute("SELECT ref, value FROM personal ORDER BY ref")
        return found.to_arrow_table()


def copy_log(log: Log, path: Path, told: Told | None = None) -> Head:
    """Copy a log in use, as it stands now, to a new file; returns the head that the copy has.

    Others go on writing. Raises LogRefused if there is no room.
    """
    head, personal = log.kept()
    tell = (lambda done: told(done, head.position)) if told else None
    write_copy(path, _until(log.read(), head), lambda: personal, tell)
    return head


def write_copy(
    path: Path,
    batches: Iterable[pa.Table],
    personal: Callable[[], pa.Table],
    told: Callable[[int], object] | None = None,
) -> None:
    """A new file of these events; `told` hears how many are written.

    `personal` is asked once all events are written: it may come with them.
    """
    head = Head.empty()
    try:
        with duckdb.connect(str(path), config=MODEST) as connection:
            connection.execute(WITHOUT_BITPACKING)
            connection.execute(TABLES)
            connection.execute("BEGIN")
            for batch in batches:
                fill(connection, "events", batch)
                head = Head(batch["position"][-1].as_py(), batch["hash"][-1].as_py())
                if told:
                    told(head.position)
            fill(connection, "personal", personal())
            connection.execute("INSERT INTO backup VALUES (?, ?, ?)", [FORMAT, *head])
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT")  # closing would do it, but fail without a word
    except duckdb.Error as error:
        raise LogRefused(
            f"The copy of the log could not be written to {path.parent}: {reason(error)}. Free up "
            "space there, or set TMPDIR to a folder with more space, and try again."
        ) from error


@contextmanager
def open_copy(
    path: Path, name: str, known_kinds: frozenset[str], told: Told | None = None
) -> Generator[Copy]:
    """The copy in a file that messages call `name`, for the length of the block.

    Checked first: InputRefused if it is not whole, or was written by a newer version.
    """
    try:
        connection = duckdb.connect(str(path), read_only=True, config=MODEST)
    except duckdb.Error as error:
        raise _unfit(name, reason(error)) from error
    try:
        yield Copy(connection, _checked(connection, name, known_kinds, told))
    finally:
        connection.close()


def is_copy(beginning: bytes) -> bool:
    """Whether a file that begins so is a database; else it may be lines."""
    return beginning[8:12] == SIGN


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Add rows to `events` or `personal` of a log or a copy."""
    connection.register("rows_to_add", rows)
    connection.execute(f"INSERT INTO {table} SELECT * FROM rows_to_add")  # noqa: S608 - ours
    connection.unregister("rows_to_add")


def personal_values(
    drafts: Iterable[Draft], stored: Mapping[tuple[str, int], Event]
) -> dict[str, str]:
    """What the drafts not yet stored keep beside the log, by ref."""
    values: dict[str, str] = {}
    for draft in drafts:
        if draft.personal and (draft.command_id, draft.ordinal) not in stored:
            values |= draft.personal
    for ref, value in values.items():
        check_text(ref)
        check_text(value)
    return values


def personal_table(values: Iterable[tuple[str, str]]) -> pa.Table:
    """Personal values as `Log.kept` gives them."""
    pairs = list(values)
    return pa.table(
        {"ref": [ref for ref, _ in pairs], "value": [value for _, value in pairs]},
        schema=pa.schema({"ref": pa.string(), "value": pa.string()}),
    )


def _until(batches: Iterable[pa.Table], head: Head) -> Iterator[pa.Table]:
    """The batches up to the head, though the log goes on meanwhile."""
    for batch in batches:
        part = batch.filter(pc.field("position") <= head.position)
        if part.num_rows:
            yield part
        if part.num_rows < batch.num_rows:
            return


def _checked(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    known_kinds: frozenset[str],
    told: Told | None,
) -> Head:
    try:
        rows = connection.execute("SELECT format, position, hash FROM backup").fetchall()
        if [row[0] for row in rows] != [FORMAT]:
            raise _newer(name, "its format is different")
        if connection.execute("SELECT * FROM events LIMIT 0").to_arrow_table().schema != SCHEMA:
            raise _unfit(name, "its events do not have the columns of a log")
        found = check_chain(connection, known_kinds, told)
    except BrokenChain as broken:
        raise _unfit(name, str(broken)) from broken
    except UnknownKinds as unknown:
        raise _newer(name, f"it contains unknown kinds of events: {unknown}") from unknown
    except duckdb.Error as error:
        raise _unfit(name, reason(error)) from error
    if found != Head(*rows[0][1:]):
        raise _unfit(
            name, f"it ends at event {found.position}, not where it ended when it was made"
        )
    return found


def _unfit(name: str, why: str) -> InputRefused:
    return InputRefused(
        f"{name} is not a complete backup of a log: {why}. Nothing was changed. Use another backup."
    )


def _newer(name: str, why: str) -> InputRefused:
    return InputRefused(
        f"{name} was written by a newer version of Changeover: {why}. Nothing was changed. "
        "Restore it with that version, or a later one."
    )
