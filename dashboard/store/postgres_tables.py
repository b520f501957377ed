"""The tables of a log on PostgreSQL: made once, looked at on opening, read and filled in bulk."""

from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pc
from psycopg import errors, sql

from dashboard.addresses import Database
from dashboard.errors import LogRefused
from dashboard.store.log import SCHEMA, Head, Tip
from dashboard.store.postgres_connections import IN_THE_WAY, TRIES, Connections, refusal

FORMAT = 1  # a later format has a higher number, and only later versions read it
TABLES = Path(__file__).with_name("postgres.sql")
# Of two who make the tables at once, one finds them half made by the other.
HALF_MADE = (*IN_THE_WAY, errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateObject)
BLOCK = 1 << 20  # bytes that are parsed at a time, unless a row is longer
PARSE = pc.ParseOptions(newlines_in_values=True)
CONVERT = pc.ConvertOptions(
    column_types=SCHEMA, strings_can_be_null=False, quoted_strings_can_be_null=False
)
INSERT_EVENTS = """
    INSERT INTO events (
        position, stream, version, kind, occurred_us, recorded_us, actor, data, command_id, ordinal,
        hash
    )
    SELECT * FROM unnest(
        %s::bigint[], %s::text[], %s::integer[], %s::text[], %s::bigint[], %s::bigint[],
        %s::text[], %s::text[], %s::text[], %s::integer[], %s::text[]
    )
"""
READ = sql.SQL("""
    COPY (
        SELECT position, stream, version, kind, occurred_us, recorded_us, actor, data, command_id,
            ordinal, hash
        FROM events
        WHERE position > {} AND position <= {}
        ORDER BY position
    ) TO STDOUT (FORMAT csv)
""")
INSERT_PERSONAL = "INSERT INTO personal (ref, value) SELECT * FROM unnest(%s::text[], %s::text[])"
MOVE_HEAD = "UPDATE head SET position = %s, hash = %s, recorded_us = %s"
END = "SELECT position, hash, recorded_us FROM head"
ALONE = "SELECT position, hash, recorded_us FROM head FOR UPDATE"


def prepare(connections: Connections, *, create: bool) -> None:
    """Make the tables if there are none and `create`; LogRefused if they are not fit for a log."""
    database = connections.database
    encoding = connections.ask(lambda one: one.execute("SHOW server_encoding").fetchall())
    if encoding != [("UTF8",)]:
        raise LogRefused(
            f"The database {database} stores text as {encoding[0][0]}, but a log needs UTF8. "
            "Create another one: createdb --encoding=UTF8 --template=template0 NAME."
        )
    number = connections.ask(_format)
    if number is None:
        if not create:
            raise LogRefused(
                f"There is no log in {database}. Correct the address. To create a log, start the "
                "application, or run `python -m dashboard sample` or `import`."
            )
        make(connections)
        number = connections.ask(_format)
    if number is None or number > FORMAT:
        raise newer(database, f"its format is {number}, but this version supports {FORMAT}")


def end_of(connection: psycopg.Connection, *, alone: bool = False) -> Tip:
    """Where the next event goes; `alone`: nobody else finds out until the transaction ends."""
    rows = connection.execute(ALONE if alone else END).fetchall()
    return tip_of(rows)


def tip_of(rows: list[tuple[Any, ...]]) -> Tip:
    """The row of `head`; LogRefused if there is not just one."""
    if len(rows) != 1:
        raise LogRefused("The log's table `head` must have one row. Restore the log from a backup.")
    return Tip(Head(*rows[0][:2]), rows[0][2])


def batch_between(connection: psycopg.Connection, after: int, upto: int) -> pa.Table:
    """The events of these positions, `after` excluded, in order."""
    query = READ.format(after, upto)  # COPY takes no parameters
    with connection.cursor() as cursor, cursor.copy(query) as rows:
        blocks = [bytes(row) for row in rows]
    if not blocks:
        return SCHEMA.empty_table()
    block = max(BLOCK, 2 * max(map(len, blocks)))
    read = pc.ReadOptions(column_names=SCHEMA.names, block_size=block)
    return pc.read_csv(pa.BufferReader(b"".join(blocks)), read, PARSE, CONVERT)


def insert_events(connection: psycopg.Connection, batch: pa.Table) -> None:
    """Add events that follow the head."""
    connection.execute(INSERT_EVENTS.encode(), [column.to_pylist() for column in batch.columns])


def insert_personal(connection: psycopg.Connection, values: pa.Table) -> None:
    """Add personal values."""
    if values.num_rows:
        connection.execute(INSERT_PERSONAL, [column.to_pylist() for column in values.columns])


def newer(database: Database, why: str) -> LogRefused:
    """Why this version lets a log alone."""
    return LogRefused(
        f"The log {database} was written by a newer version of Changeover: {why}. Start that "
        "version, or a later one. Nothing was changed."
    )


def _format(connection: psycopg.Connection) -> int | None:
    """The number that the tables bear; None if there are none."""
    try:
        rows = connection.execute("SELECT number FROM format").fetchall()
    except errors.UndefinedTable:
        return None
    return rows[0][0] if rows else None


def make(connections: Connections) -> None:
    """Make all tables that are missing, or none; others who do so at once make the same."""
    statements = TABLES.read_bytes()
    for number in range(1, TRIES + 1):
        connection = connections.connect()
        try:
            with connection.transaction():
                connection.execute(statements)
            return
        except psycopg.Error as error:
            if number == TRIES or not isinstance(error, HALF_MADE):
                raise refusal(connections.database, error) from error
        finally:
            connection.close()
