"""The read model: an in-memory DuckDB built from the log and kept up with the same SQL.

Nothing is stored here that the log does not say. Pages and figures read only this.
"""

import os
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store.database import database, fill, model_sql
from dashboard.store.few import Few, are_few
from dashboard.store.histories import EVENTS_OF_CASE, Histories, History, drafts
from dashboard.store.kept import Kept
from dashboard.store.naming import Names, Naming, read_names
from dashboard.store.pairs import Pairs
from dashboard.store.queries import Parameter, Query, read_query
from dashboard.store.settings_tables import calendar_tables, settings_tables, tables_beside

SCRATCH = ("touched", "known", "described", "intervals", "standing")  # of the fold
INSTANTS = ("occurred", "corrected", "appointment", "requested")
# So much at a time: all of a large log at once needs several times the room.
LOADED_AT_ONCE = 1_000_000  # events
FOLDED_AT_ONCE = 25_000  # cases
FOLDED_BESIDE = 4  # as many parts beside each other, on as many cores
# DuckDB makes room for a whole batch in each column, however few rows come; a million by default.
ROWS_A_BATCH = 16_384
# What DuckDB says of a parameter's value that is not of its type, or out of its range.
UNFIT = (duckdb.DataError, duckdb.InvalidInputException, duckdb.BinderException)


