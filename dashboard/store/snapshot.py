"""The read model as a DuckDB file or as Parquet, for tools that know nothing of Changeover.

Tables as in `queries/model/schema.sql`, described in `queries/model/comments.sql`, and a view a
figure. What people are called, who entered what, and free text stay in the log: such columns are
empty, and figures that are about them, or about one case that has to be named, have no view.
"""

import re
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.errors import LogRefused
from dashboard.instants import to_us
from dashboard.store.database import model_sql
from dashboard.store.duckdb_chain import SETTINGS, WITHOUT_BITPACKING
from dashboard.store.queries import Query, names, read_query

if TYPE_CHECKING:
    from dashboard.store.view import View

# The oldest that files are written in: DuckDB 1.4, and every one since 1.0, reads it.
STORAGE = {"storage_compatibility_version": "v1.0.0"}
MEMORY = "256MB"  # of what is written, before it goes to the file
ROWS = 65_536  # at a time
TRIES = 20
# By table what stays in the log; NULL here.
WITHHELD = {
    "events": ("actor", "data", "done_by"),
    "steps": ("actor", "done_by"),
    "cases": ("breach_comment",),
    "notices": ("text", "posted_by", "ended_by"),
}
ABOUT_PEOPLE = frozenset({
    "directory", "entries_since", "event_log", "feedback", "log_events", "log_people", "notices",
    "people_suggested",
    "planning_turns", "rejected_rows", "reports_issued",
})  # fmt: skip
OUTSIDE = frozenset({"actors", "directory", "feedback", "signed_in"})  # tables: `actors` is empty
Read = Callable[[str], pa.RecordBatchReader]


def tables() -> list[str]:
    """Those of the read model that a snapshot has: all that are described and hold something."""
    described = re.findall(r"COMMENT ON TABLE (\w+)", model_sql("comments"))
    return [name for name in described if name not in ("snapshot", "actors")]


def figures() -> list[Query]:
    """Those that have a view."""
    queries = [read_query(name) for name in names() if name not in ABOUT_PEOPLE]
    return [one for one in queries if all(p.default != "''" for p in one.parameters.values())]


def to_duckdb(view: "View", path: Path, now: datetime) -> int:
    """Write all to a new file; returns the position of the last event that it holds.

    `now`: the instant that its figures are of. Raises LogRefused if there is no room.
    """
    with _unchanged(view) as (position, log_hash, read):
        try:
            with closing(duckdb.connect(str(path), config={**SETTINGS, **STORAGE})) as file:
                file.execute(WITHOUT_BITPACKING)
                file.execute(f"SET memory_limit = '{MEMORY}'")
                _fill(file, read)
                file.register("incoming", _stamp(view, position, log_hash, now))
                file.execute("CREATE TABLE snapshot AS SELECT * FROM incoming")
                _add_views(file, view, now)
                file.execute(model_sql("comments"))
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise LogRefused(f"The snapshot could not be written: {error}") from error
    return position


def to_parquet(view: "View", folder: Path, now: datetime) -> int:
    """Write a file a table, and `snapshot.parquet`; else as `to_duckdb`, without the figures."""
    with _unchanged(view) as (position, log_hash, read):
        pq.write_table(_stamp(view, position, log_hash, now), folder / "snapshot.parquet")
        for table in tables():
            reader = read(table)
            with pq.ParquetWriter(folder / f"{table}.parquet", reader.schema) as file:
                for batch in reader:
                    file.write_batch(batch)
    return position


@contextmanager
def _unchanged(view: "View") -> Generator[tuple[int, str, Read]]:
    """Position and hash of the last event, and what reads a table as it is then."""
    for _ in range(TRIES):
        head = view.head()
        with view.unchanged() as cursor:
            found = cursor.execute("SELECT coalesce(max(position), 0) FROM events").fetchall()
            if found[0][0] == head.position:
                yield head.position, head.hash, lambda table: _reader(cursor, table)
                return
    raise LogRefused("The snapshot was not written: too much is being entered. Try again.")


def _reader(cursor: duckdb.DuckDBPyConnection, table: str) -> pa.RecordBatchReader:
    withheld = ", ".join(f"NULL::VARCHAR AS {name}" for name in WITHHELD.get(table, ()))
    columns = f"* REPLACE ({withheld})" if withheld else "*"
    text = f"SELECT {columns} FROM {table}"  # noqa: S608 - our own table names
    return cursor.execute(text).to_arrow_reader(ROWS)


def _stamp(view: "View", position: int, log_hash: str, now: datetime) -> pa.Table:
    return pa.table(
        {
            "as_of": pa.array([now], pa.timestamp("us", "UTC")),
            "position": pa.array([position], pa.int64()),
            "hash": [log_hash],
            "zone": [view.settings.calendar.zone],
        }
    )


def _fill(file: duckdb.DuckDBPyConnection, read: Read) -> None:
    file.execute(model_sql("schema"))
    for name in OUTSIDE - {"actors"}:  # a macro asks for that one
        file.execute(f"DROP TABLE {name}")
    for table in tables():
        file.register("incoming", read(table))
        file.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")  # noqa: S608
        file.unregister("incoming")


def _add_views(file: duckdb.DuckDBPyConnection, view: "View", now: datetime) -> None:
    us = np.array([to_us(now)], dtype=np.int64)
    instant = {
        "TIMESTAMPTZ": f"TIMESTAMPTZ '{now.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f+00}'",
        "BIGINT": str(int(view.settings.calendar.position(us)[0])),
    }
    for query in figures():
        given = {
            name: instant[one.type] if one.default == "now" else one.default
            for name, one in query.parameters.items()
        }
        text = re.sub(r"\$(\w+)", lambda found, given=given: given[found[1]], query.text)
        file.execute(f"CREATE VIEW {query.name} AS {text}")
        about = f"{query.about} A row: {query.grain}.".replace("'", "''")
        file.execute(f"COMMENT ON VIEW {query.name} IS '{about}'")
