"""What a DuckDB file must hold to be trusted as a log: every event, unchanged, in its place.

The check only reads. DuckDB alone opens a damaged write-ahead log without a word and with fewer
events; the chain and the head that was noted are what tells.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from dashboard.errors import LogRefused
from dashboard.store.head_file import head_path
from dashboard.store.log import ZERO, Head

FORMAT = 1  # a later format has a higher number, and only later versions read it
CHECKED_AT_ONCE = 250_000  # events; a window over all of a long log would not fit in memory
# A gap or a repeated position breaks the chain too, since positions are part of what is hashed.
CHECK = """
WITH linked AS (
    SELECT *, lag(hash, 1, $previous) OVER (ORDER BY position) AS previous
    FROM events
    WHERE position > $after AND position <= $upto
)
SELECT
    count(*),
    arg_max(hash, position),
    min(position) FILTER (hash IS DISTINCT FROM sha256(concat(
        previous,
        strlen(position::VARCHAR), ':', position,
        strlen(stream), ':', stream,
        strlen(version::VARCHAR), ':', version,
        strlen(kind), ':', kind,
        strlen(occurred_us::VARCHAR), ':', occurred_us,
        strlen(recorded_us::VARCHAR), ':', recorded_us,
        strlen(actor), ':', actor,
        strlen(data), ':', data,
        strlen(command_id), ':', command_id,
        strlen(ordinal::VARCHAR), ':', ordinal
    ))),
    list(DISTINCT kind)
FROM linked
"""
# All of it is read, so that a damaged block of it is found now and not when it is needed.
READ_PERSONAL = "SELECT count(*), sum(strlen(ref) + strlen(value)) FROM personal"

WITH_A_BACKUP = "Nothing was changed. Restore the log and its head file from a backup"
OR_ACCEPT = (
    "; or, if you have checked that what the log holds is right, run `python -m dashboard "
    "verify --accept`, which goes on from there."
)
# What every connection of ours is set up with.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": False,  # SQL must not read Python's variables
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# What a connection that writes a file is told besides. Integers are written as they are: bitpacking
# has made files that DuckDB itself could not read or move on (duckdb #22823). As a setting of
# `connect` it would be taken without a word and have no effect. GLOBAL: for all cursors.
WITHOUT_BITPACKING = "SET GLOBAL disabled_compression_methods = 'bitpacking'"
# Told how many events of how many are done.
Told = Callable[[int, int], object]


class BrokenChain(Exception):
    """What is held is not what was written; the text says where."""


class UnknownKinds(Exception):
    """There are events of kinds that this version does not know; the text names them."""


def check_events(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    known_kinds: frozenset[str],
    told: Told | None = None,
) -> Head:
    """Check format, chain and kinds, and return the head; LogRefused, or DuckDB's own errors."""
    [number] = _row(connection, "SELECT coalesce(max(number), 0) FROM format")
    if number > FORMAT:
        raise _newer(path, f"its format is {number}, but this version supports {FORMAT}")
    if number < FORMAT:
        raise _broken(path, "its format is not recorded")
    try:
        return check_chain(connection, known_kinds, told)
    except BrokenChain as broken:
        raise _broken(path, str(broken)) from broken
    except UnknownKinds as unknown:
        raise _newer(path, f"it contains unknown kinds of events: {unknown}") from unknown


def check_chain(
    connection: duckdb.DuckDBPyConnection, known_kinds: frozenset[str], told: Told | None = None
) -> Head:
    """Check every event and personal value, and return the head.

    What is appended meanwhile is left out. Raises BrokenChain, UnknownKinds, DuckDB's own errors.
    """
    count, last = _row(connection, "SELECT count(*), coalesce(max(position), 0) FROM events")
    if last != count:
        raise BrokenChain(f"it has {count} events, but the last one is number {last}")
    head = Head.empty()
    kinds: set[str] = set()
    for after in range(0, last, CHECKED_AT_ONCE):
        upto = min(after + CHECKED_AT_ONCE, last)
        given = {"previous": head.hash, "after": after, "upto": upto}
        held, last_hash, broken, held_kinds = _row(connection, CHECK, given)
        if broken is not None or held != upto - after:
            raise BrokenChain(f"event {broken or upto} has been altered")
        head = Head(upto, last_hash)
        kinds |= set(held_kinds)
        if told:
            told(upto, last)
    if unknown := kinds - known_kinds:
        raise UnknownKinds(", ".join(sorted(unknown)))
    _row(connection, READ_PERSONAL)
    return head


def compare(
    connection: duckdb.DuckDBPyConnection, path: Path, found: Head, noted: Head | None
) -> None:
    """LogRefused unless the log, whose head was `found`, goes on from the head that was noted.

    A log ahead of its head file is one whose process ended between the two: that is accepted.
    """
    if noted is None:
        if found.position:
            raise LogRefused(
                f"The log {path} has {found.position} events, but its head file "
                f"{head_path(path).name} is missing, so there is no proof that these are all. "
                f"{WITH_A_BACKUP}{OR_ACCEPT}"
            )
        return
    if found.position < noted.position:
        raise LogRefused(
            f"The log {path} ends at event {found.position}, but it reached event "
            f"{noted.position}: events are missing. {WITH_A_BACKUP}{OR_ACCEPT}"
        )
    if _hash_at(connection, noted.position) != noted.hash:
        raise LogRefused(
            f"Event {noted.position} of the log {path} differs from its head file: the two do not "
            f"match. {WITH_A_BACKUP}{OR_ACCEPT}"
        )


def reason(error: duckdb.Error) -> str:
    """DuckDB's own words, the first line of them."""
    return str(error).partition("\n")[0].rstrip(".")


def _hash_at(connection: duckdb.DuckDBPyConnection, position: int) -> str:
    """The hash of the event at a position that the log has reached; ZERO at its beginning."""
    if not position:
        return ZERO
    [found] = _row(connection, "SELECT hash FROM events WHERE position = $at", {"at": position})
    return found


def _row(
    connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, object] | None = None
) -> tuple[Any, ...]:
    [row] = connection.execute(query, given or {}).fetchall()
    return row


def _newer(path: Path, why: str) -> LogRefused:
    return LogRefused(
        f"The log {path} was written by a newer version of Changeover: {why}. Start that version, "
        "or a later one. Nothing was changed."
    )


def _broken(path: Path, why: str) -> LogRefused:
    return LogRefused(
        f"The log {path} is damaged: {why}. {WITH_A_BACKUP}; accepting cannot fix it."
    )