class Model:
    """The read model for one state of the settings. One writer; readers take cursors."""

    def __init__(self, settings: Settings, *, at_once: int = FOLDED_AT_ONCE) -> None:
        self.settings = settings
        self.names = Names({}, settings)
        self._at_once = at_once
        self.position = 0
        self._is_beside = False  # whether events of no case came in, which change other tables
        self._case_numbers: dict[str, int] = {}
        self._kept, self._histories = Kept(), Histories()
        self._connection = database(settings.calendar)
        self._writer = self._connection.cursor()
        dates = calendar_tables(settings.calendar)["calendar"]
        self._pairs = Pairs(settings.calendar, dates["first_us"])
        self._few = Few(settings, self._pairs, dates)
        for name, table in settings_tables(settings).items():
            fill(self._writer, name, table)

    def apply(
        self,
        batches: Iterable[pa.Table],
        settings: Settings | None = None,
        *,
        is_read: bool = True,
        naming: Naming | None = None,
    ) -> None:
        """Take more of the log into account; all of it is seen by readers, or none.

        `settings` are those after it, if it changed them; positions and targets stay as they are.
        Not `is_read` is a model that nobody has yet: folded in parts, some beside each other, it
        needs a fraction of the time and room.
        """
        filled = [batch for batch in batches if batch.num_rows]
        names = self.names
        self._writer.execute("BEGIN")
        try:
            if is_read and are_few(filled):
                position, grown = self._take_few(filled)
            else:
                position, grown = self._take_many(filled, is_read=is_read), None
            if self._is_beside:
                self._execute("beside", self._writer)
            if settings:
                for name, table in tables_beside(settings).items():
                    fill(self._writer, name, table)
            if naming and (self._is_beside or settings):
                names = read_names(self._writer, naming, settings or self.settings)
                fill(self._writer, "actors", names.table())
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")
        self._is_beside = False
        self._histories.change(grown if names is self.names else None)
        self._kept.forget()
        self.settings, self.names = settings or self.settings, names
        self.position = position  # last: whoever waits for it finds the settings that go with it

    def pages(
        self, name: str, now: datetime, params: Mapping[str, Any], cases: int
    ) -> Iterator[pa.Table]:
        """The table as in `run`, so many cases at a time; all of it as it is at the beginning.

        For a figure that takes `first_case` and `last_case`, numbers of cases.
        """
        with self.unchanged() as cursor:
            found = cursor.execute("SELECT coalesce(max(case_no), 0) FROM cases").fetchall()
            for first in range(1, max(1, found[0][0]) + 1, cases):
                part = {"first_case": first, "last_case": first + cases - 1}
                yield _table(cursor, *self.asked(name, now, {**params, **part}))

    @contextmanager
    def unchanged(self) -> Generator[duckdb.DuckDBPyConnection]:
        """A cursor that sees all as it is at the beginning, whatever is folded in meanwhile."""
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN")
            yield cursor

    def run(self, name: str, now: datetime, params: Mapping[str, Any]) -> pa.Table:
        """The table of `queries/<name>.sql`. Parameters left out take their default."""
        query, values = self.asked(name, now, params)
        # The position before the query: a table is kept for a state that it is not older than.
        key = (self.position, name, *values.items())
        return self._kept.table(key, lambda: _table(self._connection.cursor(), query, values))

    def history(self, case_id: str) -> History | None:
        """What happened to the case and where it stands; None if there is none.

        A page asks for it many times over, and a command after it.
        """
        number = self.case_number(case_id)
        found, mark = self._histories.get(number)
        if found is None and number:
            rows = self.sql(EVENTS_OF_CASE, {"case_no": number}).to_pylist()
            found = History.of(drafts(case_id, rows), self.names) if rows else None
            if found:
                self._histories.keep(number, found, mark)
        return found

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
            key: self._default(parameter, now)
            if params.get(key) is None
            else parameter.read(params[key])
            for key, parameter in query.parameters.items()
        }
        return query, values

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

    def _take_few(self, batches: Sequence[pa.Table]) -> tuple[int, dict[int, History]]:
        """As `_take_many` does, for a few streams in a fraction of the time."""
        told = [row for batch in batches for row in batch.to_pylist()]
        for row in told:
            if row["kind"] == "case_opened":
                self._case_numbers.setdefault(row["stream"], len(self._case_numbers) + 1)
        streams = dict.fromkeys(row["stream"] for row in told)
        cases = {name: number for name in streams if (number := self.case_number(name))}
        self._is_beside |= len(cases) < len(streams)
        grown = self._few.take(self._writer, told, cases, self._histories, self.names)
        return told[-1]["position"] if told else self.position, grown

    def _take_many(self, batches: Sequence[pa.Table], *, is_read: bool) -> int:
        """Take rows of the log in and fold their cases; returns the last position."""
        position, touched = self._load_all(batches)
        firsts = range(0, len(touched), self._at_once)
        parts = [touched[first : first + self._at_once] for first in firsts]
        if is_read:
            for part in parts:
                self._fold(part, self._writer)
        else:
            self._fold_apart(parts)
        return position

    def _fold_apart(self, parts: Sequence[pa.Array]) -> None:
        """Fold each of these parts of the cases by itself, some of them at a time.

        A transaction holds tables of the fold until its end, so that each part has its own.
        """

        def fold(part: pa.Array) -> None:
            with self._connection.cursor() as cursor:
                cursor.execute("BEGIN")
                self._fold(part, cursor)
                cursor.execute("COMMIT")

        self._writer.execute("COMMIT")
        try:
            with ThreadPoolExecutor(min(FOLDED_BESIDE, os.cpu_count() or 1)) as cores:
                for _ in cores.map(fold, parts):
                    pass
        finally:
            self._writer.execute("BEGIN")

    def _load_all(self, batches: Sequence[pa.Table]) -> tuple[int, pa.Array]:
        """Put these rows of the log into `events`; returns their last position, and their cases."""
        if not batches:
            return self.position, pa.array([], pa.int32())
        whole = pa.concat_tables(batches)  # many small inserts take thrice as long
        starts = range(0, whole.num_rows, LOADED_AT_ONCE)
        numbers = [self._load(whole.slice(start, LOADED_AT_ONCE)) for start in starts]
        touched = pa.concat_arrays(numbers).unique().drop_null().sort()
        return int(whole["position"][-1].as_py()), touched

    def _load(self, batch: pa.Table) -> pa.Array:
        """Put these rows into `events`; returns the numbers of their cases, null for no case."""
        writer = self._writer
        writer.register("batch", batch)
        zone = {"zone": self.settings.calendar.zone}
        told = writer.execute(model_sql("instants"), zone).to_arrow_table()
        numbers = self._numbers(batch)
        self._is_beside |= numbers.null_count > 0
        loaded = batch.append_column("case_no", numbers)
        for name in INSTANTS:
            us = (batch if name == "occurred" else told)[f"{name}_us"]
            loaded = loaded.append_column(name, self._pairs.of(us.combine_chunks()))
        writer.register("batch", loaded)
        writer.execute(model_sql("load"))
        writer.unregister("batch")
        return numbers.unique()

    def _fold(self, case_numbers: pa.Array, cursor: duckdb.DuckDBPyConnection) -> None:
        """Make the rows of these cases anew from their events."""
        cursor.register("incoming", pa.table({"case_no": case_numbers}))
        cursor.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT case_no FROM incoming")
        cursor.unregister("incoming")
        self._execute("fold", cursor)

    def _execute(self, name: str, cursor: duckdb.DuckDBPyConnection) -> None:
        """Carry out a file of `queries/model`, statement by statement."""
        zone = {"zone": self.settings.calendar.zone}
        for statement in cursor.extract_statements(model_sql(name)):
            cursor.execute(statement, {k: zone[k] for k in statement.named_parameters})

    def _numbers(self, batch: pa.Table) -> pa.Array:
        """The number of each row's case, given in the order in which cases are opened."""
        for stream in batch.filter(pc.field("kind") == "case_opened")["stream"].to_pylist():
            self._case_numbers.setdefault(stream, len(self._case_numbers) + 1)
        streams = batch["stream"].combine_chunks().dictionary_encode()
        numbers = [self._case_numbers.get(stream) for stream in streams.dictionary.to_pylist()]
        return pa.array(numbers, pa.int32()).take(streams.indices)


def _table(cursor: duckdb.DuckDBPyConnection, query: Query, values: Mapping[str, Any]) -> pa.Table:
    try:
        return cursor.execute(query.text, values).to_arrow_table(ROWS_A_BATCH)
    except UNFIT as error:
        reason = str(error).partition("\n")[0]
        raise InputRefused(
            f"Figure {query.name} cannot be computed with these parameters: {reason}. "
            "Dates are YYYY-MM-DD, instants ISO 8601 with an offset."
        ) from error
