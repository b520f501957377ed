"""The read model: an in-memory DuckDB built from the log and kept up with the same SQL.

Nothing is stored here that the log does not say. Pages and figures read only this.
"""

import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cachetools import LRUCache

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store.pairs import Pairs
from dashboard.store.queries import QUERIES, Parameter, Query, read_query
from dashboard.store.settings_tables import settings_tables, tables_beside

SCRATCH = ("touched", "known", "described", "intervals", "standing")  # of the fold
INSTANTS = ("occurred", "corrected", "appointment", "requested")
# So much at a time: all of a large log at once needs several times the room.
LOADED_AT_ONCE = 1_000_000  # events
FOLDED_AT_ONCE = 25_000  # cases
KEPT_BYTES = 256 * 2**20  # of tables that were asked for and may be asked for again
# DuckDB makes room for a whole batch in each column, however few rows come; a million by default.
ROWS_A_BATCH = 16_384
SMALL_BYTES = 2**20
EVENTS_OF_CASE = (
    "SELECT version, kind, occurred.us AS occurred_us, recorded_us, actor, data "
    "FROM events WHERE case_no = $case_no ORDER BY version"
)
# What DuckDB says of a parameter's value that is not of its type, or out of its range.
UNFIT = (
    duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException,
    duckdb.BinderException,
)  # fmt: skip


