"""The read model: an in-memory DuckDB built from the log and kept up with the same SQL.

Nothing is stored here that the log does not say. Pages and figures read only this.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from dashboard.errors import InputRefused
from dashboard.instants import to_us
from dashboard.settings import Settings
from dashboard.store.queries import QUERIES, Parameter, read_query
from dashboard.store.settings_tables import directory_table, settings_tables
from dashboard.workdays import Calendar

INSTANTS = ("occurred", "corrected", "appointment", "requested")
PLAIN = (
    "position", "stream", "version", "kind", "actor", "data", "recorded_us", "workflow", "step",
    "of_version", "done_by", "is_imported",
)  # fmt: skip
# What DuckDB says of a parameter's value that is not of its type, or out of its range.
UNFIT = (
    duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException,
    duckdb.BinderException,
)  # fmt: skip


class Model:
    """The read model for one state of the settings. One writer; readers take cursors."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.position = 0
        self._is_beside = False  # whether events of no case came in, which change other tables
        self._case_numbers: dict[str, int] = {}
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
        for name, table in settings_tables(settings).items():
            self._fill(name, table)

    def apply(self, batches: Iterable[pa.Table], settings: Settings | None = None) -> None:
        """Take more of the log into account; all of it is seen by readers, or none.

        `settings` are those after it, if it changed them; positions and targets stay as they are.
        """
        self._writer.execute("BEGIN")
        try:
            self._writer.execute("CREATE OR REPLACE TEMP TABLE touched (case_no INTEGER)")
            position = max((self._load(batch) for batch in batches), default=self.position)
            self._execute("fold")
            if self._is_beside:
                self._execute("beside")
            if settings:
                self._fill("directory", directory_table(settings))
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")
        self._is_beside = False
        self.settings = settings or self.settings
        self.position = position  # last: whoever waits for it finds the settings that go with it

    def run(self, name: str, now: datetime, params: Mapping[str, Any]) -> pa.Table:
        """The table of `queries/<name>.sql`. Parameters left out take their default.

        Raises InputRefused for a figure or parameter that does not exist, or a value that is
        not of the parameter's type.
        """
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
        try:
            return self._connection.cursor().execute(query.text, values).to_arrow_table()
        except UNFIT as error:
            reason = str(error).partition("\n")[0]
            raise InputRefused(
                f"Figure {name} cannot be computed with these parameters: {reason}. "
                "Dates are YYYY-MM-DD, instants ISO 8601 with an offset."
            ) from error

    def sql(self, text: str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """The table of a statement of our own; for the store, never for pages."""
        return self._connection.cursor().execute(text, dict(params or {})).to_arrow_table()

    def case_number(self, case_id: str) -> int:
        """The integer key of a case; 0 if there is none."""
        return self._case_numbers.get(case_id, 0)

    def count_cases(self) -> int:
        """How many cases there are, whatever their state."""
        return len(self._case_numbers)

    def share_cores(self) -> None:
        """One query no longer takes all cores: a build does, then many people ask at once.

        Measured with 16 people on two cores: a step completed in half the time.
        """
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

    def _load(self, batch: pa.Table) -> int:
        """Put a batch of the log into `events` and `touched`; returns its last position."""
        if not batch.num_rows:
            return self.position
        writer, calendar = self._writer, self.settings.calendar
        writer.register("batch", batch)
        parsed = writer.execute(_model_sql("load"), {"zone": calendar.zone}).to_arrow_table()
        columns = {name: parsed[name] for name in PLAIN}
        columns["case_no"] = self._numbers(parsed["stream"].to_pylist(), parsed["kind"].to_pylist())
        self._is_beside |= columns["case_no"].null_count > 0
        for name in INSTANTS:
            columns[name] = _pairs(parsed[f"{name}_us"].combine_chunks(), calendar)
        writer.register("loaded", pa.table(columns))
        writer.execute("INSERT INTO events BY NAME SELECT * FROM loaded")
        writer.execute(
            "INSERT INTO touched SELECT DISTINCT case_no FROM loaded WHERE case_no IS NOT NULL "
            "AND case_no NOT IN (SELECT case_no FROM touched)"
        )
        writer.unregister("loaded")
        writer.unregister("batch")
        return int(parsed["position"][-1].as_py())

    def _execute(self, name: str) -> None:
        """Carry out a file of `queries/model`, statement by statement."""
        zone = {"zone": self.settings.calendar.zone}
        for statement in self._writer.extract_statements(_model_sql(name)):
            self._writer.execute(statement, {k: zone[k] for k in statement.named_parameters})

    def _numbers(self, streams: list[str], kinds: list[str]) -> pa.Array:
        """The number of each row's case, given in the order in which cases are opened."""
        for stream, kind in zip(streams, kinds, strict=True):
            if kind == "case_opened":
                self._case_numbers.setdefault(stream, len(self._case_numbers) + 1)
        return pa.array([self._case_numbers.get(stream) for stream in streams], pa.int32())

    def _fill(self, name: str, table: pa.Table) -> None:
        """Put these rows into the table of that name, in place of those that it has."""
        self._writer.register("incoming", table)
        self._writer.execute(f"DELETE FROM {name}")  # noqa: S608 - our own table names
        self._writer.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608
        self._writer.unregister("incoming")


def _model_sql(name: str) -> str:
    return (QUERIES / "model" / f"{name}.sql").read_text(encoding="utf-8")


def _pairs(us: pa.Array, calendar: Calendar) -> pa.Array:
    """Instants with their business-time positions, as pairs; null where there is no instant."""
    filled = us.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    empty = us.is_null().to_numpy(zero_copy_only=False)
    positions = np.zeros(len(filled), dtype=np.int64)
    positions[~empty] = calendar.position(filled[~empty])
    return pa.StructArray.from_arrays(
        [pa.array(filled), pa.array(positions)], ["us", "pos"], mask=us.is_null()
    )
