"""What this version would find in a log, or in a backup of one, before it is let near it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from dashboard.addresses import Database, Place
from dashboard.cases import KINDS
from dashboard.store.copies import is_copy, open_copy
from dashboard.store.duckdb_chain import FORMAT
from dashboard.store.duckdb_file import check_file, connect
from dashboard.store.log import BATCH, Head
from dashboard.store.postgres_log import PostgresLog
from dashboard.store.view import build

BEGINNING = 16  # bytes that tell what a file is


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is, all of it checked: how far it goes, and the cases that pages would show."""

    format: int
    head: Head
    cases: int
    is_backup: bool


def look_ahead(place: Place) -> Outlook:
    """Check every event and build the model of it; nothing is written.

    Raises LogRefused, LogHeld, or InputRefused for a backup, if this version could not use it.
    """
    if isinstance(place, Database):
        return _of_database(place)
    return _of_file(place)


def _of_database(database: Database) -> Outlook:
    log = PostgresLog.open(database, KINDS, create=False)
    try:
        return Outlook(FORMAT, log.verify(), _cases(log.read()), is_backup=False)
    finally:
        log.close()


def _of_file(path: Path) -> Outlook:
    if _is_backup(path):
        with open_copy(path, str(path), KINDS) as copy:
            return Outlook(FORMAT, copy.head, _cases(copy.batches()), is_backup=True)
    head = check_file(path, KINDS)
    connection = connect(path, read_only=True)
    try:
        return Outlook(FORMAT, head, _cases(_batches(connection, head)), is_backup=False)
    finally:
        connection.close()


def _is_backup(path: Path) -> bool:
    """Whether the database says that it is one; a log, or what is neither, does not."""
    with suppress(OSError, UnicodeEncodeError, duckdb.Error):
        with path.open("rb") as file:
            if not is_copy(file.read(BEGINNING)):
                return False
        with duckdb.connect(str(path), read_only=True) as connection:
            return bool(
                connection.execute("FROM duckdb_tables() WHERE table_name = 'backup'").fetchall()
            )
    return False


def _batches(connection: duckdb.DuckDBPyConnection, head: Head) -> Iterable[pa.Table]:
    for start in range(0, head.position, BATCH):
        yield connection.execute(
            "SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position",
            [start, min(start + BATCH, head.position)],
        ).to_arrow_table()


def _cases(batches: Iterable[pa.Table]) -> int:
    model, _ = build(batches)
    try:
        return model.count_cases()
    finally:
        model.close()
