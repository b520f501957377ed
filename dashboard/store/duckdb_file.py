"""Opening a DuckDB file as a log: no file is touched until everything in it has been checked.

So the file is opened read-only first, and for writing only when it is known to be whole.
"""

import os
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from dashboard import owned
from dashboard.addresses import is_utf8
from dashboard.errors import LogHeld, LogRefused
from dashboard.store.duckdb_chain import (
    FORMAT,
    OR_ACCEPT,
    SETTINGS,
    WITH_A_BACKUP,
    WITHOUT_BITPACKING,
    check_events,
    compare,
    reason,
)  # fmt: skip
from dashboard.store.head_file import (
    MOVING,
    Note,
    head_path,
    read_head,
    read_note,
    state_of,
    sync_folder,
    write_head,
)  # fmt: skip
from dashboard.store.log import Head, Tip

# What DuckDB keeps beside its file while it is open, and leaves there in a crash.
DUCKDBS_OWN = (".wal", ".wal.checkpoint", ".wal.recovery")
# When events move from the write-ahead log into the database is ours to say: see `HeadFile`.
OURS = {**SETTINGS, "wal_autocheckpoint": "1TB"}
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
    owned.shut_out_others()
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
    for ending in ("", ".wal", ".head"):  # they may be of a time when they were everybody's
        owned.keep_private(path.with_name(path.name + ending))
    connection = connect(path, read_only=False)
    if last_head(connection) != found:  # someone wrote between our two openings
        connection.close()
        raise LogHeld(f"The log {path} was written while it was being opened. Try again.")
    return connection


def accept_file(path: Path, known_kinds: frozenset[str]) -> Head:
    """Trust a log that nobody holds as it is, if its chain is whole: note its head anew."""
    try:
        head = check_file(path, known_kinds, trust_head_file=False)
        with path.open("rb") as database:
            write_head(path, head, state_of(database))
    except OSError as error:
        raise LogRefused(f"The head file of {path} was not written: {error.strerror}.") from error
    return head


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
    # The file is closed after the connection: whoever closes a file drops its locks on it.
    with path.open("rb") as database, closing(connection):
        try:
            found = check_events(connection, path, known_kinds)
            if trust_head_file:
                note = read_note(path)
                compare(connection, path, found, note.head if note else None)
                if note:
                    _check_state(path, found, note, state_of(database))
            if reached:
                compare(connection, path, found, reached)
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
    return found


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """DuckDB's connection to the file, set up as every log's; LogHeld, LogRefused."""
    if not is_utf8(str(path)):  # as where a disk was mounted with the wrong letters
        raise LogRefused(
            f"The log {path} cannot be opened: its name, or the name of a folder above it, is not "
            "UTF-8. Rename it, or choose another location."
        )
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=OURS)
    except duckdb.ConnectionException as error:  # DuckDB finds it open with other settings
        raise LogHeld(f"This process already has the log {path} open. Use that one.") from error
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise LogHeld(
                f"Another process is using the log {path}, and only one can at a time. Go through "
                "that process, or stop it first."
            ) from error
        raise _unreadable(path, error) from error
    # GLOBAL: cursors do not inherit a plain SET
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    connection.execute(WITHOUT_BITPACKING)
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
    return connection


def last_head(connection: duckdb.DuckDBPyConnection) -> Head:
    """Position and hash of the last event, unchecked."""
    last = connection.execute(
        "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
    ).fetchone()
    return Head(*last) if last else Head.empty()


def the_end(connection: duckdb.DuckDBPyConnection) -> tuple[Tip, dict[str, int]]:
    """Where the next event of a log goes, and how far each of its streams does."""
    last = connection.execute(
        "SELECT position, hash, recorded_us FROM events ORDER BY position DESC LIMIT 1"
    ).fetchone()
    versions = connection.execute("SELECT stream, max(version) FROM events GROUP BY stream")
    tip = Tip(Head(*last[:2]), last[2]) if last else Tip(Head.empty(), 0)
    return tip, dict(versions.fetchall())


def wal_path(path: Path) -> Path:
    """Where what was appended waits to be moved into the log file."""
    return path.with_name(path.name + ".wal")


