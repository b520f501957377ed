"""Opening a DuckDB file as a log: no file is touched until everything in it has been checked.

So the file is opened read-only first, and for writing only when it is known to be whole.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dashboard.errors import LogHeld, LogRefused
from dashboard.store.duckdb_chain import (
    FORMAT,
    SETTINGS,
    WITH_A_BACKUP,
    check_events,
    compare,
    reason,
)  # fmt: skip
from dashboard.store.head_file import head_path, read_head, sync_folder
from dashboard.store.log import Head

# What DuckDB keeps beside its file while it is open, and leaves there in a crash.
DUCKDBS_OWN = (".wal", ".wal.checkpoint", ".wal.recovery")
TABLES = """
CREATE TABLE format (number INTEGER NOT NULL);
CREATE TABLE events (
    position BIGINT PRIMARY KEY,
    stream VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    occurred_us BIGINT NOT NULL,
    recorded_us BIGINT NOT NULL,
    actor VARCHAR NOT NULL,
    data VARCHAR NOT NULL,
    command_id VARCHAR NOT NULL,
    ordinal INTEGER NOT NULL,
    hash VARCHAR NOT NULL,
    UNIQUE (stream, version),
    UNIQUE (command_id, ordinal)
);
CREATE TABLE personal (ref VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
"""


def open_checked(
    path: Path, known_kinds: frozenset[str], *, create: bool, reached: Head | None = None
) -> duckdb.DuckDBPyConnection:
    """The log at `path`, whole and open for writing; made first if there is none and `create`.

    `reached` is how far it must go besides what its head file says. Raises LogRefused, LogHeld.
    """
    try:
        _check_place(path)
        if not path.exists():
            _check_absence(path, create)
            _make(path)
        found = check_file(path, known_kinds, reached)
    except OSError as error:
        raise LogRefused(
            f"The log {path} cannot be opened: {error.strerror} ({error.filename})."
        ) from error
    connection = connect(path, read_only=False)
    if last_head(connection) != found:  # someone wrote between our two openings
        connection.close()
        raise LogHeld(f"The log {path} was written while it was being opened. Try again.")
    return connection


def check_file(
    path: Path,
    known_kinds: frozenset[str],
    reached: Head | None = None,
    *,
    trust_head_file: bool = True,
) -> Head:
    """Check a log that nobody holds, without touching it, and return its head.

    Raises LogRefused, LogHeld; OSError if the head file cannot be read.
    """
    connection = connect(path, read_only=True)
    try:
        found = check_events(connection, path, known_kinds)
        if trust_head_file:
            compare(connection, path, found, read_head(path))
        if reached:
            compare(connection, path, found, reached)
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    finally:
        connection.close()
    return found


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """DuckDB's connection to the file, set up as every log's; LogHeld, LogRefused."""
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=SETTINGS)
    except duckdb.ConnectionException as error:  # DuckDB finds it open with other settings
        raise LogHeld(f"This process has the log {path} open already. Use that one.") from error
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise LogHeld(
                f"Another process holds the log {path}, and only one can. Ask that process, or "
                "stop it first."
            ) from error
        raise _unreadable(path, error) from error
    # GLOBAL: cursors do not inherit a plain SET
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    return connection


def last_head(connection: duckdb.DuckDBPyConnection) -> Head:
    """Position and hash of the last event, unchecked."""
    last = connection.execute(
        "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return Head(*last) if last else Head.empty()


def not_empty(path: Path, held: int) -> LogRefused:
    """Why nothing is restored into the log."""
    return LogRefused(
        f"The log {path} holds {held} events, and a backup goes only into an empty one. Nothing "
        "was changed. Restore it under another name with --db; or stop the application, move "
        f"{path.name} and {path.name}.head away, and run this again."
    )


def _check_place(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise LogRefused(
            f"There can be no log {path}: the folder {folder} does not exist. Make it first, or "
            "correct the path."
        )
    if path.exists() and not path.is_file():
        raise LogRefused(f"{path} is not a file, so it is no log. Name a file.")
    for place in (folder, path):
        # asking DuckDB would end in an error at the first append, not now
        if place.exists() and not os.access(place, os.R_OK | os.W_OK, effective_ids=True):
            raise LogRefused(
                f"The log {path} cannot be written: {place} is read-only for this user, or its "
                "disk is. A log needs to write both its file and the folder. Change the "
                "permissions, or name another place."
            )


def _check_absence(path: Path, create: bool) -> None:
    """LogRefused if files beside it say that the log did exist, or if it must exist."""
    remains = [path.with_name(path.name + end) for end in DUCKDBS_OWN]
    if head := read_head(path):
        remains += [head_path(path)] if head.position else []
    found = [place.name for place in remains if place.exists()]
    if found:
        raise LogRefused(
            f"The log {path} is gone, but {' and '.join(found)} beside it tells that there was "
            f"one. {WITH_A_BACKUP}; or, to begin an empty log here, move what is left away."
        )
    if not create:
        raise LogRefused(
            f"There is no log {path}. Correct the path; or make one: start the application, or run "
            "`python -m dashboard sample` or `import`."
        )


def _make(path: Path) -> None:
    """An empty log, made aside so that no crash leaves half of one."""
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        new = Path(aside) / path.name
        connection = connect(new, read_only=False)
        try:
            connection.execute(TABLES)
            connection.execute("INSERT INTO format VALUES (?)", [FORMAT])
            connection.execute("CHECKPOINT")  # closing would do it, but fail without a word
        except duckdb.Error as error:
            raise LogRefused(f"The log {path} cannot be made: {reason(error)}.") from error
        finally:
            connection.close()
        with new.open("rb") as file:
            os.fsync(file.fileno())
        try:
            path.hardlink_to(new)  # unlike a rename it never replaces a log
        except FileExistsError:
            return  # another process was quicker: its log is the one
    sync_folder(path.parent)


def _unreadable(path: Path, error: duckdb.Error) -> LogRefused:
    return LogRefused(
        f"The file {path} cannot be read as a log: {reason(error)}. {WITH_A_BACKUP} (a backup is "
        "no log itself: `python -m dashboard restore` makes one of it), or name another file."
    )