class Model:
    """The read model for one state of the settings. One writer; readers take cursors."""

    def __init__(self, settings: Settings, *, at_once: int = FOLDED_AT_ONCE) -> None:
        self.settings = settings
        self._at_once = at_once
        self.position = 0
        self._is_beside = False  # whether events of no case came in, which change other tables
        self._case_numbers: dict[str, int] = {}
        self._tables = LRUCache[Hashable, pa.Table](KEPT_BYTES, lambda table: table.nbytes + 1)
        self._keeping = threading.Lock()
        self._connection = duckdb.connect(":memory:")
        for setting in (
            "TimeZone = 'UTC'",  # GLOBAL: a cursor does not inherit a plain SET
            "python_enable_replacements = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
        ):
            self._connection.execute(f"SET GLOBAL {setting}")
        self._writer = self._connection.cursor()
        self._writer.execute(_model_sql("schema"))
        tables = settings_tables(settings)
        self._pairs = Pairs(settings.calendar, tables["calendar"]["first_us"])
        for name, table in tables.items():
            self._fill(name, table)

    def apply(
        self,
        batches: Iterable[pa.Table],
        settings: Settings | None = None,
        *,
        is_read: bool = True,
    ) -> None:
        """Take more of the log into account; all of it is seen by readers, or none.

        `settings` are those after it, if it changed them; positions and targets stay as they are.
        Not `is_read` is a model that nobody has yet: part by part, it needs a fraction of the room.
        """
        self._writer.execute("BEGIN")
        try:
            position, touched = self._load_all(batches)
            for first in range(0, len(touched), self._at_once):
                if not is_read:
                    self._let_go()
                self._fold(touched[first : first + self._at_once])
            if self._is_beside:
                self._execute("beside")
            if settings:
                for name, table in tables_beside(settings).items():
                    self._fill(name, table)
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")
        self._is_beside = False
        with self._keeping:
            self._tables.clear()  # nobody asks for an earlier state
        self.settings = settings or self.settings
        self.position = position  # last: whoever waits for it finds the settings that go with it

    def pages(
        self, name: str, now: datetime, params: Mapping[str, Any], cases: int
    ) -> Iterator[pa.Table]:
        """The table as in `run`, so many cases at a time; all of it as it is at the beginning.

        For a figure that takes `first_case` and `last_case`, numbers of cases.
        """
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")  # what is folded in meanwhile is not seen
            found = cursor.execute("SELECT coalesce(max(case_no), 0) FROM cases").fetchall()
            for first in range(1, max(1, found[0][0]) + 1, cases):
                part = {"first_case": first, "last_case": first + cases - 1}
                yield _table(cursor, *self.asked(name, now, {**params, **part}))

    def run(self, name: str, now: datetime, params: Mapping[str, Any]) -> pa.Table:
        """The table of `queries/<name>.sql`. Parameters left out take their default.

        Raises InputRefused for a figure or parameter that does not exist, or a value that is
        not of the parameter's type.
        """
        query, values = self.asked(name, now, params)
        key = (name, *values.items())
        return self._kept(key, lambda: _table(self._connection.cursor(), query, values))

    def events_of(self, case_id: str) -> pa.Table:
        """The case's events in order of version, with what a draft needs; empty if there is none.

        A page asks for them many times over.
        """
        number = self.case_number(case_id)
        asked = {"case_no": number}
        return self._kept(("", number), lambda: _fitting(self.sql(EVENTS_OF_CASE, asked)))

    def asked(
        self, name: str, now: datetime, params: Mapping[str, Any]
    ) -> tuple[Query, dict[str, Any]]:
        """The query of that name with a value for each of its parameters. Raises InputRefused."""
        query = read_query(name)
        if strays := set(params) - set(query.parameters):
            known = ", ".join(query.parameters) or "none"
            raise InputRefused(
                f"Figure {name} has no parameter {', '.join(sorted(strays))}. It takes: {known}."
            )
        values = {
            key: params[key] if params.get(key) is not None else self._default(parameter, now)
            for key, parameter in query.parameters.items()
        }
        return query, values

    def _kept(self, key: Hashable, ask: Callable[[], pa.Table]) -> pa.Table:
        """The table that was kept for this state of the model, or a new one."""
        # Before the query: a table is kept for a state that it is not older than.
        key = (self.position, key)
        with self._keeping:
            table = self._tables.get(key)
        if table is None:
            table = ask()
            with self._keeping, suppress(ValueError):  # larger than all that may be kept
                self._tables[key] = table
        return table

    def sql(self, text: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The table of a statement of our own; for the store, never for pages."""
        told = self._connection.cursor().execute(text, dict(params or {}))
        return told.to_arrow_table(ROWS_A_BATCH)

    def case_number(self, case_id: str) -> int:
        """The integer key of a case; 0 if there is none."""
        return self._case_numbers.get(case_id, 0)

    def count_cases(self) -> int:
        """How many cases there are, whatever their state."""
        return len(self._case_numbers)

    def share_cores(self) -> None:
        """After a build, which takes all cores and much room: many people ask at once.

        Measured with 16 people on two cores: a step completed in half the time.
        """
        for name in SCRATCH:
            self._writer.execute(f"DROP TABLE IF EXISTS {name}")
        self._writer.execute(f"SET threads = {max(1, (os.cpu_count() or 1) // 2)}")

    def close(self) -> None:
        """Give the memory back."""
        self._writer.close()
        self._connection.close()

    def _default(self, parameter: Parameter, now: datetime) -> Any:
        if parameter.default == "now":
            if parameter.type == "BIGINT":
                us = np.array([to_us(now)], dtype=np.int64)
                return int(self.settings.calendar.position(us)[0])
            return now
        if parameter.default == "NULL":
            return None
        return parameter.default.strip("'")

    def _let_go(self) -> None:
        """Give back what a transaction holds until its end, tables of the last fold among it."""
        self._writer.execute("COMMIT")
        self._writer.execute("BEGIN")

    def _load_all(self, batches: Iterable[pa.Table]) -> tuple[int, pa.Array]:
        """Put these rows of the log into `events`; returns their last position, and their cases."""
        filled = [batch for batch in batches if batch.num_rows]
        if not filled:
            return self.position, pa.array([], pa.int32())
        whole = pa.concat_tables(filled)  # many small inserts take thrice as long
        starts = range(0, whole.num_rows, LOADED_AT_ONCE)
        numbers = [self._load(whole.slice(start, LOADED_AT_ONCE)) for start in starts]
        touched = pa.concat_arrays(numbers).unique().drop_null().sort()
        return int(whole["position"][-1].as_py()), touched

    def _load(self, batch: pa.Table) -> pa.Array:
        """Put these rows into `events`; returns the numbers of their cases, null for no case."""
        writer = self._writer
        writer.register("batch", batch)
        zone = {"zone": self.settings.calendar.zone}
        told = writer.execute(_model_sql("instants"), zone).to_arrow_table()
        numbers = self._numbers(batch)
        self._is_beside |= numbers.null_count > 0
        loaded = batch.append_column("case_no", numbers)
        for name in INSTANTS:
            us = (batch if name == "occurred" else told)[f"{name}_us"]
            loaded = loaded.append_column(name, self._pairs.of(us.combine_chunks()))
        writer.register("batch", loaded)
        writer.execute(_model_sql("load"))
        writer.unregister("batch")
        return numbers.unique()

    def _fold(self, case_numbers: pa.Array) -> None:
        """Make the rows of these cases anew from their events."""
        self._writer.register("incoming", pa.table({"case_no": case_numbers}))
        self._writer.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT case_no FROM incoming")
        self._writer.unregister("incoming")
        self._execute("fold")

    def _execute(self, name: str) -> None:
        """Carry out a file of `queries/model`, statement by statement."""
        zone = {"zone": self.settings.calendar.zone}
        for statement in self._writer.extract_statements(_model_sql(name)):
            self._writer.execute(statement, {k: zone[k] for k in statement.named_parameters})

    def _numbers(self, batch: pa.Table) -> pa.Array:
        """The number of each row's case, given in the order in which cases are opened."""
        for stream in batch.filter(pc.field("kind") == "case_opened")["stream"].to_pylist():
            self._case_numbers.setdefault(stream, len(self._case_numbers) + 1)
        streams = batch["stream"].combine_chunks().dictionary_encode()
        numbers = [self._case_numbers.get(stream) for stream in streams.dictionary.to_pylist()]
        return pa.array(numbers, pa.int32()).take(streams.indices)

    def _fill(self, name: str, table: pa.Table) -> None:
        """Put these rows into the table of that name, in place of those that it has."""
        self._writer.register("incoming", table)
        self._writer.execute(f"DELETE FROM {name}")  # noqa: S608 - our own table names
        self._writer.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608
        self._writer.unregister("incoming")


def _table(cursor: duckdb.DuckDBPyConnection, query: Query, values: Mapping[str, Any]) -> pa.Table:
    try:
        return _fitting(cursor.execute(query.text, values).to_arrow_table(ROWS_A_BATCH))
    except UNFIT as error:
        reason = str(error).partition("\n")[0]
        raise InputRefused(
            f"Figure {query.name} cannot be computed with these parameters: {reason}. "
            "Dates are YYYY-MM-DD, instants ISO 8601 with an offset."
        ) from error


def _fitting(table: pa.Table) -> pa.Table:
    """The table in no more room than its rows need: small ones are kept by the hundred.

    As DuckDB gives it, one of a few rows holds 50 to 100 kB.
    """
    if table.nbytes > SMALL_BYTES:
        return table
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, table.schema) as stream:
        stream.write_table(table)
    return pa.ipc.open_stream(written.getvalue()).read_all()


def _model_sql(name: str) -> str:
    return (QUERIES / "model" / f"{name}.sql").read_text(encoding="utf-8")