def size_of_wal(path: Path) -> int:
    """How many bytes wait beside the log file to be moved into it."""
    try:
        return wal_path(path).stat().st_size
    except FileNotFoundError:
        return 0


def not_empty(path: Path, held: int) -> LogRefused:
    """Why nothing is restored into the log."""
    return LogRefused(
        f"The log {path} already has {held} events, and a backup can only be restored into an "
        "empty log. Nothing was changed. Restore it under another name with --db. Or stop the "
        f"application, move {path.name} and {path.name}.head away, and run this again."
    )


def not_stored(path: Path, error: duckdb.Error) -> LogRefused:
    """Why an append left no trace, and what to do."""
    mend = "Make sure its disk is writable and has free space, then try again."
    if "Corrupt database" in str(error):
        # The events are whole, or it would not have opened: an index is not. Backups do without.
        mend = (
            "Its events are intact, but its index is damaged: run `python -m dashboard backup`, "
            "and `restore` the backup under another name."
        )
    return LogRefused(
        f"Nothing was stored: the log {path} could not be written ({reason(error)}). {mend}"
    )


def not_known(path: Path, error: duckdb.Error, trouble: Exception) -> LogRefused:
    """Why nobody can tell whether an append was stored, and what to do."""
    return LogRefused(
        f"The log {path} could not be written ({reason(error)}) and cannot be reopened: {trouble} "
        "The last entry may not have been stored: once the log opens, enter it again. Nothing is "
        "stored twice."
    )


def _check_state(path: Path, found: Head, note: Note, state: str) -> None:
    """LogRefused if the head file was written for another state of the database file.

    The log may then go on from the head and miss, all the same, what came after.
    """
    is_moved = note.state == MOVING and found == note.head
    if note.state not in (None, state) and not is_moved:
        raise LogRefused(
            f"The log {path} and its head file {head_path(path).name} were written at different "
            f"times, so there is no proof that the {found.position} events are all. "
            f"{WITH_A_BACKUP}{OR_ACCEPT}"
        )


def _check_place(path: Path) -> None:
    folder = path.parent
    if not folder.is_dir():
        raise LogRefused(
            f"The log {path} cannot be created: the folder {folder} does not exist. Create it "
            "first, or correct the path."
        )
    if path.exists() and not path.is_file():
        raise LogRefused(f"{path} is not a file, so it cannot be a log. Name a file.")
    for place in (folder, path):
        # asking DuckDB would end in an error at the first append, not now
        if place.exists() and not os.access(place, os.R_OK | os.W_OK, effective_ids=True):
            raise LogRefused(
                f"The log {path} cannot be written: {place}, or its disk, is read-only for this "
                "user. Both the file and its folder must be writable. Change the permissions, or "
                "choose another location."
            )


def _check_absence(path: Path, create: bool) -> None:
    """LogRefused if files beside it say that the log did exist, or if it must exist."""
    remains = [path.with_name(path.name + end) for end in DUCKDBS_OWN]
    if head := read_head(path):
        remains += [head_path(path)] if head.position else []
    found = [place.name for place in remains if place.exists()]
    if found:
        raise LogRefused(
            f"The log {path} is missing, but files that belong to it are still there: "
            f"{', '.join(found)}. {WITH_A_BACKUP}; or, to start an empty log here, move those "
            "files away."
        )
    if not create:
        raise LogRefused(
            f"There is no log {path}. Correct the path. To create a log, start the application, "
            "or run `python -m dashboard sample` or `import`."
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
            raise LogRefused(f"The log {path} cannot be created: {reason(error)}.") from error
        finally:
            connection.close()
        new.chmod(owned.OWNERS)
        owned.hand_over(new, path.parent)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        try:
            path.hardlink_to(new)  # unlike a rename it never replaces a log
        except FileExistsError:
            return  # another process was quicker: its log is the one
    sync_folder(path.parent)


def _unreadable(path: Path, error: duckdb.Error) -> LogRefused:
    return LogRefused(
        f"The file {path} cannot be read as a log: {reason(error)}. {WITH_A_BACKUP}, or name "
        "another file. A backup is not a log: `python -m dashboard restore` makes a log from it."
    )
