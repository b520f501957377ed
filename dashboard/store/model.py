"""The read model: an in-memory DuckDB built from the log and kept up with the same SQL.

Nothing is stored here that the log does not say. Pages and figures read only this.
"""

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
from dashboard.workdays import FIRST_DATE, FIRST_INSTANT, LAST_DATE, LAST_INSTANT, Calendar
from dashboard.workflows import WORKFLOWS

FAR_US = 2**62
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
        self._load_settings()

    def apply(self, batches: Iterable[pa.Table]) -> None:
        """Take more of the log into account; all of it is seen by readers, or none."""
        self._writer.execute("BEGIN")
        try:
            self._writer.execute("CREATE OR REPLACE TEMP TABLE touched (case_no INTEGER)")
            position = max((self._load(batch) for batch in batches), default=self.position)
            zone = {"zone": self.settings.calendar.zone}
            for statement in self._writer.extract_statements(_model_sql("fold")):
                self._writer.execute(statement, {k: zone[k] for k in statement.named_parameters})
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")
        self.position = position

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

    def _numbers(self, streams: list[str], kinds: list[str]) -> pa.Array:
        """The number of each row's case, given in the order in which cases are opened."""
        for stream, kind in zip(streams, kinds, strict=True):
            if kind == "case_opened":
                self._case_numbers.setdefault(stream, len(self._case_numbers) + 1)
        return pa.array([self._case_numbers.get(stream) for stream in streams], pa.int32())

    def _load_settings(self) -> None:
        calendar = self.settings.calendar
        open_us, close_us, pos = calendar.spans()
        tables = {
            "spans": pa.table(
                {
                    "open_us": open_us,
                    "close_us": close_us,
                    "pos": pos,
                    "until_pos": pos + close_us - open_us,
                }
            ),
            "calendar": _dates(calendar),
            "workflows": pa.table(
                {
                    "workflow": list(WORKFLOWS),
                    "label": [item.short for item in WORKFLOWS.values()],
                    "last_step": [item.last for item in WORKFLOWS.values()],
                    "hold_from": [
                        item.hold[0] if item.hold else None for item in WORKFLOWS.values()
                    ],
                    "hold_until": [
                        item.hold[1] if item.hold else None for item in WORKFLOWS.values()
                    ],
                }
            ),
            "workflow_steps": pa.Table.from_pylist(_workflow_steps()),
            "targets": pa.Table.from_pylist(_targets(self.settings)),
        }
        for name, table in tables.items():
            self._writer.register("incoming", table)
            self._writer.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")  # noqa: S608 - our own table names
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


def _dates(calendar: Calendar) -> pa.Table:
    """Every date of the calendar's range: its place in the month, and when it begins."""
    dates = np.arange(str(FIRST_DATE), str(LAST_DATE), dtype="datetime64[D]")
    is_business = calendar.is_business_day(dates)
    business = dates[is_business]
    # past the last business day there is no month end to count to, and no third day after
    counted = dates <= business[-1] if len(business) else np.zeros(len(dates), dtype=bool)
    to_month_end = np.zeros(len(dates), dtype=np.int64)
    to_month_end[counted] = calendar.days_to_month_end(dates[counted])
    third = np.searchsorted(business, dates, side="right") + 2
    known = third < len(business)
    third_date = dates.copy()
    third_date[known] = business[third[known]]
    first_us = np.clip(calendar.first_instant(dates), to_us(FIRST_INSTANT), to_us(LAST_INSTANT))
    return pa.table(
        {
            "date": dates,
            "is_business_day": is_business,
            "days_to_month_end": pa.array(to_month_end, mask=~counted),
            "third_business_date": pa.array(third_date, mask=~known),
            "first_us": first_us,
            "first_pos": calendar.position(first_us),
        }
    )


def _targets(settings: Settings) -> list[dict[str, Any]]:
    """The targets with the instant until which each is in force."""
    rows = []
    for item in settings.targets:
        later = [
            other.since_us
            for other in settings.targets
            if other.workflow == item.workflow and other.since_us > item.since_us
        ]
        rows.append(
            {
                "workflow": item.workflow,
                "since_us": item.since_us,
                "until_us": min(later, default=FAR_US),
                "day_us": item.day_us,
                "target_us": item.target_us,
                "limit_us": item.limit_us,
            }
        )
    return rows


def _workflow_steps() -> list[dict[str, Any]]:
    return [
        {
            "workflow": workflow.key,
            "step": step.number,
            "label": step.label,
            "party": str(step.party),
            "turn_before": str(step.turn.before) if step.turn else None,
            "turn_after": str(step.turn.after) if step.turn else None,
            "turn_from_window": bool(step.turn and step.turn.from_field),
        }
        for workflow in WORKFLOWS.values()
        for step in workflow.steps
    ]
