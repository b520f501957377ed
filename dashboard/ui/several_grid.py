"""The grid of complete several: rows of cases, a step's fields as columns, what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import formats
from dashboard.commands import Completion
from dashboard.commands.bounds import earliest
from dashboard.settings import Settings
from dashboard.ui import acting, when
from dashboard.ui.inputs import INPUTS, TEXT_PX, TIME_PX, WIDE_PX
from dashboard.workflows import WORKFLOWS, Field, FieldKind, FieldType, Step

AT, DONE_BY = "at", "done-by"  # beside the step's own fields


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
    began: Mapping[str, Any] = field(default_factory=dict[str, Any])  # the cells at first

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
        typed = {int(at): cells for at, cells in state.get("edited_rows", {}).items()}
        gone = set(state.get("deleted_rows", ()))
        rows = [
            replace(row, cells={**row.cells, **self._cells(typed.get(at, {}))})
            for at, row in enumerate(self.rows)
            if at not in gone
        ]
        return Grid(rows, self.number + 1)

    @property
    def kinds(self) -> dict[str, FieldType]:
        """What is typed into each column, in order."""
        own = {item.key: item.kind for item in self.fields}
        return own | {AT: FieldKind.TEXT, DONE_BY: FieldKind.TEXT}

    def _cells(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        kinds = self.kinds
        return {key: INPUTS[kinds[key]].cell(cell) for key, cell in sent.items() if key in kinds}

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
    for key, kind in grid.kinds.items():
        columns[key] = pa.array([row.cells.get(key) for row in grid.rows], INPUTS[kind].arrow)
    return pa.table(columns)


def shown(grid: Grid) -> list[str]:
    """The columns in order: the verdict beside the firm once there is one."""
    verdict = ["verdict"] if any(row.refused for row in grid.rows) else []
    return ["firm", *verdict, *grid.kinds, "case"]


def config(grid: Grid, settings: Settings) -> dict[str, Any]:
    """How each column is asked for."""
    city = formats.city(settings.calendar.zone)
    own = {item.key: INPUTS[item.kind].column(item, settings) for item in grid.fields}
    return {
        "firm": st.column_config.TextColumn("Firm", disabled=True, pinned=True, width=TEXT_PX),
        "case": st.column_config.TextColumn("Case", disabled=True, width=76),
        "verdict": st.column_config.TextColumn("Problem", disabled=True, width=WIDE_PX),
        **own,
        AT: st.column_config.TextColumn(
            f"When it happened ({city})",
            max_chars=when.LONGEST,
            width=TIME_PX,
            help=f"Leave empty for now. {when.examples()}",
        ),
        DONE_BY: st.column_config.TextColumn(
            "Done by", max_chars=80, help="Leave empty for yourself"
        ),
    }


def completion(row: Row, zone: str) -> Completion:
    """The row as the command takes it. InputRefused for a time that never was."""
    values = {
        item.key: INPUTS[item.kind].taken(row.cells.get(item.key), zone)
        for item in row.rules.fields
    }
    case = acting.desk().case(row.case_id)
    bounds = [us for us, _ in earliest(case)]
    at = when.read(row.cells.get(AT) or "", acting.desk().settings.calendar, bounds)
    done_by = (row.cells.get(DONE_BY) or "").strip() or None
    return Completion(row.case_id, row.step, values, at, done_by, row.version)
