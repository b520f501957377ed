"""The database of a read model: in memory, with its tables, and how rows come into them."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from dashboard.store.duckdb_chain import SETTINGS
from dashboard.store.queries import QUERIES
from dashboard.store.settings_tables import calendar_tables
from dashboard.workdays import Calendar

FEW_ROWS = 50  # written as values: a table of Arrow's costs more than so many


def database(calendar: Calendar) -> duckdb.DuckDBPyConnection:
    """A new one with all tables, those filled that a calendar fills."""
    made = duckdb.connect(":memory:", config=SETTINGS)
    made.execute("SET GLOBAL TimeZone = 'UTC'")  # a cursor inherits no plain SET
    made.execute(model_sql("schema"))
    for name, table in calendar_tables(calendar).items():
        fill(made, name, table)
    return made


def model_sql(name: str) -> str:
    """The text of `queries/model/<name>.sql`."""
    return (QUERIES / "model" / f"{name}.sql").read_text(encoding="utf-8")


def fill(writer: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Put these rows into the table of that name, in place of those that it has."""
    writer.execute(f"DELETE FROM {name}")  # noqa: S608 - our own table names
    if table.num_rows <= FEW_ROWS:
        insert(writer, name, table.to_pylist())
        return
    writer.register("incoming", table)
    writer.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608
    writer.unregister("incoming")


def insert(
    writer: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put a few rows, which have the same columns, into a table."""
    if rows:
        columns = ", ".join(rows[0])
        marks = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
        values = [value for row in rows for value in row.values()]
        writer.execute(f"INSERT INTO {table} ({columns}) VALUES {marks}", values)  # noqa: S608
