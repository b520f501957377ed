"""The grid of complete several: rows of cases, a step's fields as columns, what was typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.catalogue import families
from dashboard.commands import Completion
from dashboard.settings import Settings
from dashboard.ui import acting
from dashboard.ui.fields import YES_NO
from dashboard.ui.words import typed_instant
from dashboard.workflows import WORKFLOWS, Field, FieldKind, Step

AT, DONE_BY = "at", "done-by"  # beside the step's own fields
LISTS = (FieldKind.PRODUCTS, FieldKind.FAMILIES)
TEXT_PX, WIDE_PX, TIME_PX = 170, 260, 190


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the grid: its step, the version that was seen, what was typed, what is wrong."""

    case_id: str
    firm: str
    firm_id: str
    workflow: str
    step: int
    version: int
    cells: Mapping[str, Any] = field(default_factory=dict[str, Any])
    refused: str = ""

    @property
    def rules(self) -> Step:
        """The step that is to be completed."""
        return WORKFLOWS[self.workflow].step(self.step)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows; `number` goes up whenever they change, so that the editor begins with them."""

    rows: Sequence[Row]
    number: int = 0

    @property
    def label(self) -> str:
        """The step's name: the same in all rows."""
        return self.rows[0].rules.label

    @property
    def fields(self) -> Sequence[Field]:
        """The step's fields: the same in all rows."""
        return self.rows[0].rules.fields

    def edited(self, state: Mapping[str, Any]) -> "Grid":
        """The grid with what was typed into its editor, without the rows that were taken out."""
        kinds = {item.key: item.kind for item in self.fields}
        typed = {int(at): cells for at, cells in state.get("edited_rows", {}).items()}
        gone = set(state.get("deleted_rows", ()))
        rows = [
            replace(row, cells={**row.cells, **_cells(typed.get(at, {}), kinds)})
            for at, row in enumerate(self.rows)
            if at not in gone
        ]
        return Grid(rows, self.number + 1)

    @property
    def filled(self) -> list[Row]:
        """The rows to complete: those with something typed; all, if the step asks for nothing."""
        needs = any(item.required for item in self.fields)
        return [row for row in self.rows if not needs or any(row.cells.values())]


def table(grid: Grid) -> pa.Table:
    """The grid as the editor takes it."""
    columns: dict[str, pa.Array] = {
        "firm": pa.array([row.firm for row in grid.rows], pa.string()),
        "case": pa.array([row.case_id for row in grid.rows], pa.string()),
        "verdict": pa.array([f"✗ {row.refused}" if row.refused else "" for row in grid.rows]),
    }
    for key, kind in _kinds(grid):
        columns[key] = pa.array([row.cells.get(key) for row in grid.rows], _type(kind))
    return pa.table(columns)


def shown(grid: Grid) -> list[str]:
    """The columns in order: the verdict beside the firm once there is one."""
    verdict = ["verdict"] if any(row.refused for row in grid.rows) else []
    return ["firm", *verdict, *(key for key, _ in _kinds(grid)), "case"]


def config(grid: Grid, settings: Settings) -> dict[str, Any]:
    """How each column is asked for."""
    city = formats.city(settings.calendar.zone)
    own = {item.key: COLUMNS[item.kind](item, settings) for item in grid.fields}
    return {
        "firm": st.column_config.TextColumn("Firm", disabled=True, pinned=True, width=TEXT_PX),
        "case": st.column_config.TextColumn("Case", disabled=True, width=76),
        "verdict": st.column_config.TextColumn("Refused", disabled=True, width=WIDE_PX),
        **own,
        AT: _time(f"When it happened ({city})", "Empty: now"),
        DONE_BY: st.column_config.TextColumn("Done by", max_chars=80, help="Empty: you"),
    }


def completion(row: Row, zone: str) -> Completion:
    """The row as the command takes it. InputRefused for a time that never was."""
    values = {item.key: _value(item, row.cells.get(item.key), zone) for item in row.rules.fields}
    case = acting.desk().case(row.case_id)
    at = acting.typed_at(row.cells.get(AT), zone, case)
    done_by = (row.cells.get(DONE_BY) or "").strip() or None
    return Completion(row.case_id, row.step, values, at, done_by, row.version)


def _kinds(grid: Grid) -> list[tuple[str, FieldKind]]:
    own = [(item.key, item.kind) for item in grid.fields]
    return [*own, (AT, FieldKind.WINDOW), (DONE_BY, FieldKind.TEXT)]


def _type(kind: FieldKind) -> pa.DataType:
    if kind in LISTS:
        return pa.list_(pa.string())
    types = {
        FieldKind.CONFIRM: pa.bool_(), FieldKind.DATE: pa.date32(),
        FieldKind.WINDOW: pa.timestamp("ms"),
    }  # fmt: skip
    return types.get(kind, pa.string())


def _cells(typed: Mapping[str, Any], kinds: Mapping[str, FieldKind]) -> dict[str, Any]:
    every = {**kinds, AT: FieldKind.WINDOW, DONE_BY: FieldKind.TEXT}
    return {key: _cell(value, every[key]) for key, value in typed.items() if key in every}


def _cell(value: Any, kind: FieldKind) -> Any:
    """A cell as the browser sends it: dates and times come as text."""
    if not isinstance(value, str) or kind not in (FieldKind.WINDOW, FieldKind.DATE):
        return value
    moment = datetime.fromisoformat(value).replace(tzinfo=None)
    return moment if kind is FieldKind.WINDOW else moment.date()


def _value(item: Field, cell: Any, zone: str) -> Any:
    if item.kind is FieldKind.YES_NO:
        return YES_NO.get(cell) if isinstance(cell, str) else None
    if item.kind is FieldKind.CONFIRM:
        return bool(cell)
    if isinstance(cell, datetime):
        return typed_instant(cell, zone)
    return cell.isoformat() if isinstance(cell, date) else cell


def _text(item: Field, settings: Settings) -> Any:
    return st.column_config.TextColumn(
        item.label, max_chars=item.max_length, width=TEXT_PX, help=item.help or None
    )


def _tick(item: Field, settings: Settings) -> Any:
    return st.column_config.CheckboxColumn(item.label, help=item.help or None)


def _one_of(options: Callable[[Field], Iterable[str]]) -> Callable[[Field, Settings], Any]:
    def column(item: Field, settings: Settings) -> Any:
        return st.column_config.SelectboxColumn(
            item.label, options=list(options(item)), help=item.help or None
        )

    return column


def _some_of(options: Callable[[Settings], list[str]]) -> Callable[[Field, Settings], Any]:
    def column(item: Field, settings: Settings) -> Any:
        return st.column_config.MultiselectColumn(
            item.label, options=options(settings), width=WIDE_PX, help=item.help or None
        )

    return column


def _names(settings: Settings) -> list[str]:
    return [item.name for item in settings.catalogue]


def _every_family(settings: Settings) -> list[str]:
    return families(_names(settings), settings.catalogue)


def _day(item: Field, settings: Settings) -> Any:
    return st.column_config.DateColumn(item.label, format="YYYY-MM-DD", help=item.help or None)


def _window(item: Field, settings: Settings) -> Any:
    return _time(f"{item.label} ({formats.city(settings.calendar.zone)})", item.help)


def _time(label: str, told: str) -> Any:
    return st.column_config.DatetimeColumn(
        label, format="YYYY-MM-DD HH:mm", step=timedelta(minutes=1), width=TIME_PX, help=told
    )


COLUMNS: dict[FieldKind, Callable[[Field, Settings], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.EMAIL: _text,
    FieldKind.PERSON: _text,
    FieldKind.CONFIRM: _tick,
    FieldKind.YES_NO: _one_of(lambda item: YES_NO),
    FieldKind.CHOICE: _one_of(lambda item: item.options),
    FieldKind.DATE: _day,
    FieldKind.PRODUCTS: _some_of(_names),
    FieldKind.FAMILIES: _some_of(_every_family),
    FieldKind.WINDOW: _window,
}
